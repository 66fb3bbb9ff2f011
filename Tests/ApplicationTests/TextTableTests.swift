import Testing

@testable import Application

@Suite("A table for a person")
struct TextTableTests {
  @Test(
    "has columns as wide as their widest cell, and cells of one line without control characters")
  func columns() {
    let rows = [["NAME", "AGE"], ["postgres", "5m"], ["a\nb\u{1b}[31m", "-"]]
    #expect(
      TextTable.text(of: rows) == """
        NAME               AGE
        postgres           5m
        a\\u{a}b\\u{1b}[31m  -

        """)
  }
}
