// Text beside groups and datasets: one string or a list of them, of fixed or variable length.

#if HDF5
  import CHDF5

  extension HDF5Node {
    /// More entries than an attribute has room for in the header of an object (64 KiB, and a
    /// string of variable length takes 16 bytes there).
    static let mostEntries: UInt64 = 4096

    /// Whether the object has an attribute.
    func hasAttribute(_ name: String) -> Bool { H5Aexists(handle.id, name) > 0 }

    /// The text of an attribute, or nil where there is none of that name.
    ///
    /// - Throws: ``HDF5Error``, also where the attribute is a list.
    func text(_ name: String) throws -> String? {
      guard let texts = try texts(name) else { return nil }
      guard texts.count == 1, let text = texts.first else {
        throw HDF5Error.notText(file: file, place: placeInWords, attribute: name)
      }
      return text
    }

    /// The list of texts of an attribute that Keras splits where it is over 64 KiB: `name`, or
    /// else `name0`, `name1` and so on; nil where there is neither.
    ///
    /// - Throws: ``HDF5Error``.
    func splitTexts(_ name: String) throws -> [String]? {
      if let whole = try texts(name) { return whole }
      var parts: [String]?
      var index = 0
      while let part = try texts("\(name)\(index)") {
        parts = (parts ?? []) + part
        index += 1
      }
      return parts
    }

    private func texts(_ name: String) throws -> [String]? {
      guard hasAttribute(name) else { return nil }
      func damaged() -> HDF5Error {
        .damaged(file: file, place: placeInWords, what: "the attribute '\(name)'")
      }
      guard let attribute = HDF5Handle(H5Aopen(handle.id, name, 0), closedBy: H5Aclose),
        let type = HDF5Handle(H5Aget_type(attribute.id), closedBy: H5Tclose),
        let space = HDF5Handle(H5Aget_space(attribute.id), closedBy: H5Sclose)
      else { throw damaged() }
      let points = H5Sget_simple_extent_npoints(space.id)
      guard points >= 0 else { throw damaged() }
      if points == 0 { return [] }  // An empty list is one of numbers, as NumPy makes it.
      guard H5Tget_class(type.id) == H5T_STRING else {
        throw HDF5Error.notText(file: file, place: placeInWords, attribute: name)
      }
      guard UInt64(points) <= Self.mostEntries else {
        throw HDF5Error.longAttribute(
          file: file, place: placeInWords, attribute: name, count: UInt64(points))
      }
      let count = Int(points)
      return try H5Tis_variable_str(type.id) > 0
        ? variable(attribute, type, space, count, damaged)
        : fixed(attribute, type, count, damaged)
    }

    private func fixed(
      _ attribute: HDF5Handle, _ type: HDF5Handle, _ count: Int, _ damaged: () -> HDF5Error
    ) throws -> [String] {
      let size = H5Tget_size(type.id)
      guard size > 0, let total = byteCount(of: [size, count], bitsEach: 8), total <= fileSize
      else { throw damaged() }
      var bytes = [UInt8](repeating: 0, count: total)
      guard H5Aread(attribute.id, type.id, &bytes) >= 0 else { throw damaged() }
      let isSpacePadded = H5Tget_strpad(type.id) == H5T_STR_SPACEPAD
      return (0..<count).map { index in
        var text = bytes[index * size..<(index + 1) * size].prefix { $0 != 0 }
        if isSpacePadded { while text.last == 0x20 { text.removeLast() } }
        return String(decoding: text, as: UTF8.self)
      }
    }

    private func variable(
      _ attribute: HDF5Handle, _ type: HDF5Handle, _ space: HDF5Handle, _ count: Int,
      _ damaged: () -> HDF5Error
    ) throws -> [String] {
      guard let memory = HDF5Handle(H5Tcopy(lstm_hdf5_text()), closedBy: H5Tclose),
        H5Tset_size(memory.id, lstm_hdf5_variable_size()) >= 0,
        H5Tset_cset(memory.id, H5Tget_cset(type.id)) >= 0
      else { throw damaged() }
      var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
      guard H5Aread(attribute.id, memory.id, &pointers) >= 0 else { throw damaged() }
      defer { H5Dvlen_reclaim(memory.id, space.id, 0, &pointers) }
      return pointers.map { pointer in pointer.map { String(cString: $0) } ?? "" }
    }
  }
#endif
