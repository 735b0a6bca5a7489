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
  let scalars = name.unicodeScalars
  let isLong = scalars.count > 80
  for (index, scalar) in scalars.enumerated() {
    if isLong, index == 48 { text += "…" }
    if isLong, (48..<scalars.count - 24).contains(index) { continue }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
      text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    default: text.unicodeScalars.append(scalar)
    }
  }
  return text
}

/// The product of counts, or nil where one is negative or the product is too large.
func product(_ counts: [Int]) -> Int? {
  // A zero anywhere makes the product zero only if nothing before it overflows, as in every
  // other reader of these formats.
  var result = 1
  for count in counts {
    let (next, isTooLarge) = result.multipliedReportingOverflow(by: count)
    guard count >= 0, !isTooLarge else { return nil }
    result = next
  }
  return result
}
