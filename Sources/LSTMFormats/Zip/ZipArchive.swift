// A zip file as models and arrays come in it (.pt, .npz, .keras): its members by name, and their
// bytes, in place where they are stored. Where the members lie is found in ZipDirectory.swift;
// zlib is called in Deflate.swift.

import LSTMCore

/// A zip file that is read: everything about its members is checked before the first is opened.
///
/// Refused are, each with its own ``ZipError``: overlapping members, names that stand twice, are
/// absolute or lead upwards, encryption, unknown methods of compression, contradictions between
/// the directory and a member's own header, sizes beyond the file, and members that would grow
/// out of all proportion.
public struct ZipArchive: Sendable {
  /// How a member is compressed.
  public enum Method: UInt16, Sendable {
    /// Not at all.
    case stored = 0
    /// By DEFLATE (RFC 1951).
    case deflated = 8
  }

  /// A member: a file within the file.
  public struct Member: Sendable, Equatable {
    /// Its name, with `/` between folders; unique in the archive.
    public let name: String
    /// How it is compressed.
    public let method: Method
    /// Its bytes in the file.
    public let compressedSize: Int
    /// Its bytes once unpacked.
    public let size: Int
    /// The CRC-32 of the unpacked bytes.
    public let checksum: UInt32
    /// Where in the file its (compressed) bytes begin.
    public let offset: Int
  }

  /// A member over 16 MiB may not grow to more than this many times its compressed size, nor
  /// all members over 256 MiB to more than this many times the file.
  static let greatestGrowth = 100

  /// The name of the file, for errors.
  public let file: String
  /// The members in the order of the directory.
  public let members: [Member]
  /// The text about the whole file that stands at its end; empty where there is none.
  public let comment: String
  private let storage: ByteStorage
  private let places: [String: Int]

  /// Reads and checks the directory of a zip file.
  ///
  /// - Parameters:
  ///   - storage: the whole file.
  ///   - file: its name, for errors.
  /// - Throws: ``ZipError``.
  public init(_ storage: ByteStorage, file: String) throws {
    (self.storage, self.file) = (storage, file)
    (members, comment) = try storage.withUnsafeBytes {
      let directory = ZipDirectory(bytes: $0, file: file)
      return (try directory.members(), directory.comment)
    }
    places = Dictionary(members.enumerated().map { ($1.name, $0) }) { first, _ in first }
    let total = members.reduce(0) { sum, member in
      let (next, isTooLarge) = sum.addingReportingOverflow(member.size)
      return isTooLarge ? .max : next
    }
    if total > 256 << 20, total / Self.greatestGrowth > storage.count {
      throw ZipError.bombTogether(file: file, size: total, fileSize: storage.count)
    }
  }

  /// Whether bytes begin as zip files do, with a member or, where there is none, the end record.
  public static func matches(_ storage: ByteStorage) -> Bool {
    storage.withUnsafeBytes {
      let signature = $0.littleEndian(UInt32.self, at: 0)
      return signature == ZipSignature.member || signature == ZipSignature.end
    }
  }

  /// The member of a name.
  public func member(named name: String) -> Member? {
    places[name].map { members[$0] }
  }

  /// The member of a name, or an error that says which name is near.
  ///
  /// - Throws: ``ZipError/missingMember(file:name:nearest:)``.
  public func requiredMember(named name: String) throws -> Member {
    guard let member = member(named: name) else {
      throw ZipError.missingMember(
        file: file, name: name,
        nearest: nearestName(to: name, among: members.prefix(1000).map(\.name)))
    }
    return member
  }

  /// The bytes of a member of this archive: a view of the file where it is stored, unpacked bytes
  /// where it is deflated. The checksum is checked either way, which reads every byte.
  ///
  /// - Throws: ``ZipError/bomb(file:name:size:compressedSize:)``,
  ///   ``ZipError/damaged(file:name:reason:)`` or
  ///   ``ZipError/wrongChecksum(file:name:found:expected:)``.
  public func data(of member: Member) throws -> (storage: ByteStorage, range: Range<Int>) {
    let range = member.offset..<member.offset + member.compressedSize
    let found: (storage: ByteStorage, range: Range<Int>)
    switch member.method {
    case .stored: found = (storage, range)
    case .deflated:
      if member.size > 16 << 20, member.size / Self.greatestGrowth > member.compressedSize {
        throw ZipError.bomb(
          file: file, name: member.name, size: member.size, compressedSize: member.compressedSize)
      }
      let unpacked = try storage.withUnsafeBytes { bytes in
        try ByteStorage(count: member.size) { output in
          let input = UnsafeRawBufferPointer(rebasing: bytes[range])
          if let reason = Deflate.unpack(input, into: output) {
            throw ZipError.damaged(file: file, name: member.name, reason: reason)
          }
        }
      }
      found = (unpacked, 0..<member.size)
    }
    let checksum = found.storage.withUnsafeBytes {
      Deflate.checksum(UnsafeRawBufferPointer(rebasing: $0[found.range]))
    }
    guard checksum == member.checksum else {
      throw ZipError.wrongChecksum(
        file: file, name: member.name, found: checksum, expected: member.checksum)
    }
    return found
  }
}
