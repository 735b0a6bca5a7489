// Arrays that NumPy wrote, arrays for NumPy, and arrays that are none.

import LSTMFormats
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The header of an .npy file that is refused, and what is said about it.
struct BrokenHeader: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let header: String
  let error: String
  init(_ name: String, _ header: String, _ error: String) {
    (testDescription, self.header, self.error) = (name, header, error)
  }

  private static func bad(_ byte: Int, _ reason: String) -> String {
    "'f.npy' has a damaged header: at byte \(byte), \(reason).\nSave it again with numpy.save."
  }

  private static func type(_ type: String) -> String {
    "'f.npy' holds the type '\(type)', which is no bool, integer or float of up to 64 bits.\n"
      + "Save numbers: numpy.save(path, array.astype('float32'))."
  }

  private static func descr(_ text: String) -> String {
    "{'descr': \(text), 'fortran_order': False, 'shape': (1,), }"
  }

  private static func shape(_ text: String) -> String {
    "{'descr': '<f4', 'fortran_order': False, 'shape': \(text), }"
  }

  private static let pickled =
    "'f.npy' holds pickled Python objects. Reading them would run code: refused.\n"
    + "Save numbers: numpy.save(path, array.astype('float32'))."
  private static let structured =
    "'f.npy' holds records of several fields. Save one field: numpy.save(path, array['field'])."

  static let all: [BrokenHeader] = [
    .init(
      "empty", "",
      bad(10, "a text, a number, True, False or a bracket should stand, but the header ends")),
    .init("a list", "[]", bad(10, "a dictionary in braces should stand")),
    .init(
      "a call", "eval('1')",
      bad(10, "a text, a number, True, False or a bracket should stand, but found 'e'")),
    .init("an open brace", "{'descr'", bad(18, "':' should stand, but the header ends")),
    .init("an open text", "{'descr", bad(11, "the text that begins there has no closing quote")),
    .init(
      "an escape at the end", "{'descr\\",
      bad(11, "the text that begins there has no closing quote")),
    .init("a number as a key", "{1: 2}", bad(11, "a key in quotes should stand, but found '1'")),
    .init("something behind", shape("(1,)") + " 1", bad(68, "the end should stand, but found '1'")),
    .init(
      "a key that stands twice", "{'shape': (1,), 'shape': (2,)}",
      bad(26, "the key 'shape' stands twice")),
    .init(
      "an unknown key", "{'descr': '<f4', 'order': 1}", bad(10, "there is the unknown key 'order'")),
    .init(
      "no shape", "{'descr': '<f4', 'fortran_order': False}", bad(10, "the key 'shape' is missing")),
    .init(
      "no descr", "{'shape': (1,), 'fortran_order': False}", bad(10, "the key 'descr' is missing")),
    .init(
      "an order that is none", "{'descr': '<f4', 'fortran_order': 1, 'shape': (1,)}",
      bad(10, "'fortran_order' has to be True or False")),
    .init("a shape in brackets", shape("[1]"), bad(10, "the shape has to be a tuple, like (3, 4)")),
    .init("a number as shape", shape("(1)"), bad(10, "the shape has to be a tuple, like (3, 4)")),
    .init("a text in the shape", shape("('1',)"), bad(10, "the shape has to hold whole numbers")),
    .init(
      "a negative size", shape("(-1,)"),
      bad(61, "a text, a number, True, False or a bracket should stand, but found '-'")),
    .init(
      "a fraction as size", shape("(1.0,)"),
      bad(61, "a text, a number, True, False or a bracket should stand, but found '1'")),
    .init(
      "a size with a leading zero", shape("(01,)"),
      bad(61, "a text, a number, True, False or a bracket should stand, but found '0'")),
    .init(
      "a size beyond 64 bits", shape("(9223372036854775808,)"),
      bad(10, "the shape has a size beyond 64 bits")),
    .init(
      "65 sizes", shape("(" + String(repeating: "1,", count: 65) + ")"),
      bad(10, "the shape has more than 64 sizes")),
    .init(
      "deep brackets", shape(String(repeating: "(", count: 50)),
      bad(75, "brackets are nested more than 16 deep")),
    .init(
      "sizes that overflow", shape("(4294967296, 4294967296)"),
      "'f.npy' has the shape (4294967296, 4294967296), which no memory can hold. "
        + "The header is damaged: save it again."),
    .init(
      "sizes that overflow beside a zero", shape("(0, 4294967296, 4294967296)"),
      "'f.npy' has the shape (0, 4294967296, 4294967296), which no memory can hold. "
        + "The header is damaged: save it again."),
    .init(
      "more numbers than there are", shape("(1000, 1000)"),
      "'f.npy' is cut short: the shape (1000, 1000) needs 4000000 bytes of numbers, but only 4 "
        + "are left. Copy or save it again."),
    .init(
      "fewer numbers than there are", shape("(0,)"),
      "'f.npy': 4 more bytes follow the numbers, from byte 67 on.\n"
        + "Save several arrays with numpy.savez."),
    .init("objects", descr("'|O'"), pickled),
    .init("objects of eight bytes", descr("'<O8'"), pickled),
    .init("records", descr("[('a', '<f4'), ('b', '<f4')]"), structured),
    .init("records as a dictionary", descr("{'names': ['a']}"), structured),
    .init("a number as type", descr("4"), bad(10, "'descr' has to be a text")),
    .init("complex numbers", descr("'<c8'"), type("<c8")),
    .init("texts", descr("'<U3'"), type("<U3")),
    .init("dates", descr("'<M8[D]'"), type("<M8[D]")),
    .init("long doubles", descr("'<f16'"), type("<f16")),
    .init("no order of bytes", descr("'f4'"), type("f4")),
    .init("two orders of bytes", descr("'<>f4'"), type("<>f4")),
    .init("an order of bytes that says nothing", descr("'|f4'"), type("|f4")),
    .init("a type on two lines", descr("'\\n'"), type("\\n")),
  ]
}

