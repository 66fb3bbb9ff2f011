import Testing

@testable import Digests

@Suite("A digest")
struct DigestTests {
  @Test(
    "is that of the standards' own examples",
    arguments: [
      // RFC 1321, A.5; FIPS 180-4's examples of one block; RFC 4231, 4.3.
      (Digest.md5(of: "abc".utf8), "900150983cd24fb0d6963f7d28e17f72"),
      (Digest.md5(of: "".utf8), "d41d8cd98f00b204e9800998ecf8427e"),
      (Digest.sha1(of: "abc".utf8), "a9993e364706816aba3e25717850c26c9cd0d89d"),
      (
        Digest.sha256(of: "abc".utf8),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
      ),
      (
        Digest.hmacSHA256(of: "what do ya want for nothing?".utf8, key: "Jefe".utf8),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        Digest.hmacSHA256(of: "".utf8, key: "".utf8),
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
      ),
    ])
  func standards(digest: Digest, hexadecimal: String) {
    #expect(digest.hexadecimal == hexadecimal)
  }
}
