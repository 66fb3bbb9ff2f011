internal import Clibgit2

/// What the C allocator does with memory that nobody needs any more.
public enum FreedMemory {
  /// Lets the allocator keep a few MiB: it would give the 64 KiB that zlib takes for an object back
  /// to the kernel each time, and fetch them again for the next.
  ///
  /// To be called before other threads start.
  public static func keep() {
    mallopt(M_TOP_PAD, 1 << 20)
    mallopt(M_TRIM_THRESHOLD, 4 << 20)
  }
}
