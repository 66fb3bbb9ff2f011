/// Stands in for the function of mbed TLS by which libgit2 reads the machine's certificate
/// authorities when it starts (`git_mbedtls_stream_global_init`, which has no switch).
///
/// libgit2's network layer is not used here, and parsing some hundred and forty certificates would
/// be a sixth of what a whole write costs this process. A program's own symbols come before those
/// of its libraries, so the loader hands libgit2 this one. With no authority in its list, libgit2
/// would refuse every https connection, if it were ever asked for one.
@_cdecl("mbedtls_x509_crt_parse_file")
package func readNoCertificateAuthorities(
  _ chain: UnsafeMutableRawPointer?, _ path: UnsafePointer<CChar>?
) -> Int32 { 0 }
