import Manifests
import Testing

@Suite struct ShapeTests {
  private static let text = """
    spec:
      url: https://example.com
      branch: ''
      count: 3
      list: [a, 1]
      labels: {a: b}
      groups:
      - id: 1
    """

  private func message<Value>(_ shape: Shape<Value>, _ pointer: String) -> String? {
    do {
      _ = try parse(Self.text).require(shape, at: pointer, in: "store.yaml")
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func readsFieldsOfTheirShape() throws {
    let root = try parse(Self.text)
    #expect(try root.require(.string, at: "/spec/url", in: "a") == "https://example.com")
    #expect(try root.require(.integer, at: "/spec/count", in: "a") == 3)
    #expect(try root.require(.stringMapping, at: "/spec/labels", in: "a") == ["a": "b"])
    #expect(try root.optional(.boolean, at: "/spec/absent", in: "a") == nil)
  }

  @Test func aFaultNamesFieldAndPlaceAndShape() {
    #expect(
      message(.string, "/spec/path")
        == "store.yaml:2:3: spec.path is missing; it must be a string")
    #expect(
      message(.nonEmptyString, "/spec/branch")
        == "store.yaml:3:11: spec.branch must be a string that is not empty, not an empty string")
    #expect(
      message(.string, "/spec/groups/0/id")
        == "store.yaml:8:9: spec.groups[0].id must be a string, not the integer 1")
    #expect(
      message(.oneOf(["ssh", "basicAuth"]), "/spec/url")
        == "store.yaml:2:8: spec.url must be one of ssh, basicAuth, "
        + "not the string \"https://example.com\"")
    #expect(
      message(.strings, "/spec/list")
        == "store.yaml:5:9: spec.list must be a list of strings, not a list")
  }
}
