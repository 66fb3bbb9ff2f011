import Manifests
import Testing

@Suite struct QuantityTests {
  @Test(arguments: [
    ("1Gi", "1024Mi"), ("1Ki", "1024"), ("0.5", "500m"), (".5", "0.50"), ("1e3", "1k"),
    ("1E3", "1000"), ("1E", "1e18"), ("100", "+100"), ("1.", "1"), ("1000n", "1u"),
    ("1u", "0.001m"),
    ("0.1Gi", "107374182.4"), ("1.5Gi", "1536Mi"), ("007", "7"), ("0", "-0"), ("1e-3", "1m"),
    ("1M", "1000k"), ("1P", "1000T"), ("1Ei", "1024Pi"), ("10e-1", "1"), ("12e0", "12"),
    ("0.1n", "1n"), ("1e-100", "1n"), ("-0.1n", "-1n"), ("1.0000000001", "1.000000001"),
    ("8Ei", "9223372036854775807"), ("1e40", "9223372036854775807"), ("-16Ei", "-1e99"),
    ("1e99999999999999999999", "8Ei"), ("0e999", "0"),
    ("0.00000000000000000000000000000000000001Ei", "1n"),
  ])
  func equalAmountsAreEqual(left: String, right: String) throws {
    #expect(try #require(Quantity(left)) == #require(Quantity(right)))
  }

  @Test func amountsAreOrdered() throws {
    let ordered = [
      "-1Ei", "-1n", "0", "1n", "1m", "999m", "1", "1k", "1Ki", "1M", "1Mi", "1Gi", "2e9",
    ]
    let quantities = try ordered.map { try #require(Quantity($0)) }
    #expect(quantities == quantities.sorted())
    #expect(Set(quantities).count == ordered.count)
  }

  @Test(arguments: [
    "", " ", "1 ", " 1", "Gi", ".", "+", "-", "1.1.1", "1i", "1gi", "1KI", "1K", "1GB", "1Gi ",
    "1e", "1e+", "1e3k", "1e3.5", "0x10", "1,5", "1_000", "--1", "1+1", "one", "1mi", "1ei",
    "1234567890123456789012345678901234567890.1",
  ])
  func otherTextIsNoQuantity(text: String) {
    #expect(Quantity(text) == nil)
  }

  @Test func nodesAreQuantitiesQuotedOrBare() {
    #expect(Quantity(Node(.number(0.5))) == Quantity("500m"))
    #expect(Quantity(Node(.number(1e-7))) == Quantity("100n"))
    #expect(Quantity(Node(.integer(2))) == Quantity("2"))
    #expect(Quantity(Node(.boolean(true))) == nil)
  }
}