@Suite("NumPy's arrays")
struct NumpyTests {
  static let files = [
    "c.npy", "fortran.npy", "big-endian.npy", "big-endian-fortran.npy", "bool-fortran.npy",
    "half-big-endian.npy", "scalar.npy", "empty.npy", "empty-fortran.npy", "one-size.npy",
    "seven-sizes.npy", "version-2.npy", "version-3.npy", "bfloat16.npy",
  ]

  private func file(_ header: String, _ numbers: [UInt8] = [0, 0, 128, 63]) -> ByteStorage {
    let length = header.utf8.count
    return ByteStorage(
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
        + Array(header.utf8) + numbers)
  }

  @Test("What NumPy wrote is read, bit for bit", arguments: files)
  func read(file: String) throws {
    let array = try #require(try ContainerFixtures.expected(file)[""])
    expect(try NumpyFile(contentsOf: ContainerFixtures.path(file)).tensor, equals: array)
  }

  @Test(
    "What is written are the very bytes that NumPy writes",
    arguments: ["c.npy", "scalar.npy", "empty.npy", "one-size.npy", "seven-sizes.npy"])
  func sameBytes(file: String) throws {
    let tensor = try NumpyFile(contentsOf: ContainerFixtures.path(file)).tensor
    #expect(NumpyFile(tensor).bytes() == (try ContainerFixtures.bytes(file)))
  }

  @Test("So are those of versions 2.0 and 3.0")
  func sameBytesInOtherVersions() throws {
    for (version, file) in [(NumpyFile.Version.two, "version-2.npy"), (.three, "version-3.npy")] {
      let tensor = try NumpyFile(contentsOf: ContainerFixtures.path(file)).tensor
      #expect(NumpyFile(tensor).bytes(version: version) == (try ContainerFixtures.bytes(file)))
    }
  }

  @Test("Every type in every version comes back, bit for bit", arguments: NumberType.allCases)
  func roundTrip(type: NumberType) throws {
    for version in NumpyFile.Version.allCases {
      for shape in [[], [0], [5], [2, 3], [2, 1, 3, 1]] {
        let tensor = patterned(type, shape)
        let bytes = NumpyFile(tensor).bytes(version: version)
        let found = try NumpyFile(storage: ByteStorage(bytes), file: "f.npy").tensor
        #expect(found.shape == shape)
        if type == .bfloat16 {
          #expect(found.type == .float32)
          #expect(
            zip(found.doubles(), tensor.doubles()).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
        } else {
          #expect(found.type == type)
          #expect(hexadecimal(found) == hexadecimal(tensor))
        }
        #expect((bytes.count - found.withUnsafeBytes { $0.count }) % 64 == 0)
      }
    }
  }

