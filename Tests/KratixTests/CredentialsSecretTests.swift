import Foundation
import Kratix
import Manifests
import TestSupport
import Testing

@Suite struct CredentialsSecretTests {
  private static let password = "hunter2-correct-horse"

  private static func secret() throws -> CredentialsSecret {
    try CredentialsSecret(
      object(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: git, namespace: flux}
        data: {username: a3JhdGl4, password: \(Data(password.utf8).base64EncodedString())}
        stringData: {token: \(password)}
        """))
  }

  @Test func valuesAreReadFromDataAndStringData() throws {
    let secret = try Self.secret()
    #expect(secret.name == "git" && secret.namespace == "flux")
    #expect(secret["username"] == "kratix")
    #expect(secret["password"] == Self.password)
    #expect(secret["token"] == Self.password)
    #expect(secret["other"] == nil)
  }

  @Test func plainTextWinsOverDataAsInKubernetes() throws {
    let secret = try CredentialsSecret(
      object(
        "{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: YQ==}, stringData: {a: b}}"))
    #expect(secret["a"] == "b")
    #expect(secret.namespace == "default")
  }

  @Test func linesOfBase64AreOneValue() throws {
    let secret = try CredentialsSecret(
      object(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: s}
        data:
          key: |
            a3Jh
            dGl4
          empty: ""
        """))
    #expect(secret["key"] == "kratix")
    #expect(secret["empty"] == "")
  }

  @Test func itsValuesAreNeverPrinted() throws {
    let secret = try Self.secret()
    var platform = Platform()
    platform.add(secret)
    var dumped = ""
    dump(secret, to: &dumped)
    dump(platform, to: &dumped)
    dump([secret], to: &dumped)
    dump(["x": Optional(secret)], to: &dumped)
    let printed = [
      dumped, "\(secret)", "\([secret])", "\(platform)", String(reflecting: secret),
      String(reflecting: platform), String(describing: Optional(secret)),
      "\(Mirror(reflecting: secret).children.map { "\($0)" })",
    ]
    for text in printed {
      #expect(!text.contains(Self.password))
      #expect(!text.contains("kratix\""))
    }
    #expect("\(secret)" == "Secret flux/git")
  }

  /// Each fault is on one line, and shows where it is and nothing of the value.
  static let faults: [(fields: String, place: String)] = [
    (
      "data: {password: hunter2-correct-horse}",
      "state.yaml:4:8: data.password must be text in base64"
    ),
    ("data: {password: 'hunter2 correct horse!'}", "data.password"),
    ("data: {password: hunter2}", "data.password"),
    ("data: {password: '!!!!'}", "data.password"), ("data: {password: YQ}", "data.password"),
    ("data: {password: gIGC}", "data.password"), ("data: {password: 7777}", "data.password"),
    ("data: {password: {hunter2: hunter2}}", "data.password"),
    ("data: hunter2-correct-horse", "data must be"),
    ("data: [hunter2-correct-horse]", "data must be"),
    ("stringData: hunter2-correct-horse", "stringData must be"),
    ("stringData: {password: 1234567}", "state.yaml:4:14: stringData.password must be a string"),
    ("stringData: {password: [hunter2]}", "stringData.password"),
    ("stringData: {password: true}", "stringData.password"),
  ]

  @Test(arguments: faults)
  func aFaultNamesItsPlaceAndNothingOfTheValue(fields: String, place: String) throws {
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n\(fields)\n"
    let fault = try fault(text) { object throws(ManifestError) in try CredentialsSecret(object) }
    #expect(fault?.contains(place) == true, "\(fault ?? "it was read")")
    #expect(fault?.hasPrefix("state.yaml:4:") == true)
    for word in ["hunter2", "horse", "1234567", "7777", "gIGC"] {
      #expect(fault?.contains(word) != true, "\(fault ?? "")")
    }
  }
}
