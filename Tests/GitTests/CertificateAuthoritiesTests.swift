import Foundation
import Testing

@testable import Git

@Suite("Certificate authorities")
struct CertificateAuthoritiesTests {
  private typealias Parse =
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Int32

  @Test("are not read when libgit2 starts, because the loader finds our stand-in first")
  func areNotRead() throws {
    let program = try #require(dlopen(nil, RTLD_NOW))
    let symbol = try #require(dlsym(program, "mbedtls_x509_crt_parse_file"))
    let parse = unsafeBitCast(symbol, to: Parse.self)
    // mbed TLS's own would say that there is no such file.
    #expect(parse(nil, "/nonexistent") == 0)
  }
}