  @Test("Numbers that lie as tensors do are not copied")
  func inPlace() throws {
    let storage = try ByteStorage(mapping: ContainerFixtures.path("c.npy"))
    #expect(try NumpyFile(storage: storage, file: "c.npy").tensor.storage === storage)
    #expect(NumpyFile.matches(storage))
  }

  @Test("A file is written and read")
  func writtenAndRead() throws {
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "a.npy").path
      try NumpyFile(Tensor([1, 2, 3] as [Float], shape: [3])).write(to: path)
      #expect(try NumpyFile(contentsOf: path).tensor.doubles() == [1, 2, 3])
    }
  }

  @Test("Headers that Python 2 and other programs write are read")
  func forms() throws {
    for header in [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1L,), }\n",
      "{\"shape\":(1,),\"descr\":\"<f4\",\"fortran_order\":True}",
      " { 'fortran_order' : False ,\n'shape' : ( 1 , 1 ) , 'descr' : ('<f4') } ",
    ] {
      #expect(try NumpyFile(storage: file(header), file: "f.npy").tensor.doubles() == [1])
    }
  }

  @Test("A header that is none is refused", arguments: BrokenHeader.all)
  func broken(header: BrokenHeader) {
    expectError(header.error) { try NumpyFile(storage: file(header.header), file: "f.npy").tensor }
    #expect(header.error.split(separator: "\n").count <= 3)
  }

  @Test("What is no .npy file is refused")
  func otherFiles() {
    func parse(_ bytes: [UInt8]) throws -> Tensor {
      try NumpyFile(storage: ByteStorage(bytes), file: "f.npy").tensor
    }
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    for bytes in [[], Array("text that is long".utf8), magic] {
      expectError(
        "'f.npy' is not an array that NumPy saved: it does not begin with \\x93NUMPY.\n"
          + "Save it with numpy.save or numpy.savez."
      ) { try parse(bytes) }
    }
    expectError(
      "'f.npy' has version 4.0 of the .npy format. Versions 1.0, 2.0 and 3.0 are read."
    ) { try parse(magic + [4, 0, 0, 0]) }
    expectError(
      "'f.npy' has version 1.1 of the .npy format. Versions 1.0, 2.0 and 3.0 are read."
    ) { try parse(magic + [1, 1, 0, 0]) }
    expectError(
      "'f.npy' is cut short: its header should have 4 bytes, but only 1 are left. "
        + "Copy or save it again."
    ) { try parse(magic + [2, 0, 0]) }
    expectError(
      "'f.npy' is cut short: its header should have 9 bytes, but only 2 are left. "
        + "Copy or save it again."
    ) { try parse(magic + [1, 0, 9, 0, 32, 32]) }
    for version: UInt8 in [1, 2] {
      expectError(
        "'f.npy' has a header of 10001 bytes. More than 10000 are refused, as NumPy does."
      ) {
        try parse(
          magic + [version, 0, 0x11, 0x27] + (version == 2 ? [0, 0] : [])
            + [UInt8](repeating: 32, count: 10_001))
      }
    }
    expectError(
      "'f.npy' has a damaged header: at byte 12, the header is not UTF-8.\n"
        + "Save it again with numpy.save."
    ) { try parse(magic + [3, 0, 1, 0, 0, 0, 0xFF]) }
  }

  @Test("A header of 10,000 bytes is not yet too long")
  func longest() throws {
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"
    let header = text + String(repeating: " ", count: 10_000 - text.count)
    #expect(try NumpyFile(storage: file(header), file: "f.npy").tensor.doubles() == [1])
  }

  @Test(
    "What NumPy saves, but is no array of numbers, is refused",
    arguments: ["objects", "structured", "complex", "text", "dates", "long"])
  func refused(name: String) {
    #expect(throws: NumpyError.self) {
      try NumpyFile(contentsOf: ContainerFixtures.path("refused-\(name).npy"))
    }
  }

  @Test(
    "Cut off or changed at any byte, an array is refused or read, and nothing worse",
    arguments: ["c.npy", "big-endian-fortran.npy", "version-2.npy", "version-3.npy", "empty.npy"])
  func damage(file: String) throws {
    expectHarmless(try ContainerFixtures.bytes(file)) {
      _ = try NumpyFile(storage: $0, file: "f.npy").tensor.doubles()
    }
  }
}
