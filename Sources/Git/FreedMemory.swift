internal import Clibgit2

/// What the C allocator does with memory that nobody needs any more.
package enum FreedMemory {
  /// Lets the allocator keep a few MiB: it would give the 64 KiB that zlib takes for an object back
  /// to the kernel each time, and fetch them again for the next.
  ///
  /// To be called before other threads start.
  package static func keep() {
    mallopt(M_TOP_PAD, 1 << 20)
    mallopt(M_TRIM_THRESHOLD, 4 << 20)
  }

  /// Gives what the allocator keeps in all its heaps back to the kernel.
  ///
  /// Objects of a burst leave holes behind that only the same kind of burst would fill again, so
  /// that a process which lives for months would come to what all its bursts ever took together.
  package static func giveBack() { malloc_trim(0) }
}
