internal import Clibgit2

/// Settings of glibc's allocator, chosen for the way libgit2 and zlib use memory.
package enum Allocator {
  /// Lets the allocator keep a few MiB of freed memory.
  ///
  /// Otherwise it would return to the kernel the 64 KiB that zlib takes for each object, and
  /// request them again for the next. Call it before other threads start.
  package static func configure() {
    mallopt(M_TOP_PAD, 1 << 20)
    mallopt(M_TRIM_THRESHOLD, 4 << 20)
  }

  /// Returns freed memory of all heaps to the kernel.
  ///
  /// Bursts of objects fragment the heap; without trimming, the memory of a process that runs for
  /// months would grow.
  package static func trim() { malloc_trim(0) }
}
