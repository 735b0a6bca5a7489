// Memory for kernels: aligned to vectors, its size fixed, freed with its owner.

#if canImport(Glibc)
  import Glibc
#endif

/// Numbers in memory that begin at a vector's boundary; on Linux in huge pages where there are
/// some megabytes of them, so that reading them from end to end misses no address translation.
final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  // Unchecked: who writes and when is the owner's business; packed weights are never written again.
  let base: UnsafeMutablePointer<Element>
  let count: Int

  /// Makes a buffer of zeros.
  init(zeros count: Int) {
    let hugePage = 1 << 21
    let bytes = max(count, 1) * MemoryLayout<Element>.stride
    let isLarge = bytes >= hugePage
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: isLarge ? (bytes + hugePage - 1) / hugePage * hugePage : bytes,
      alignment: isLarge ? hugePage : 64)
    #if os(Linux)
      // Advice only: where it is not taken, nothing but speed is lost.
      if isLarge { _ = madvise(raw, bytes, 14 /* MADV_HUGEPAGE */) }
    #endif
    raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    base = raw.bindMemory(to: Element.self, capacity: count)
    self.count = count
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}

typealias FloatBuffer = AlignedBuffer<Float>

/// Replaces a buffer that is too small by one of zeros that is not.
func makeRoom(in buffer: inout FloatBuffer, for count: Int) {
  if buffer.count < count { buffer = FloatBuffer(zeros: count) }
}
