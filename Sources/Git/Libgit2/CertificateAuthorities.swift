/// Replaces the function of mbed TLS with which libgit2 reads the machine's certificate authorities
/// when it starts (`git_mbedtls_stream_global_init`, which has no switch).
///
/// libgit2's network layer is not used, and parsing about 140 certificates would be a sixth of the
/// cost of a whole write. The loader prefers a program's own symbols to those of its libraries, so
/// libgit2 calls this function. Without authorities libgit2 would refuse every https connection.
@_cdecl("mbedtls_x509_crt_parse_file")
package func readNoCertificateAuthorities(
  _ chain: UnsafeMutableRawPointer?, _ path: UnsafePointer<CChar>?
) -> Int32 { 0 }
