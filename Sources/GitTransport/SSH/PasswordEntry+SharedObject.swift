/// The entry as a shared object of this machine's kind (elf(5)).
extension PasswordEntry {
  /// A shared object whose `getpwuid` returns this entry for every user id; `nil` for a processor
  /// that is not supported.
  ///
  /// The first of its two segments is read and executed: headers, one symbol, relocations, code.
  /// The second is written to while it is loaded: the dynamic section, the entry, and its strings.
  var sharedObject: [UInt8]? {
    guard let processor = Processor.own else { return nil }
    let texts = [name, "x", "", home, "/bin/sh"].map { Array($0.utf8) + [0] }
    var addresses: [UInt64] = []
    var end = Offset.texts
    for text in texts {
      addresses.append(Address.data + end)
      end += UInt64(text.count)
    }
    let pointers = zip(Self.pointers.map { Address.data + Offset.entry + $0 }, addresses)

    var object = Bytes()
    object.append([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + Array(repeating: 0, count: 9))
    object.append16(3, processor.machine)  // ET_DYN
    object.append32(1)
    object.append64(0, Offset.segments, 0)
    object.append32(0)
    object.append16(64, 56, 4, 64, 0, 0)
    object.append(segment: 1, flags: 5, from: 0, to: Offset.dynamic, at: 0, alignment: Address.data)
    object.append(
      segment: 1, flags: 6, from: Offset.dynamic, to: end, at: Address.data, alignment: Address.data
    )
    object.append(
      segment: 2, flags: 6, from: Offset.dynamic, to: Offset.entry, at: Address.data, alignment: 8)
    // PT_GNU_STACK, without which the loader makes the stack executable.
    object.append(segment: 0x6474_e551, flags: 6, from: 0, to: 0, at: 0, alignment: 16)

    object.append64(0, 0, 0)
    object.append32(1)
    object.append([0x12, 0])  // a global function
    object.append16(1)
    object.append64(Offset.code, 8)
    object.append32(1, 2, 1, 0, 0)  // a hash table: one bucket, which begins with symbol 1
    object.append(Array("\0getpwuid\0\0\0".utf8))
    for (place, address) in pointers {
      object.append64(place, processor.relativeRelocation, address)
    }
    object.append(processor.returning(Address.data + Offset.entry - Offset.code))

    for (tag, value) in Self.dynamicSection { object.append64(tag, value) }
    object.append64(0, 0)
    object.append32(user, group)
    object.append64(0, 0, 0)
    for text in texts { object.append(text) }
    return object.bytes
  }

  /// Where `struct passwd` has its pointers: name, password, comment, home, shell.
  private static let pointers: [UInt64] = [0, 8, 24, 32, 40]

  private static let dynamicSection: [(tag: UInt64, value: UInt64)] = [
    (4, Offset.hash), (5, Offset.names), (6, Offset.symbols), (10, 10), (11, 24),
    (7, Offset.relocations), (8, 5 * 24), (9, 24), (0, 0),
  ]

  /// Offsets in the file.
  private enum Offset {
    static let segments: UInt64 = 64
    static let symbols = segments + 4 * 56
    static let hash = symbols + 2 * 24
    static let names = hash + 5 * 4
    static let relocations = names + 12
    static let code = relocations + 5 * 24
    static let dynamic = code + 8
    static let entry = dynamic + 9 * 16
    static let texts = entry + 48
  }

  /// Addresses when loaded: the first segment at 0, the second beyond the largest page of Linux.
  private enum Address {
    static let data: UInt64 = 0x10000
  }

  private struct Processor {
    /// Its number in the file's header.
    var machine: UInt16
    /// The relocation that adds the address at which the object was loaded.
    var relativeRelocation: UInt64
    /// Eight bytes of code that return the address at a distance from themselves.
    var returning: (_ distance: UInt64) -> [UInt8]

    static var own: Processor? {
      #if arch(x86_64)
        // lea rax, [rip + distance]; ret. The instruction's own 7 bytes are behind it.
        Processor(machine: 62, relativeRelocation: 8) { distance in
          [0x48, 0x8d, 0x05] + Bytes.of(UInt32(distance - 7)) + [0xc3]
        }
      #elseif arch(arm64)
        // adr x0, distance; ret
        Processor(machine: 183, relativeRelocation: 1027) { distance in
          let distance = UInt32(distance)
          let address = 0x1000_0000 | (distance & 3) << 29 | (distance >> 2 & 0x7_ffff) << 5
          return Bytes.of(address) + Bytes.of(0xd65f_03c0 as UInt32)
        }
      #else
        nil
      #endif
    }
  }

  /// Little-endian numbers, as on both processors.
  private struct Bytes {
    private(set) var bytes: [UInt8] = []

    static func of(_ number: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    mutating func append(_ more: [UInt8]) { bytes += more }
    mutating func append16(_ numbers: UInt16...) { append(numbers.flatMap(Self.of)) }
    mutating func append32(_ numbers: UInt32...) { append(numbers.flatMap(Self.of)) }
    mutating func append64(_ numbers: UInt64...) { append(numbers.flatMap(Self.of)) }

    /// A program header.
    mutating func append(
      segment kind: UInt32, flags: UInt32, from start: UInt64, to end: UInt64, at base: UInt64,
      alignment: UInt64
    ) {
      append32(kind, flags)
      append64(start, base + start, base + start, end - start, end - start, alignment)
    }
  }
}
