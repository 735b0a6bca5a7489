// Headers of safetensors files: which are read and which are refused, with the whole text of the
// error. What the format's own package (0.8.0) does with each was measured; where it is more
// lenient than its description, the case says so.

import LSTMFormats
import TestSupport
import Testing

/// A header with the bytes behind it, and what is said about it; nil where it is read.
struct SafetensorsCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let header: String
  let count: Int
  let error: String?
  init(_ name: String, _ header: String, _ count: Int = 4, _ error: String? = nil) {
    (testDescription, self.header, self.count) = (name, header, count)
    self.error = error.map { "'f': \($0)" }
  }

  var storage: ByteStorage {
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    return ByteStorage(length + Array(header.utf8) + [UInt8](repeating: 0, count: count))
  }

  static func tensor(
    _ name: String = "a", _ type: String = "F32", _ shape: String = "[1]",
    _ offsets: String = "[0,4]", _ more: String = ""
  ) -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)\(more)}"
  }

  static let accepted: [SafetensorsCase] = [
    .init("no tensors", "{}", 0),
    .init("a scalar", "{\(tensor("a", "F32", "[]"))}"),
    .init("a tensor without numbers", "{\(tensor("a", "I32", "[2, 0]", "[0, 0]"))}", 0),
    .init(
      "two tensors without numbers in one place",
      "{\(tensor("a", "I32", "[0]", "[0,0]")),\(tensor("b", "I32", "[0]", "[0,0]"))}", 0),
    .init(
      "the last tensor first",
      "{\(tensor("b", "F32", "[1]", "[4,8]")),\(tensor("a"))}", 8),
    .init("every kind of space behind", "{\(tensor())}\r \t\n"),
    .init("a header of any length", "{\(tensor("ab"))}   "),
    .init(
      "fields in another order", "{\"a\":{\"data_offsets\":[0,4],\"shape\":[1],\"dtype\":\"F32\"}}"),
    .init(
      "unknown fields",
      "{\(tensor("a", "F32", "[1]", "[0,4]", ",\"x\":[{\"y\":[-1.5e+3,0,true,false,null]},\"\"]"))}"
    ),
    .init("an empty name", "{\(tensor(""))}"),
    .init("escapes in a name", "{\(tensor("\\u0061\\ud83d\\ude00\\n\\/"))}"),
    .init("metadata in the middle", "{\(tensor()),\"__metadata__\":{\"a\":\"b\"}}"),
    .init("metadata of nothing", "{\"__metadata__\":{}}", 0),
    .init("metadata of null", "{\"__metadata__\":null}", 0),
    .init("six-bit numbers", "{\(tensor("a", "F6_E2M3", "[4]", "[0,3]"))}", 3),
    .init("four-bit numbers", "{\(tensor("a", "F4", "[2,2]", "[0,2]"))}", 2),
  ]

  static let places: [SafetensorsCase] = [
    .init(
      "a gap", "{\(tensor()),\(tensor("b", "F32", "[1]", "[8,12]"))}", 12,
      "the tensor 'b' begins at 8, but the one before ends at 4: no byte may be left out."),
    .init(
      "a gap before the first", "{\(tensor("a", "F32", "[1]", "[4,8]"))}", 8,
      "the tensor 'a' begins at 4, but the one before ends at 0: no byte may be left out."),
    .init(
      "an overlap",
      "{\(tensor("a", "F32", "[2]", "[0,8]")),\(tensor("b", "F32", "[2]", "[4,12]"))}",
      12,
      "the tensors 'a' and 'b' overlap at 4. No byte may belong to two; the file is damaged or forged."
    ),
    .init(
      "one range for two", "{\(tensor("b")),\(tensor("a"))}", 4,
      "the tensors 'b' and 'a' overlap at 0. No byte may belong to two; the file is damaged or forged."
    ),
    .init(
      "one range for ten, as in upstream's attack",
      "{" + (0..<10).map { tensor("weight_\($0)", "F32", "[2,2]", "[0,16]") }.joined(separator: ",")
        + "}", 16,
      "the tensors 'weight_0' and 'weight_1' overlap at 0. No byte may belong to two; the file is "
        + "damaged or forged."),
    .init(
      "nothing inside of something",
      "{\(tensor("a", "F32", "[2]", "[0,8]")),\(tensor("b", "F32", "[0]", "[4,4]"))}", 8,
      "the tensors 'a' and 'b' overlap at 4. No byte may belong to two; the file is damaged or forged."
    ),
    .init(
      "an end before the beginning", "{\(tensor("a", "F32", "[1]", "[4,0]"))}", 4,
      "the tensor 'a' ends at 0, before it begins at 4. The file is damaged or forged."),
    .init(
      "too few bytes for the shape", "{\(tensor("a", "I32", "[2,2]"))}", 4,
      "the tensor 'a' has 4 bytes, but its dtype and shape need 16. The file is damaged or forged."),
    .init(
      "too many bytes for the shape", "{\(tensor("a", "U8", "[1]"))}", 4,
      "the tensor 'a' has 4 bytes, but its dtype and shape need 1. The file is damaged or forged."),
    .init(
      "one byte too many", "{\(tensor())}", 5,
      "1 byte follows the last tensor. No byte may be left over; copy or save it again."),
    .init(
      "another file behind", "{\(tensor())}", 38,
      "34 bytes follow the last tensor. No byte may be left over; copy or save it again."),
    .init(
      "a product beyond 64 bits", "{\(tensor("a", "I32", "[2,9223372036854775807]", "[0,16]"))}",
      16,
      "the tensor 'a' has the shape (2, 9223372036854775807), which no memory can hold. The file "
        + "is damaged or forged."),
    .init(
      "bytes beyond 64 bits", "{\(tensor("a", "F64", "[1152921504606846976]", "[0,0]"))}", 0,
      "the tensor 'a' has the shape (1152921504606846976,), which no memory can hold. The file is "
        + "damaged or forged."),
    .init(
      "a product beyond 64 bits beside a zero, which upstream reads",
      "{\(tensor("a", "F32", "[0,4294967296,4294967296]", "[0,0]"))}", 0,
      "the tensor 'a' has the shape (0, 4294967296, 4294967296), which no memory can hold. The "
        + "file is damaged or forged."),
    .init(
      "a fraction of a byte", "{\(tensor("a", "F4", "[3]", "[0,2]"))}", 2,
      "the tensor 'a' of shape (3,) and dtype F4 does not end at a whole byte. The file is damaged "
        + "or forged."),
  ]

  static let values: [SafetensorsCase] = [
    .init(
      "a name that stands twice, which upstream reads",
      "{\(tensor()),\(tensor("a", "F32", "[1]", "[4,8]"))}", 8,
      "'a' stands twice in the header, the second time at byte 62. Keep one of them."),
    .init(
      "a name that stands twice, once escaped",
      "{\(tensor()),\(tensor("\\u0061", "F32", "[1]", "[4,8]"))}", 8,
      "'a' stands twice in the header, the second time at byte 62. Keep one of them."),
    .init(
      "a field that stands twice", "{\(tensor("a", "F32", "[1]", "[0,4]", ",\"shape\":[1]"))}", 4,
      "'a.shape' stands twice in the header, the second time at byte 61. Keep one of them."),
    .init(
      "an unknown field that stands twice, which upstream reads",
      "{\(tensor("a", "F32", "[1]", "[0,4]", ",\"x\":1,\"x\":2"))}", 4,
      "'a.x' stands twice in the header, the second time at byte 67. Keep one of them."),
    .init(
      "metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}}", 0,
      "'__metadata__' stands twice in the header, the second time at byte 27. Keep one of them."),
    .init(
      "a key of the metadata twice, which upstream reads",
      "{\"__metadata__\":{\"a\":\"b\",\"a\":\"c\"}}", 0,
      "'__metadata__.a' stands twice in the header, the second time at byte 33. Keep one of them."),
    .init(
      "a number in the metadata", "{\"__metadata__\":{\"a\":1}}", 0,
      "__metadata__.a, at byte 29, has to be a text in double quotes."),
    .init(
      "an object in the metadata", "{\"__metadata__\":{\"a\":{}}}", 0,
      "__metadata__.a, at byte 29, has to be a text in double quotes."),
    .init(
      "metadata in a list", "{\"__metadata__\":[]}", 0,
      "__metadata__, at byte 24, has to be an object in braces."),
    .init(
      "a tensor in a list, which upstream reads", "{\"a\":[\"F32\",[1],[0,4]]}", 4,
      "a, at byte 13, has to be an object with dtype, shape and data_offsets."),
    .init(
      "no dtype", "{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
      "the tensor 'a' lacks the field 'dtype'. Each needs dtype, shape and data_offsets."),
    .init(
      "no shape", "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4,
      "the tensor 'a' lacks the field 'shape'. Each needs dtype, shape and data_offsets."),
    .init(
      "no place", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4,
      "the tensor 'a' lacks the field 'data_offsets'. Each needs dtype, shape and data_offsets."),
    .init(
      "an unknown dtype", "{\(tensor("a", "f32"))}", 4,
      "the tensor 'a' has the unknown dtype 'f32'.\nKnown: BOOL, F4, F6_E2M3, F6_E3M2, U8, I8, "
        + "F8_E5M2, F8_E4M3, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ, I16, U16, F16, BF16, I32, U32, F32, "
        + "C64, F64, I64, U64."),
    .init(
      "a number as dtype", "{\"a\":{\"dtype\":1}}", 4,
      "a.dtype, at byte 22, has to be a text in double quotes."),
    .init(
      "a negative size", "{\(tensor("a", "F32", "[-1]"))}", 4,
      "a.shape, at byte 37, has to be a list of whole numbers from 0 on."),
    .init(
      "a fraction as size", "{\(tensor("a", "F32", "[1.0]"))}", 4,
      "a.shape, at byte 37, has to be a list of whole numbers from 0 on."),
    .init(
      "an exponent in a size", "{\(tensor("a", "F32", "[1e0]"))}", 4,
      "a.shape, at byte 37, has to be a list of whole numbers from 0 on."),
    .init(
      "a leading zero in a size", "{\(tensor("a", "F32", "[01]"))}", 4,
      "a.shape, at byte 37, has to be a list of whole numbers from 0 on."),
    .init(
      "a size beyond 64 bits", "{\(tensor("a", "I32", "[2,18446744073709551614]"))}", 4,
      "a.shape, at byte 39, has to be a list of whole numbers from 0 on."),
    .init(
      "a shape that is none", "{\(tensor("a", "F32", "null"))}", 4,
      "a.shape, at byte 36, has to be a list of whole numbers from 0 on."),
    .init(
      "a place of three numbers", "{\(tensor("a", "F32", "[1]", "[0,4,5]"))}", 4,
      "a.data_offsets, at byte 55, has to be two whole numbers from 0 on."),
    .init(
      "a place of one number", "{\(tensor("a", "F32", "[1]", "[4]"))}", 4,
      "a.data_offsets, at byte 55, has to be two whole numbers from 0 on."),
    .init(
      "a negative place", "{\(tensor("a", "F32", "[1]", "[-4,0]"))}", 4,
      "a.data_offsets, at byte 56, has to be two whole numbers from 0 on."),
  ]

  private static func json(_ byte: Int, _ reason: String) -> String {
    "the header is not valid JSON: at byte \(byte), \(reason)."
  }

  static let syntax: [SafetensorsCase] = [
    .init("a brace", "{", 0, json(9, "a key in double quotes should stand, but the header ends")),
    .init("NUL behind", "{}\0", 0, json(10, "only space should stand, but found '\\u{0}'")),
    .init("a second header behind", "{} {}", 0, json(11, "only space should stand, but found '{'")),
    .init(
      "a comma behind the last", "{\(tensor()),}", 4,
      json(62, "a key in double quotes should stand, but found '}'")),
    .init("no colon", "{\"a\" 1}", 0, json(13, "':' should stand, but found '1'")),
    .init(
      "no comma", "{\"a\":{\"x\":1 \"y\":2}}", 0,
      json(20, "',' or '}' should stand, but found '\"'")),
    .init(
      "no comma in a list", "{\"a\":{\"x\":[1 2]}}", 0,
      json(21, "',' or ']' should stand, but found '2'")),
    .init("an open text", "{\"a", 0, json(9, "the text that begins there has no closing quote")),
    .init(
      "a line break in a text", "{\"a\n\":{}}", 0,
      json(11, "a text has a line break or control character")),
    .init(
      "an escape there is not", "{\"\\a\":{}}", 0,
      json(10, "a backslash begins no escape that JSON has")),
    .init(
      "half a pair of surrogates", "{\"\\ud800\":{}}", 0,
      json(10, "a backslash begins no escape that JSON has")),
    .init(
      "the wrong half first", "{\"\\udc00\\ud800\":{}}", 0,
      json(10, "a backslash begins no escape that JSON has")),
    .init(
      "two first halves", "{\"\\ud800\\ud800\":{}}", 0,
      json(10, "a backslash begins no escape that JSON has")),
    .init(
      "three digits", "{\"\\u12\":{}}", 0, json(10, "a backslash begins no escape that JSON has")),
    .init("a word", "{\"a\":{\"x\":nul}}", 0, json(18, "a value should stand, but found 'n'")),
    .init("NaN", "{\"a\":{\"x\":NaN}}", 0, json(18, "a value should stand, but found 'N'")),
    .init(
      "a number that is none", "{\"a\":{\"x\":1.}}", 0,
      json(18, "a value should stand, but found '1'")),
    .init(
      "deep brackets, as in upstream's attack",
      "{\"a\":{\"x\":\(String(repeating: "[", count: 100_000))}}", 0,
      json(82, "brackets are nested more than 64 deep")),
  ]
}

