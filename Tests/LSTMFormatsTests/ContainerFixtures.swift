// What the tests of zip, NumPy and safetensors files share: the arrays that Python wrote under
// Tests/Fixtures/containers, and damage of every kind.

import LSTMFormats
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Arrays that numpy and safetensors wrote, and what is in them by their own account.
enum ContainerFixtures {
  struct Array: Decodable {
    var type: String
    var shape: [Int]
    var bytes: String
  }

  private struct Document: Decodable {
    var files: [String: [String: Array]]
  }

  /// The arrays of a file by name; an .npy file has one, with no name.
  static func expected(_ file: String) throws -> [String: Array] {
    let document = try JSONDecoder().decode(
      Document.self, from: Fixtures.data("containers/expected.json"))
    return try #require(document.files[file])
  }

  static func path(_ file: String) -> String { Fixtures.path("containers/\(file)") }

  static func bytes(_ file: String) throws -> [UInt8] {
    [UInt8](try Fixtures.data("containers/\(file)"))
  }
}

/// Expects a tensor to be the array that Python wrote, bit for bit.
func expect(
  _ tensor: Tensor, equals array: ContainerFixtures.Array,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(tensor.type.rawValue == array.type, sourceLocation: sourceLocation)
  #expect(tensor.shape == array.shape, sourceLocation: sourceLocation)
  #expect(hexadecimal(tensor) == array.bytes, sourceLocation: sourceLocation)
}

/// The bytes of a tensor as hexadecimal digits.
func hexadecimal(_ tensor: Tensor) -> String {
  tensor.withUnsafeBytes { bytes in
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}

/// A tensor of a type, with bytes that no other place has.
func patterned(_ type: NumberType, _ shape: [Int]) -> Tensor {
  let count = shape.reduce(type.byteCount, *)
  let bytes = (0..<count).map { place -> UInt8 in
    let byte = type == .bool ? place % 2 : (place * 37 + 11) % 256
    return UInt8(byte)
  }
  return Tensor(type: type, shape: shape, storage: ByteStorage(bytes))
}

/// An archive with a tensor of every type, a scalar and one without numbers.
func patternedArchive(metadata: [String: String] = [:]) -> TensorArchive {
  TensorArchive(
    NumberType.allCases.map { ($0.rawValue, patterned($0, [2, 3])) }
      + [("scalar", patterned(.float32, [])), ("empty", patterned(.int16, [2, 0, 3]))],
    metadata: metadata)
}

/// Reads a file cut off at every byte, and with every byte changed: each time it is either read or
/// refused in at most three lines that name it. Cut off, it is never read. `changes` says how a
/// byte is changed, `step` which ones are; `sample` how many of all cuts and changes are left out
/// where long tests are not asked for.
func expectHarmless(
  _ bytes: [UInt8], changes: [UInt8] = [0x01, 0x80, 0xFF], every step: Int = 1,
  sampledEvery sample: Int = 7, _ read: (ByteStorage) throws -> Void
) {
  func attempt(_ damaged: [UInt8], _ what: @autoclosure () -> String, mayBeRead: Bool) {
    do {
      try read(ByteStorage(damaged))
      if !mayBeRead { Issue.record("read, \(what())") }
    } catch {
      let text = "\(error)"
      if text.split(separator: "\n").count > 3 || !text.contains("'f") {
        Issue.record("\(what()): \(text)")
      }
    }
  }
  for count in LongTests.sample(of: bytes.indices, every: sample) {
    attempt(Array(bytes[..<count]), "cut off at \(count)", mayBeRead: false)
  }
  // Every byte with every change, in one row: so a part of them has changes of every kind.
  let damages = stride(from: 0, to: bytes.count, by: step).flatMap { place in
    changes.map { (place, $0) }
  }
  for (place, change) in LongTests.sample(of: damages, every: sample) {
    var damaged = bytes
    damaged[place] ^= change
    attempt(damaged, "byte \(place) changed by \(change)", mayBeRead: true)
  }
  attempt(bytes, "whole", mayBeRead: true)
}
