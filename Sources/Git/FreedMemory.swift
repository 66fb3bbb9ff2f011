internal import Clibgit2

/// What the C allocator does with memory that nobody needs any more.
public enum FreedMemory {
  /// Lets the allocator keep a few MiB, and share what is free between threads.
  ///
  /// It would give the 64 KiB that zlib takes for an object back to the kernel each time, and fetch
  /// them again for the next. And it would part its memory into up to eight heaps a core, of which
  /// each comes to hold what a busy moment took.
  ///
  /// To be called before other threads start.
  public static func keep() {
    mallopt(M_TOP_PAD, 1 << 20)
    mallopt(M_TRIM_THRESHOLD, 4 << 20)
    mallopt(M_ARENA_MAX, Int32(clamping: max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
  }
}
