// Numbers out of bytes that nobody vouches for: every read is checked against the end. And names
// out of such bytes, made fit to stand in a message.

extension UnsafeRawBufferPointer {
  /// The little-endian number at an offset, or nil where it does not lie within the bytes.
  func littleEndian<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number? {
    guard offset >= 0, offset <= count, MemoryLayout<Number>.size <= count - offset else {
      return nil
    }
    return Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }

  /// The bytes from an offset on, or nil where they do not all lie here.
  func bytes(at offset: Int, count size: Int) -> UnsafeRawBufferPointer? {
    guard offset >= 0, size >= 0, offset <= count, size <= count - offset else { return nil }
    return UnsafeRawBufferPointer(rebasing: self[offset..<offset + size])
  }
}

/// A name from a file, fit for one line of a message: what does not print is spelled as `\u{…}`,
/// and the middle of a long name is left out.
func shown(_ name: String) -> String {
  var text = ""
  let scalars = Array(name.unicodeScalars)
  let left = scalars.count > 80 ? 48..<scalars.count - 24 : 0..<0
  for (index, scalar) in scalars.enumerated() {
    if left.contains(index) {
      if index == left.lowerBound { text += "…" }
      continue
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
      text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    default: text.unicodeScalars.append(scalar)
    }
  }
  return text
}

/// The bytes that an array of a shape takes, or nil where it has a negative size, ends within a
/// byte, or could not be held by any memory. Sizes of zero do not excuse the others, so that
/// whoever multiplies some of them later is safe.
func byteCount(of shape: [Int], bitsEach bits: Int) -> Int? {
  var total = max(bits, 64)
  for size in shape {
    let (next, isTooLarge) = total.multipliedReportingOverflow(by: max(1, size))
    guard size >= 0, !isTooLarge else { return nil }
    total = next
  }
  let count = shape.reduce(1, *)
  return count * bits % 8 == 0 ? count * bits / 8 : nil
}
