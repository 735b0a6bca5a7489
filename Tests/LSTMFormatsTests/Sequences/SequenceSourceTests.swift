// Files of sequences read in blocks: the numbers are those of the whole file, in every type and order.

import Foundation
import LSTMCore
import TestSupport
import Testing

@testable import LSTMFormats

@Suite("Sequences in blocks of steps")
struct SequenceSourceTests {
  /// Every step of an input, read in blocks.
  private func values<Scalar: BinaryFloatingPoint & Real>(
    _ source: SequenceSource, blocks: Int, as: Scalar.Type
  ) throws -> [Scalar] {
    var source = source
    var values: [Scalar] = []
    for start in stride(from: 0, to: source.steps, by: blocks) {
      let range = start..<min(start + blocks, source.steps)
      let input: NetworkInput<Scalar> = try source.input(range)
      #expect(input.steps == range.count && input.batch == source.batch)
      switch input {
      case .values(let array): values += array.values
      case .tokens(let ids, _, _): values += ids.map { Scalar($0) }
      }
    }
    return values
  }

  private static let floats: [NumberType] = [.float16, .bfloat16, .float32, .float64]

  @Test("Blocks of an array have its numbers, time-major and batch-first", arguments: floats)
  func arrays(_ type: NumberType) throws {
    let (steps, batch, features) = (7, 3, 2)
    let numbers = (0..<steps * batch * features).map { Double($0) / 8 - 2 }
    let tensor = Tensor(numbers, shape: [steps, batch, features], type: type)
    let storage = ByteStorage(NumpyFile(tensor).bytes())
    let source = try SequenceSource(storage: storage, file: "f.npy", readsTokens: false)
    #expect(source.steps == steps && source.batch == batch)
    let swapped = Array3(planes: steps, rows: batch, columns: features, values: numbers)
      .swappingPlanesAndRows
    let batchFirst = try SequenceSource(
      storage: ByteStorage(
        NumpyFile(Tensor(swapped.values, shape: swapped.shape, type: type)).bytes()),
      file: "f.npy", readsTokens: false, isBatchFirst: true)
    #expect(batchFirst.steps == steps && batchFirst.batch == batch)
    for blocks in [1, 2, 7, 100] {
      for source in [source, batchFirst] {
        #expect(try values(source, blocks: blocks, as: Double.self) == numbers)
        #expect(try values(source, blocks: blocks, as: Float.self) == numbers.map { Float($0) })
      }
    }
  }

  @Test("Token ids come in blocks, out of every type of whole numbers")
  func tokens() throws {
    let ids: [Int64] = [0, 5, 1, 4, 2, 3, 6, 0]
    for isBatchFirst in [false, true] {
      let source = try SequenceSource(
        storage: ByteStorage(NumpyFile(Tensor(ids, shape: [4, 2])).bytes()), file: "f.npy",
        readsTokens: true, isBatchFirst: isBatchFirst)
      let sizes = isBatchFirst ? [2, 4] : [4, 2]
      #expect([source.steps, source.batch] == sizes)
      let expected: [Double] =
        isBatchFirst ? [0, 1, 2, 6, 5, 4, 3, 0] : ids.map { Double($0) }
      for blocks in [1, 3, 4] {
        #expect(try values(source, blocks: blocks, as: Double.self) == expected)
      }
    }
    #expect(throws: SequenceFileError.self) {
      try values(
        SequenceSource(
          storage: ByteStorage(NumpyFile(Tensor([0.0, 1, 2, 2.5], shape: [4])).bytes()),
          file: "f.npy",
          readsTokens: true), blocks: 2, as: Double.self)
    }
  }

  private func lines(_ text: String) throws -> CSVLines {
    try CSVLines(ByteStorage(Array(text.utf8)), file: "f.csv")
  }

  @Test("Text is read as before: headings, blank lines, line ends of Windows, a byte order mark")
  func text() throws {
    for text in [
      "1,2\n3,4\n", "a,b\n1,2\n\n3,4", "1,2\r\n3,4\r\n", "\u{FEFF}1,2\n3,4\n", "1 2\n3 4\n",
      "x\r\n\r\n 1 , 2 \r\n3,4e0\r\n", "[1, 2]\n(3, 4)\n",
    ] {
      var table = try lines(text)
      #expect(table.count == 2 && table.columns == 2, "\(text)")
      #expect(try table.numbers(0..<2) == [1, 2, 3, 4], "\(text)")
      #expect(try table.numbers(1..<2) == [3, 4], "\(text)")
      #expect(try table.numbers(0..<1) + table.numbers(1..<2) == [1, 2, 3, 4], "\(text)")
    }
    let source = try SequenceSource(
      storage: ByteStorage(Array("1,2\n3,4\n5,6\n".utf8)), file: "f.csv", readsTokens: false)
    #expect(source.steps == 3 && source.batch == 1)
    #expect(try values(source, blocks: 2, as: Float.self) == [1, 2, 3, 4, 5, 6])
  }

  @Test("Plain numbers are read to the bit as Swift reads them")
  func numbers() throws {
    var generator = SplitMix64(seed: 8)
    var texts = ["0", "-0", "1e22", "-1e-22", "9007199254740993", "0.1", ".5", "5.", "1E+3", "+2"]
    for _ in 0..<2000 {
      let value = Double(bitPattern: generator.next())
      if value.isFinite { texts.append("\(value)") }
      texts.append("\((generator.nextUnit() - 0.5) * 100)")
      texts.append("\(Float(generator.nextUnit()))")
    }
    var table = try lines(texts.joined(separator: "\n"))
    let found = try table.numbers(0..<texts.count)
    for (text, value) in zip(texts, found) {
      #expect(Double(text)?.bitPattern == value.bitPattern, "\(text)")
    }
  }

  @Test("What is wrong in a line is said with its number")
  func wrongLines() throws {
    func message(_ text: String) -> String {
      do {
        var table = try lines(text)
        _ = try table.numbers(0..<table.count)
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      message("a,b\n1,2\n\n3\n") == "'f.csv', line 4: there are 1 numbers, but the first line has "
        + "2. Every step needs as many.")
    for (text, start) in [
      ("1,2\n3,x\n", "'f.csv', line 2: entry 2"), ("1,2\n3,\n", "'f.csv', line 2: entry 2"),
      ("1\n1e999\n", "'f.csv', line 2"), ("a\nb\n", "'f.csv', line 2"), ("\n \n", "'f.csv'"),
    ] { #expect(message(text).hasPrefix(start), "\(text): \(message(text))") }
    #expect(throws: LSTMFormatsError.unreadableFile("f.csv", reason: "it is not UTF-8 text")) {
      var table = try CSVLines(ByteStorage([0x31, 0x0A, 0xFF, 0xFE, 0x0A]), file: "f.csv")
      _ = try table.numbers(0..<2)
    }
  }
}
