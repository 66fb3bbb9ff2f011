internal import Clibcrypto

/// A key in libcrypto.
///
/// libssh2, which libgit2 needs, has loaded that library anyway, and it has all three kinds of keys;
/// mbed TLS, which makes the digests, has no Ed25519. A handle never leaves this file.
final class CryptoKey {
  private let key: OpaquePointer

  private init?(_ key: OpaquePointer?) {
    guard let key else { return nil }
    self.key = key
  }

  deinit { EVP_PKEY_free(key) }

  /// - Returns: `nil` for numbers that are no key.
  convenience init?(_ numbers: PublicNumbers) {
    switch numbers {
    case .ed25519(let bytes):
      self.init(EVP_PKEY_new_raw_public_key(shim_ed25519, nil, bytes, bytes.count))
    case .ecdsa(let curve, let point):
      let parameters = KeyParameters()
      parameters.add(curve.groupName, as: "group")
      parameters.add(octets: point, as: "pub")
      self.init(parameters.key("EC", shim_public_key))
    case .rsa(let modulus, let exponent):
      let parameters = KeyParameters()
      parameters.add(number: modulus, as: "n")
      parameters.add(number: exponent, as: "e")
      self.init(parameters.key("RSA", shim_public_key))
    }
  }

  /// - Returns: `nil` for numbers that are no key.
  convenience init?(_ numbers: PrivateNumbers) {
    switch numbers.secret {
    case .ed25519(let seed):
      self.init(EVP_PKEY_new_raw_private_key(shim_ed25519, nil, seed, seed.count))
    case .ecdsa(let curve, let point, let scalar):
      let parameters = KeyParameters()
      parameters.add(curve.groupName, as: "group")
      parameters.add(octets: point, as: "pub")
      parameters.add(number: scalar, as: "priv")
      self.init(parameters.key("EC", shim_key_pair))
    case .rsa(let modulus, let exponent, let privateExponent, let primes, let coefficient):
      let parameters = KeyParameters()
      parameters.add(number: modulus, as: "n")
      parameters.add(number: exponent, as: "e")
      parameters.add(number: privateExponent, as: "d")
      let names: [(StaticString, StaticString)] = [
        ("rsa-factor1", "rsa-exponent1"), ("rsa-factor2", "rsa-exponent2"),
      ]
      for (prime, (factor, reduced)) in zip(primes, names) {
        parameters.add(number: prime, as: factor)
        parameters.add(number: privateExponent, moduloOneLessThan: prime, as: reduced)
      }
      parameters.add(number: coefficient, as: "rsa-coefficient1")
      self.init(parameters.key("RSA", shim_key_pair))
    case .pem(let text):
      self.init(Self.key(inPEM: text))
    }
  }

  private static func key(inPEM text: [UInt8]) -> OpaquePointer? {
    defer { ERR_clear_error() }
    return text.withUnsafeBytes { bytes in
      guard let count = Int32(exactly: bytes.count),
        let input = BIO_new_mem_buf(bytes.baseAddress, count)
      else { return nil }
      defer { BIO_free(input) }
      // An empty passphrase, so that nobody is asked for one.
      var none: [CChar] = [0]
      return PEM_read_bio_PrivateKey(input, nil, nil, &none)
    }
  }

  /// The public key; `nil` for a kind that SSH does not sign with.
  var publicNumbers: PublicNumbers? {
    if EVP_PKEY_is_a(key, "ED25519") == 1 {
      var count = 32
      var bytes = [UInt8](repeating: 0, count: count)
      guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1 else { return nil }
      return .ed25519(bytes)
    }
    if EVP_PKEY_is_a(key, "RSA") == 1 {
      guard let modulus = number("n"),
        let exponent = number("e")
      else { return nil }
      return .rsa(modulus: modulus, exponent: exponent)
    }
    guard EVP_PKEY_is_a(key, "EC") == 1, let curve, let point else { return nil }
    return .ecdsa(curve, point: point)
  }

  /// Signs a message.
  ///
  /// - Parameter digest: The digest's name; `nil` for Ed25519, which has its own.
  func sign(_ message: [UInt8], digest: String?) -> [UInt8]? {
    guard let context = EVP_MD_CTX_new() else { return nil }
    defer { EVP_MD_CTX_free(context) }
    var count = 0
    guard EVP_DigestSignInit_ex(context, nil, digest, nil, nil, key, nil) == 1,
      EVP_DigestSign(context, nil, &count, message, message.count) == 1
    else { return nil }
    var signature = [UInt8](repeating: 0, count: count)
    guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else {
      return nil
    }
    return Array(signature.prefix(count))
  }

  /// Whether a signature is one of a message by this key.
  func verifies(_ signature: [UInt8], of message: [UInt8], digest: String?) -> Bool {
    // What a failure leaves in the thread's queue is not read.
    defer { ERR_clear_error() }
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    return EVP_DigestVerifyInit_ex(context, nil, digest, nil, nil, key, nil) == 1
      && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }

  private var curve: Curve? {
    var name = [CChar](repeating: 0, count: 64)
    var count = 0
    guard EVP_PKEY_get_group_name(key, &name, name.count, &count) == 1 else { return nil }
    let text = String(decoding: name.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return Curve.allCases.first { $0.groupName == text }
  }

  private var point: [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 256)
    var count = 0
    let name = "encoded-pub-key"
    guard EVP_PKEY_get_octet_string_param(key, name, &bytes, bytes.count, &count) == 1 else {
      return nil
    }
    return Array(bytes.prefix(count))
  }

  private func number(_ name: String) -> [UInt8]? {
    var number: OpaquePointer?
    guard EVP_PKEY_get_bn_param(key, name, &number) == 1 else { return nil }
    defer { BN_free(number) }
    return BigNumber.bytes(of: number)
  }
}

/// The numbers of which libcrypto makes a key (EVP_PKEY-RSA(7), EVP_PKEY-EC(7)).
private final class KeyParameters {
  private let builder = OSSL_PARAM_BLD_new()
  /// They have to live as long as the builder.
  private var numbers: [OpaquePointer?] = []
  private var texts: [UnsafeMutableBufferPointer<CChar>] = []

  deinit {
    OSSL_PARAM_BLD_free(builder)
    for number in numbers { BN_clear_free(number) }
    for text in texts { text.deallocate() }
  }

  func add(_ text: String, as name: StaticString) {
    let kept = keep(Array(text.utf8))
    OSSL_PARAM_BLD_push_utf8_string(builder, name.pointer, kept, text.utf8.count)
  }

  func add(octets: [UInt8], as name: StaticString) {
    OSSL_PARAM_BLD_push_octet_string(builder, name.pointer, keep(octets), octets.count)
  }

  func add(number: [UInt8], as name: StaticString) {
    let number = BigNumber.make(number)
    numbers.append(number)
    OSSL_PARAM_BLD_push_BN(builder, name.pointer, number)
  }

  /// Adds the remainder of a number divided by one less than another.
  func add(number: [UInt8], moduloOneLessThan other: [UInt8], as name: StaticString) {
    let (dividend, divisor, remainder) = (BigNumber.make(number), BigNumber.make(other), BN_new())
    numbers += [dividend, divisor, remainder]
    guard let context = BN_CTX_new() else { return }
    defer { BN_CTX_free(context) }
    guard BN_sub_word(divisor, 1) == 1, BN_div(nil, remainder, dividend, divisor, context) == 1
    else { return }
    OSSL_PARAM_BLD_push_BN(builder, name.pointer, remainder)
  }

  /// - Returns: `nil` for numbers that are no key.
  func key(_ kind: String, _ selection: Int32) -> OpaquePointer? {
    defer { ERR_clear_error() }
    guard let parameters = OSSL_PARAM_BLD_to_param(builder) else { return nil }
    defer { OSSL_PARAM_free(parameters) }
    guard let context = EVP_PKEY_CTX_new_from_name(nil, kind, nil) else { return nil }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_fromdata_init(context) == 1,
      EVP_PKEY_fromdata(context, &key, selection, parameters) == 1
    else { return nil }
    return key
  }

  private func keep(_ bytes: [UInt8]) -> UnsafePointer<CChar>? {
    let kept = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count + 1)
    _ = kept.initialize(from: bytes.map { CChar(bitPattern: $0) } + [0])
    texts.append(kept)
    return UnsafePointer(kept.baseAddress)
  }
}

extension StaticString {
  /// The builder keeps the pointer.
  fileprivate var pointer: UnsafePointer<CChar> {
    UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
  }
}

/// Conversions of libcrypto's numbers.
private enum BigNumber {
  static func make(_ bytes: [UInt8]) -> OpaquePointer? {
    Int32(exactly: bytes.count).flatMap { BN_bin2bn(bytes, $0, nil) }
  }

  static func bytes(of number: OpaquePointer?) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(BN_num_bits(number) + 7) / 8)
    let count = BN_bn2bin(number, &bytes)
    return Array(bytes.prefix(Int(count)))
  }
}

/// ECDSA signatures, which SSH has as two numbers and libcrypto in DER.
enum ECDSANumbers {
  /// - Returns: `nil` for numbers that cannot be encoded.
  static func encoded(_ r: [UInt8], _ s: [UInt8]) -> [UInt8]? {
    guard let signature = ECDSA_SIG_new() else { return nil }
    defer { ECDSA_SIG_free(signature) }
    guard ECDSA_SIG_set0(signature, BigNumber.make(r), BigNumber.make(s)) == 1 else { return nil }
    let count = i2d_ECDSA_SIG(signature, nil)
    guard count > 0 else { return nil }
    return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, written in
      var start = buffer.baseAddress
      written = Int(i2d_ECDSA_SIG(signature, &start))
    }
  }

  /// - Returns: `nil` for bytes that are no signature.
  static func decoded(_ encoded: [UInt8]) -> (r: [UInt8], s: [UInt8])? {
    encoded.withUnsafeBufferPointer { buffer in
      var start = buffer.baseAddress
      guard let signature = d2i_ECDSA_SIG(nil, &start, buffer.count) else { return nil }
      defer { ECDSA_SIG_free(signature) }
      return (
        BigNumber.bytes(of: ECDSA_SIG_get0_r(signature)),
        BigNumber.bytes(of: ECDSA_SIG_get0_s(signature))
      )
    }
  }
}
