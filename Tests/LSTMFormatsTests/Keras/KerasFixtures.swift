// Models that Keras wrote, and what Keras computed with them: Tests/Fixtures/keras, made by
// Scripts/fixtures/make_keras.py and make_keras2.py.

import LSTMCore
import TestSupport

@testable import LSTMFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The files of one version of Keras.
struct KerasFixtures: Sendable {
  /// Those of Keras 3.15.
  static let three = Result { try KerasFixtures("keras3") }
  /// Those of Keras 2.15 and of older forms.
  static let two = Result { try KerasFixtures("keras2") }

  /// An input and what Keras makes of it.
  struct Case: Decodable, Sendable {
    let file: String
    let tolerance: Double?
    let inputShape: [Int]
    let input: [Double]
    let outputShape: [Int]
    let output: [Double]
  }

  private struct Document: Decodable { let cases: [Case] }

  let cases: [Case]
  private let archive: ZipArchive

  private init(_ name: String) throws {
    let outer = try ZipArchive(
      ByteStorage(Fixtures.data("keras/\(name).zip")), file: "\(name).zip")
    let (storage, range) = try outer.data(of: outer.requiredMember(named: "files.zip"))
    let archive = try ZipArchive(Self.bytes(storage, range), file: "files.zip")
    let (list, place) = try archive.data(of: archive.requiredMember(named: "cases.json"))
    let data = list.withUnsafeBytes { Data($0[place]) }
    (self.archive, cases) = (archive, try JSONDecoder().decode(Document.self, from: data).cases)
  }

  private static func bytes(_ storage: ByteStorage, _ range: Range<Int>) -> ByteStorage {
    storage.withUnsafeBytes { ByteStorage($0[range]) }
  }

  /// The names of the files.
  var names: [String] { archive.members.map(\.name) }

  /// A file.
  func file(_ name: String) throws -> ByteStorage {
    let (storage, range) = try archive.data(of: archive.requiredMember(named: name))
    return Self.bytes(storage, range)
  }

  /// A file, as bytes to change.
  func bytes(_ name: String) throws -> [UInt8] {
    try file(name).withUnsafeBytes { Array($0) }
  }
}

extension KerasFixtures.Case {
  /// The input as a network here takes it: time first.
  var networkInput: NetworkInput<Double> {
    let (batch, steps) = (inputShape[0], inputShape[1])
    if inputShape.count == 2 {
      var ids = [Int](repeating: 0, count: input.count)
      for sequence in 0..<batch {
        for step in 0..<steps { ids[step * batch + sequence] = Int(input[sequence * steps + step]) }
      }
      return .tokens(ids: ids, steps: steps, batch: batch)
    }
    let array = Array3(planes: batch, rows: steps, columns: inputShape[2], values: input)
    return .values(array.swappingPlanesAndRows)
  }
}
