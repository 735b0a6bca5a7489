// What the targets share: libFuzzer's entry, the rule for errors, and the comparison of tensors.
// Compiled together with one target, which has `run(_:)`.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  do {
    try run(UnsafeBufferPointer(start: start, count: count))
  } catch {
    // A user reads it in a terminal.
    precondition("\(error)".split(separator: "\n").count <= 3, "an error has three lines at most")
  }
  return 0
}

/// Whether two tensors are the same, bit for bit.
func isSame(_ left: Tensor, _ right: Tensor) -> Bool {
  left.type == right.type && left.shape == right.shape
    && left.withUnsafeBytes { bytes in right.withUnsafeBytes { bytes.elementsEqual($0) } }
}
