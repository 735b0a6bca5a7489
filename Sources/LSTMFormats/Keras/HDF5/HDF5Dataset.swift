// The numbers of a dataset. Before a byte of memory is asked for, the declared size is held
// against what the file really stores: a header of a few bytes can declare a petabyte.

#if HDF5
  import CHDF5

  extension HDF5Node {
    /// A dataset may not grow to more than this many times what it takes in the file.
    static let greatestGrowth: UInt64 = 1000
    /// Below this many bytes nothing is too large.
    static let harmless: UInt64 = 64 << 10
    /// Above this many bytes nothing may be compressed at all.
    static let greatestCompressed: UInt64 = 4 << 30

    /// The numbers of this dataset.
    ///
    /// - Throws: ``HDF5Error``.
    func tensor() throws -> Tensor {
      guard isDataset else {
        throw HDF5Error.wrongKind(file: file, place: place, expected: "a dataset")
      }
      try refuseNumbersElsewhere()
      let type = try numberType()
      let shape = try shape()
      let count = try byteCount(shape, type)
      guard let memory = memoryType(type) else { throw damaged("the type of its numbers") }
      let storage = try ByteStorage(count: count) { bytes in
        guard count > 0 else { return }
        guard H5Dread(handle.id, memory.id, 0, 0, 0, bytes.baseAddress) >= 0 else {
          throw damaged("the numbers")
        }
      }
      return Tensor(type: type, shape: shape, storage: storage)
    }

    private func damaged(_ what: String) -> HDF5Error {
      .damaged(file: file, place: placeInWords, what: what)
    }

    private func refuseNumbersElsewhere() throws {
      guard let creation = HDF5Handle(H5Dget_create_plist(handle.id), closedBy: H5Pclose) else {
        throw damaged("its layout")
      }
      let layout = H5Pget_layout(creation.id)
      if layout == H5D_VIRTUAL {
        throw HDF5Error.elsewhere(file: file, place: place, isVirtual: true)
      }
      let externalCount = H5Pget_external_count(creation.id)
      guard externalCount >= 0, layout.rawValue >= 0 else { throw damaged("its layout") }
      if externalCount > 0 {
        throw HDF5Error.elsewhere(file: file, place: place, isVirtual: false)
      }
      if layout == H5D_CHUNKED { try refuseLargeChunks(creation) }
    }

    // A chunk is unpacked as a whole, however little of it the dataset uses.
    private func refuseLargeChunks(_ creation: HDF5Handle) throws {
      var sizes = [hsize_t](repeating: 0, count: 32)
      let rank = H5Pget_chunk(creation.id, Int32(sizes.count), &sizes)
      guard rank >= 0, rank <= sizes.count else { throw damaged("its layout") }
      let chunk = sizes.prefix(Int(rank)).reduce(UInt64(8)) { size, next in
        let (product, isTooLarge) = size.multipliedReportingOverflow(by: next)
        return isTooLarge ? .max : product
      }
      try check(size: chunk)
    }

    private func check(size: UInt64) throws {
      let stored = H5Dget_storage_size(handle.id)
      let limit = stored.multipliedReportingOverflow(by: Self.greatestGrowth)
      let isBomb = size > Self.harmless && !limit.overflow && size > limit.partialValue
      if isBomb || size > max(Self.greatestCompressed, stored) || stored > UInt64(fileSize) {
        throw HDF5Error.tooLarge(file: file, place: place, size: size, storedSize: stored)
      }
    }

    private func shape() throws -> [Int] {
      guard let space = HDF5Handle(H5Dget_space(handle.id), closedBy: H5Sclose) else {
        throw damaged("its shape")
      }
      guard H5Sget_simple_extent_type(space.id) != H5S_NULL else {
        throw HDF5Error.badShape(file: file, place: place, shape: [])
      }
      let rank = H5Sget_simple_extent_ndims(space.id)
      guard rank >= 0, rank <= 32 else { throw damaged("its shape") }
      var sizes = [hsize_t](repeating: 0, count: 32)
      guard H5Sget_simple_extent_dims(space.id, &sizes, nil) == rank else {
        throw damaged("its shape")
      }
      sizes = Array(sizes.prefix(Int(rank)))
      guard rank <= 8, sizes.allSatisfy({ $0 <= UInt64(Int32.max) }) else {
        throw HDF5Error.badShape(file: file, place: place, shape: sizes)
      }
      return sizes.map { Int($0) }
    }

    private func byteCount(_ shape: [Int], _ type: NumberType) throws -> Int {
      guard let count = LSTMFormats.byteCount(of: shape, bitsEach: 8 * type.byteCount) else {
        throw HDF5Error.badShape(file: file, place: place, shape: shape.map { UInt64($0) })
      }
      try check(size: UInt64(count))
      return count
    }

    // Keras writes bfloat16 as opaque pairs of bytes, since HDF5 had no such number.
    private func numberType() throws -> NumberType {
      guard let type = HDF5Handle(H5Dget_type(handle.id), closedBy: H5Tclose) else {
        throw damaged("the type of its numbers")
      }
      let size = H5Tget_size(type.id)
      switch H5Tget_class(type.id) {
      case H5T_OPAQUE where size == 2: return .bfloat16
      case H5T_FLOAT:
        for candidate in [NumberType.float32, .float64, .float16, .bfloat16] {
          guard let memory = memoryType(candidate, opaque: false) else { continue }
          if H5Tequal(type.id, memory.id) > 0 { return candidate }
          // The same numbers from a machine with the other order of bytes.
          guard let swapped = HDF5Handle(H5Tcopy(memory.id), closedBy: H5Tclose),
            H5Tset_order(swapped.id, H5T_ORDER_BE) >= 0
          else { continue }
          if H5Tequal(type.id, swapped.id) > 0 { return candidate }
        }
      default: break
      }
      throw HDF5Error.unknownType(file: file, place: place)
    }

    // What the library is to write into memory: always little-endian.
    private func memoryType(_ type: NumberType, opaque: Bool = true) -> HDF5Handle? {
      switch type {
      case .float32: HDF5Handle(lstm_hdf5_float32()) { _ in 0 }
      case .float64: HDF5Handle(lstm_hdf5_float64()) { _ in 0 }
      case .float16: HDF5Handle(lstm_hdf5_float16(), closedBy: H5Tclose)
      case .bfloat16:
        if opaque, let own = HDF5Handle(H5Dget_type(handle.id), closedBy: H5Tclose),
          H5Tget_class(own.id) == H5T_OPAQUE
        {
          own
        } else {
          HDF5Handle(lstm_hdf5_bfloat16(), closedBy: H5Tclose)
        }
      default: nil
      }
    }
  }
#endif
