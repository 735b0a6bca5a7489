// HDF5 files that this package writes, read again. That other programs read them, too, is
// Scripts/checks/check_keras.py's to say.

import TestSupport
import Testing

@testable import LSTMFormats

@Suite struct HDF5WriterTests {
  private func root(_ group: HDF5Group) throws -> HDF5Node {
    try HDF5File.root(of: ByteStorage(HDF5Writer.bytes(of: group)), file: "f")
  }

  @Test(
    "Numbers of every type of weights come back",
    arguments: KerasWriterTests.types.map { NumberType($0) })
  func numbers(type: NumberType) throws {
    var group = HDF5Group()
    let shapes = [[2, 3], [], [4], [0, 5]]
    for (index, shape) in shapes.enumerated() {
      group.add(HDF5Numbers(tensor: patterned(type, shape)), at: ["a", "\(index)"])
    }
    let root = try root(group)
    for (index, shape) in shapes.enumerated() {
      let found = try root.node("a/\(index)").tensor()
      #expect(found.type == type)
      #expect(found.shape == shape)
      #expect(hexadecimal(found) == hexadecimal(patterned(type, shape)))
    }
  }

  @Test("Text comes back, beside groups and numbers, one or a list")
  func text() throws {
    let long = String(repeating: "x", count: 100_000)
    let texts: [(name: String, text: HDF5Text)] = [
      ("one", .one("größer")), ("empty", .one("")), ("long", .one(long)),
      ("list", .list(["a", "", "größer", long])), ("single", .list(["a"])), ("none", .list([])),
    ]
    var group = HDF5Group(attributes: texts)
    group.add(HDF5Numbers(tensor: patterned(.float32, [2]), attributes: texts), at: ["a"])
    let root = try root(group)
    for node in [root, try root.node("a")] {
      for (name, text) in texts { #expect(try node.splitTexts(name) == text.all) }
      #expect(try node.text("one") == "größer")
      #expect(try node.text("absent") == nil)
    }
  }

  @Test(
    "A group holds as many links as it is given",
    arguments: [0, 1, 8, 9, 256, 257] + LongTests.sample(of: [3000, 8193], every: 2))
  func manyLinks(count: Int) throws {
    var group = HDF5Group()
    for number in 0..<count {
      group.datasets["n\(number)"] = HDF5Numbers(tensor: Tensor([Float(number)], shape: [1]))
    }
    let root = try root(group)
    for number in stride(from: 0, to: count, by: 97) {
      #expect(try root.node("n\(number)").tensor().doubles() == [Double(number)])
    }
    #expect(try !root.contains("n\(count)"))
  }

  @Test("More texts than an attribute or a collection of the heap has room for come back")
  func manyTexts() throws {
    var group = HDF5Group()
    let names = (0..<9000).map { "text \($0)" }
    group.add(names, named: "a")
    #expect(group.attributes.map(\.name) == ["a0", "a1", "a2"])
    #expect(try root(group).splitTexts("a") == names)
  }

  @Test("The same content has the same bytes")
  func deterministic() {
    func bytes() -> [UInt8] {
      var group = HDF5Group(attributes: [("a", .list(["x", "y", "x"]))])
      for name in ["c", "a", "b"] {
        group.add(HDF5Numbers(tensor: patterned(.float32, [2])), at: [name, "d"])
      }
      return HDF5Writer.bytes(of: group)
    }
    #expect(bytes() == bytes())
  }
}
