import Logging
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

  @Test("is cut to a width in the columns that are named, at the middle of their cells")
  func width() {
    let rows = [["KIND", "NAME"], ["ConfigMap,Deployment,Service", "orders-db"]]
    #expect(
      TextTable.text(of: rows, width: 24, shortening: [0]) == """
        KIND           NAME
        Config…ervice  orders-db

        """)
  }
}

@Suite("A log line of a command")
struct SentenceLogTests {
  @Test("is a sentence on one line, with the reason and then the details")
  func sentence() {
    let text = SentenceLogHandler.text(
      .warning, "cache not written", ["error.message": "no\nroom", "file": "a"])
    #expect(text == "warning: cache not written: no\\u{a}room (file a)")
  }
}
