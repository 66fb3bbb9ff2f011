import Foundation
import Manifests
import TestSupport
import Testing

@testable import Service

@Suite("The OpenAPI document", .timeLimit(.minutes(5)))
struct OpenAPITests {
  @Test("names exactly what is answered, and refers to nothing that is not in it")
  func routes() async throws {
    try await withStation { station in
      try await station.put(WorkText("example"))
      let document = try await station.request("GET", "/openapi.json").node()
      #expect(document["openapi"]?.string == "3.1.0")
      var operations: [String] = []
      var answers: [Node] = []
      for path in document["paths"]?.mapping?.entries ?? [] {
        let place = path.key.replacing("{namespace}", with: "default")
          .replacing("/works/{name}", with: "/works/example")
          .replacing("/stores/{name}", with: "/stores/default")
          .replacing("/promises/{name}", with: "/promises/postgresql")
          .replacing("/{name}", with: "/example")
        for method in ["GET", "PUT", "POST", "DELETE", "PATCH"] {
          let operation = path.value[method.lowercased()]
          // The event stream has no end, and what removes comes last.
          if operation?["operationId"]?.string.map({ $0 == "events" || $0 == "deleteWork" }) == true
          {
            continue
          }
          let isRemoval = operation?["operationId"]?.string == "removeWork"
          let body =
            method == "PUT" || isRemoval
            ? try WorkText(isRemoval ? "other" : "example").json() : nil
          let answer = try await station.request(method, place, body: body)
          guard let operation else {
            #expect(answer.status == 405, "\(method) \(place): \(answer.status)")
            continue
          }
          operations.append(operation["operationId"]?.string ?? "")
          answers.append(try Self.record(answer, of: method, path.key))
          let documented = operation["responses"]?.mapping?.keys.map { $0 } ?? []
          let isDocumented =
            documented.contains(String(answer.status))
            || (answer.status >= 400 && documented.contains("default"))
          #expect(isDocumented, "\(method) \(place): \(answer)")
          #expect(answer.status != 404 && answer.status != 405, "\(method) \(place): \(answer)")
          let types = operation["responses"]?[String(answer.status)]?["content"]?.mapping?.keys
          if let types {
            let type = answer.headers["content-type"]?.split(separator: ";").first.map(String.init)
            #expect(types.contains(type ?? ""), "\(method) \(place): \(type ?? "")")
          }
        }
      }
      for (method, query) in [
        ("PUT", "?dryRun=All"), ("DELETE", "?dryRun=All"), ("DELETE", "?wait=60s"),
      ] {
        let text = WorkText("example")
        let answer = try await station.request(
          method, station.path(of: text) + query, body: method == "PUT" ? try text.json() : nil)
        #expect(answer.status == 200, "\(answer)")
        answers.append(
          try Self.record(answer, of: method, "/v1/namespaces/{namespace}/works/{name}"))
      }
      try await check(document, against: answers)
      #expect(Set(operations).count == operations.count)
      #expect(operations.count >= 12)
      for reference in references(in: document) {
        let pointer = String(reference.dropFirst())
        #expect(document.value(at: pointer) != nil, "\(reference)")
      }
    }
  }

  private static func record(
    _ answer: Station.Answer, of method: String, _ path: String
  ) throws -> Node {
    let type = answer.headers["content-type"]?.split(separator: ";").first.map(String.init) ?? ""
    return [
      "path": Node(.string(path)), "method": Node(.string(method.lowercased())),
      "status": Node(.integer(Int64(answer.status))), "type": Node(.string(type)),
      "headers": Node(
        .mapping(Mapping(answer.headers.map { ($0.key, Node(.string($0.value))) }))),
      "body": type.hasSuffix("json") ? try answer.node() : Node(.string(answer.text)),
    ]
  }

  private func check(_ document: Node, against answers: [Node]) async throws {
    let input = JSONWriter().text(
      of: ["document": document, "answers": Node(.sequence(answers))])
    let program = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../scripts/check-openapi").standardized.path
    let verdict = try await Program.run("python3", [program], input: Array(input.utf8))
    #expect(verdict.isSuccess, "\(verdict.text.prefix(2000)) \(verdict.errors)")
  }

  private func references(in node: Node) -> [String] {
    switch node.content {
    case .mapping(let mapping):
      mapping.entries.flatMap { entry in
        entry.key == "$ref" ? [entry.value.string ?? ""] : references(in: entry.value)
      }
    case .sequence(let items): items.flatMap(references)
    default: []
    }
  }
}
