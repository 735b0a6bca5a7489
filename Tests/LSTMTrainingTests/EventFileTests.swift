// TensorBoard's records, by the checksum that RFC 3720 publishes.

import Testing

@testable import LSTMTraining

@Suite("TensorBoard's event files")
struct EventFileTests {
  @Test("The checksum is CRC-32C, turned and shifted")
  func checksum() {
    // RFC 3720, B.4: 32 bytes of zeros have the CRC-32C 8a9136aa.
    let crc: UInt32 = 0x8A91_36AA
    #expect(
      EventFile.maskedChecksum([UInt8](repeating: 0, count: 32))
        == (crc >> 15 | crc << 17) &+ 0xA282_EAD8)
  }

  @Test("A record is its length, the bytes, and their checksums")
  func record() {
    let record = EventFile.record([1, 2, 3])
    #expect(record.count == 8 + 4 + 3 + 4)
    #expect(Array(record[..<8]) == [3, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(record[12..<15]) == [1, 2, 3])
  }
}
