import Git
import Testing

@testable import Landing

@Suite("Trailers of commits") struct TrailerReadingTests {
  @Test("are read with either line end, and by no other line break", arguments: ["\n", "\r\n"])
  func lineEnds(end: String) throws {
    let message = [
      "Update from: a-configure-12345.worker-5058f", "", "Body\u{2028}Kratix-Pipeline: other", "",
      "Kratix-Promise: postgresql", "Kratix-Resource: default/a\u{301}", "Kratix-Pipeline: p",
      "Kratix-Destination: worker", "Statestore-Content: sha256:0", "",
    ].joined(separator: end)
    let author = Signature(name: "kratix", email: "", seconds: 0)
    let commit = Commit(
      tree: .zero, parents: [], author: author, committer: author, message: message)
    #expect(commit.subject == "Update from: a-configure-12345.worker-5058f")
    let landed = try #require(LandedCommit(commit))
    #expect(landed.placement == "a-configure-12345.worker-5058f")
    #expect(landed.promise == "postgresql")
    #expect(landed.pipeline == "p")
    #expect(landed.destination == "worker")
    #expect(landed.content == "sha256:0")
    let trailers = try #require(WorkTrailers(of: message))
    #expect(trailers.promise == "postgresql")
    #expect(trailers.resource == "default/a\u{301}")
    #expect(trailers.pipeline == "p")
  }
}
