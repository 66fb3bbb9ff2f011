import Foundation
import Kratix
import TestSupport
import Testing

@testable import Landing

@Suite("A commit") struct CommitStyleTests {
  private static func style(_ template: String?, _ trailers: [String] = []) throws -> CommitStyle {
    CommitStyle(
      message: try template.map { try MessageTemplate($0) },
      trailers: try trailers.map { try Trailer(parsing: $0) },
      author: CommitStyle.Author("Ada <ada@example.com>"))
  }

  @Test("speaks by a template over the placement's fields, with more trailers, as another author")
  func styled() async throws {
    let template = """
      OPS-12: {action} {placement}

      {work} {promise} {namespace}/{resource} {pipeline} {destination}
      """
    let steering = LandingRequest.Steering(style: try Self.style(template, ["Ticket=OPS-12"]))
    try await withSite { site in
      let work = work("r", named: "promise-r-configure-12b21", at: "worker", ["a.yaml": "1"])
      let request = LandingRequest(
        .write([work]), steering, in: stateStore,
        destinations: [destination("worker", .nestedByMetadata)])
      _ = try await site.store.land(request, options: options)
      let shown = try await site.git(
        "log", "-1", "--format=%an <%ae>|%cn|%s%n%b", "main", in: site.repository.directory)
      let lines = shown.split(separator: "\n").map(String.init)
      #expect(
        lines.dropLast() == [
          "Ada <ada@example.com>|kratix|OPS-12: Update promise-r-configure-12b21.worker-5058f",
          "promise-r-configure-12b21 promise default/r configure worker",
          "Kratix-Promise: promise", "Kratix-Resource: default/r", "Kratix-Pipeline: configure",
          "Kratix-Destination: worker", "Ticket: OPS-12",
        ])
      let trailers = try await site.git(
        "log", "-1", "--format=%(trailers:key=Ticket,valueonly)", "main",
        in: site.repository.directory)
      #expect(trailers.hasPrefix("OPS-12"))
    }
  }

  @Test(
    "has no message of a template that says what there is not",
    arguments: [
      "{ticket}", "{Placement}", "{placement", "placement}", "{}", "{{ .promise }}", "",
      "\n{action}", "a\tb", "{a{action}}", "{\u{301}action}",
    ])
  func badTemplate(text: String) {
    #expect(throws: KratixError.self) { try MessageTemplate(text) }
  }

  @Test("takes trailers that git takes", arguments: ["Ticket=1", "a-b=c d", "K=a=b"])
  func trailer(text: String) throws {
    let trailer = try Trailer(parsing: text)
    #expect("\(trailer.key)=\(trailer.value)" == text)
  }

  @Test(
    "takes no other trailers, nor those that are ours",
    arguments: [
      "Ticket", "=1", "a b=1", "a:b=1", "K=", "K= ", "é=1", "Kratix-Promise=x",
      "statestore-content=x",
    ])
  func badTrailer(text: String) {
    #expect(throws: KratixError.self) { try Trailer(parsing: text) }
  }

  @Test("has a subject even where the template's fields are all empty")
  func emptyTemplate() async throws {
    try await withSite { site in
      var dependency = work("", at: "worker", ["a.yaml": "1"])
      dependency.namespace = Work.platformNamespace
      let request = LandingRequest(
        .write([dependency.named("p-c-12b21")]),
        LandingRequest.Steering(style: try Self.style("{resource}")), in: stateStore,
        destinations: [destination("worker", .nestedByMetadata)])
      _ = try await site.store.land(request, options: options)
      let subject = try await site.git(
        "log", "-1", "--format=%s", "main", in: site.repository.directory)
      #expect(subject == "Update from: p-c-12b21.worker-5058f")
    }
  }

  @Test(
    "names an author as people write it",
    arguments: [
      ("Ada <ada@example.com>", "Ada", "ada@example.com"), ("Ada Lovelace", "Ada Lovelace", ""),
      ("ada@example.com", "ada@example.com", "ada@example.com"), ("<a@b>", "a@b", "a@b"),
      ("system:serviceaccount:a:b", "system:serviceaccount:a:b", ""),
    ])
  func author(text: String, name: String, email: String) {
    #expect(CommitStyle.Author(text) == CommitStyle.Author(name: name, email: email))
  }

  @Test("names no author without a name", arguments: ["", " ", "<>", "..."])
  func noAuthor(text: String) { #expect(CommitStyle.Author(text) == nil) }

  @Test("can be asked for by another process")
  func codable() throws {
    let request = LandingRequest(
      .write([work("r", at: "worker", ["a.yaml": "1"])]),
      .init(relocates: true, style: try Self.style("{action}: {placement}", ["A=b"])),
      in: stateStore, destinations: [destination("worker", .none)],
      elsewhere: Elsewhere([
        StandingPlacement(
          work: "w", workName: nil, destination: destination("d", .none), shortID: "5058f")
      ]))
    let data = try JSONEncoder().encode(request)
    #expect(try JSONDecoder().decode(LandingRequest.self, from: data) == request)
  }
}