@Suite("Safetensors files that lie")
struct SafetensorsHostileTests {
  @Test("What the format allows is read", arguments: SafetensorsCase.accepted)
  func accepted(header: SafetensorsCase) {
    #expect(throws: Never.self) { try SafetensorsFile(storage: header.storage, file: "f") }
  }

  @Test(
    "What it forbids is refused, with the reason",
    arguments: SafetensorsCase.places + SafetensorsCase.values + SafetensorsCase.syntax)
  func refused(header: SafetensorsCase) throws {
    let error = try #require(header.error)
    expectError(error) { try SafetensorsFile(storage: header.storage, file: "f") }
    #expect(error.split(separator: "\n").count <= 3)
  }

  @Test("Numbers that are cut short are refused")
  func short() {
    expectError(
      "'f' is cut short: its tensors need 4 bytes, but only 2 are left. Copy or save it again."
    ) {
      try SafetensorsFile(
        storage: SafetensorsCase("", "{\(SafetensorsCase.tensor())}", 2).storage, file: "f")
    }
  }

  @Test("A length of the header that cannot be is refused")
  func lengths() {
    func read(_ length: UInt64, _ rest: [UInt8]) throws -> SafetensorsFile {
      let bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) }
      return try SafetensorsFile(storage: ByteStorage(bytes + rest), file: "f")
    }
    expectError(
      "'f' is not a safetensors file: it has 0 bytes, at least 10 are needed. Check the name."
    ) {
      try SafetensorsFile(storage: ByteStorage([]), file: "f")
    }
    expectError(
      "'f' is not a safetensors file: it has 1 byte, at least 10 are needed. Check the name."
    ) {
      try SafetensorsFile(storage: ByteStorage([1]), file: "f")
    }
    for length: UInt64 in [100_000_001, 1 << 63, .max] {
      expectError(
        "'f' is not a safetensors file: its header would be \(length) bytes long, but 100000000 "
          + "are the most. Check what the file is."
      ) { try read(length, Array("{}".utf8)) }
    }
    for length: UInt64 in [3, 100_000_000] {
      expectError(
        "'f' is cut short or no safetensors file: its header should have \(length) bytes, but "
          + "only 2 are left."
      ) { try read(length, Array("{}".utf8)) }
    }
    let start =
      "'f': the header does not begin with '{', as safetensors requires. "
      + "Save it again with the safetensors package."
    expectError(start) { try read(0, []) }
    expectError(start) { try read(0, Array("{}".utf8)) }
    // Upstream reads this one.
    expectError(start) { try read(3, Array(" {}".utf8)) }
    expectError(start) { try read(2, Array("[]".utf8)) }
    expectError(start) { try read(5, Array("\u{FEFF}{}".utf8)) }
    expectError(
      "'f': the header is not UTF-8 text. The file is damaged or no safetensors file."
    ) { try read(4, [0x7B, 0x22, 0xFF, 0x7D]) }
  }

  @Test("Names of any letters keep an error to one line")
  func names() {
    let name = "a\\n\\u0007\(String(repeating: "x", count: 500))\\u202e"
    let header = SafetensorsCase("", "{\(SafetensorsCase.tensor(name, "F64"))}")
    expectError(
      "'f': the tensor 'a\\u{A}\\u{7}\(String(repeating: "x", count: 45))…"
        + "\(String(repeating: "x", count: 23))\\u{202E}' has 4 bytes, but its dtype and shape "
        + "need 8. The file is damaged or forged."
    ) { try SafetensorsFile(storage: header.storage, file: "f") }
  }

  @Test("Cut off or changed at any byte, a file is refused or read, and nothing worse")
  func damage() throws {
    for file in ["plain.safetensors", "all.safetensors", "others.safetensors"] {
      expectHarmless(try ContainerFixtures.bytes(file)) { storage in
        for entry in try SafetensorsFile(storage: storage, file: "f").archive.entries {
          _ = entry.tensor.doubles()
        }
      }
    }
  }
}
