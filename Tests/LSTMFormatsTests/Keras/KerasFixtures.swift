// Models that Keras wrote, and what Keras computed with them: Tests/Fixtures/keras, made by
// Scripts/fixtures/make_keras.py and make_keras2.py. The files of HDF5 by itself are there too.

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
  private let files: ZippedFiles

  private init(_ name: String) throws {
    files = try ZippedFiles("keras/\(name).zip")
    cases = try JSONDecoder().decode(
      Document.self, from: Data(files.bytes("cases.json"))
    ).cases
  }

  /// The names of the files.
  var names: [String] { files.names }

  /// A file.
  func file(_ name: String) throws -> ByteStorage { ByteStorage(try bytes(name)) }

  /// A file, as bytes to change.
  func bytes(_ name: String) throws -> [UInt8] { try files.bytes(name) }
}

/// Files in a stored zip file inside a deflated one, as Scripts/fixtures/zipped.py writes them.
struct ZippedFiles: Sendable {
  private let archive: ZipArchive

  init(_ name: String) throws {
    let outer = try ZipArchive(ByteStorage(Fixtures.data(name)), file: name)
    let (storage, range) = try outer.data(of: outer.requiredMember(named: "files.zip"))
    archive = try ZipArchive(
      storage.withUnsafeBytes { ByteStorage($0[range]) }, file: "files.zip")
  }

  /// The names of the files.
  var names: [String] { archive.members.map(\.name) }

  /// The bytes of a file.
  func bytes(_ name: String) throws -> [UInt8] {
    let (storage, range) = try archive.data(of: archive.requiredMember(named: name))
    return storage.withUnsafeBytes { Array($0[range]) }
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
