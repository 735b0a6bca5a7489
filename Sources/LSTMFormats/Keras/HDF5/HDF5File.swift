// An HDF5 file that is read: its groups, found step by step, so that no link is ever followed out
// of the file. Numbers are read in HDF5Dataset.swift, text in HDF5Attribute.swift.

#if HDF5
  import CHDF5

  /// An object in an HDF5 file: a group or a dataset.
  struct HDF5Node {
    /// The name of the file, for errors.
    let file: String
    /// The bytes of the whole file: nothing in it can rightly be larger.
    let fileSize: Int
    /// Where the object is, "layers/lstm/cell"; empty at the root.
    let place: String
    let handle: HDF5Handle
    // The file must be open as long as one of its objects is.
    private let root: HDF5Handle

    /// Opens a file that lies in memory and lends its root. The bytes are not copied.
    ///
    /// - Parameters:
    ///   - storage: where the bytes are.
    ///   - range: which of them are the file.
    ///   - file: its name, for errors.
    ///   - body: what to do with the root; nothing of the file may outlive it.
    /// - Throws: ``HDF5Error``, and what `body` throws.
    static func open<Result>(
      _ storage: ByteStorage, range: Range<Int>, file: String,
      _ body: (HDF5Node) throws -> Result
    ) throws -> Result {
      try storage.withUnsafeBytes { bytes in
        let bytes = UnsafeRawBufferPointer(rebasing: bytes[range])
        guard matches(bytes) else { throw HDF5Error.notHDF5(file: file) }
        return try HDF5Library.exclusively {
          var image = lstm_hdf5_image(bytes: bytes.baseAddress, count: bytes.count)
          return try withUnsafeMutablePointer(to: &image) { image in
            // A name under which there can be no file: the library looks, and refuses if there is.
            let handle = HDF5Handle(lstm_hdf5_file_access(), closedBy: H5Pclose).flatMap { access in
              lstm_hdf5_set_image(access.id, image) < 0
                ? nil
                : HDF5Handle(H5Fopen("/dev/null/lstm", 0, access.id), closedBy: H5Fclose)
            }
            guard let handle, let root = HDF5Handle(H5Oopen(handle.id, "/", 0), closedBy: H5Oclose)
            else {
              throw HDF5Error.damaged(file: file, place: "the file", what: "its structure")
            }
            return try body(
              HDF5Node(
                file: file, fileSize: bytes.count, place: "", handle: root, root: handle))
          }
        }
      }
    }

    /// Whether bytes begin as HDF5 files do. (HDF5 also allows the signature further on, behind
    /// bytes of somebody else; Keras writes no such file.)
    static func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
      bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A])
    }

    /// The place in words, for errors about the object itself.
    var placeInWords: String { place.isEmpty ? "the root" : "'\(place)'" }

    private enum Kind: Int32 {
      case group = 0
      case dataset = 1
    }

    private var kind: Kind? { Kind(rawValue: lstm_hdf5_object_kind(handle.id)) }
    /// Whether the object is a dataset.
    var isDataset: Bool { kind == .dataset }

    /// The object at a path below this one, name by name.
    ///
    /// - Throws: ``HDF5Error/missing(file:place:nearest:)``, ``HDF5Error/link(file:place:isSoft:)``,
    ///   ``HDF5Error/wrongKind(file:place:expected:)`` or ``HDF5Error/damaged(file:place:what:)``.
    func node(_ path: String) throws -> HDF5Node {
      try path.split(separator: "/").filter { $0 != "." }.reduce(self) { node, name in
        try node.child(String(name))
      }
    }

    /// Whether something of this name, a single one, stands in the group.
    func contains(_ name: String) -> Bool {
      kind == .group && !name.utf8.contains(0) && lstm_hdf5_link_kind(handle.id, name) >= 0
    }

    private func child(_ name: String) throws -> HDF5Node {
      let place = place.isEmpty ? name : "\(self.place)/\(name)"
      guard kind == .group else {
        throw HDF5Error.wrongKind(file: file, place: self.place, expected: "a group")
      }
      guard contains(name) else {
        let near = nearestName(to: name, among: names(atMost: 1000))
        throw HDF5Error.missing(
          file: file, place: place,
          nearest: near.map { self.place.isEmpty ? $0 : "\(self.place)/\($0)" })
      }
      switch lstm_hdf5_link_kind(handle.id, name) {
      case 0: break
      case 1: throw HDF5Error.link(file: file, place: place, isSoft: true)
      default: throw HDF5Error.link(file: file, place: place, isSoft: false)
      }
      guard let child = HDF5Handle(H5Oopen(handle.id, name, 0), closedBy: H5Oclose) else {
        throw HDF5Error.damaged(file: file, place: "'\(place)'", what: "the object")
      }
      return HDF5Node(file: file, fileSize: fileSize, place: place, handle: child, root: root)
    }

    /// The names in the group, by the alphabet; those over 255 bytes are left out.
    func names(atMost limit: Int) -> [String] {
      var names: [String] = []
      var buffer = [CChar](repeating: 0, count: 256)
      while names.count < limit {
        let length = H5Lget_name_by_idx(
          handle.id, ".", H5_INDEX_NAME, H5_ITER_INC, hsize_t(names.count), &buffer, buffer.count,
          0)
        guard length > 0 else { break }
        names.append(
          length < buffer.count
            ? String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            : "")
      }
      return names.filter { !$0.isEmpty }
    }
  }
#endif
