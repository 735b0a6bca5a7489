// The forgeries of the superblock, of headers and of groups.

@testable import LSTMFormats

extension HDF5Damage {
  static let all: [HDF5Damage] = superblock + headers + groups + texts + datasets + chunks

  static let superblock: [HDF5Damage] = [
    HDF5Damage(
      "other first bytes",
      "'f' is not an HDF5 file: its first bytes are others. Check what the file is."
    ) { $0[1] = 0 },
    HDF5Damage(
      "an unknown superblock",
      "'f': the root (at byte 8) is damaged: the superblock has the unknown version "
        + "4.\nCopy or save the file again."
    ) { $0[8] = 4 },
    HDF5Damage(
      "addresses of three bytes",
      "'f': the root (at byte 15) is damaged: the superblock has addresses of 3 bytes "
        + "and lengths of 8.\nCopy or save the file again."
    ) { $0[13] = 3 },
    HDF5Damage(
      "a base address",
      "'f': the root (at byte 32) has bytes of somebody else before it, which is not "
        + "read.\nRewrite the file in a form that is: h5repack -f NONE -l CONTI OLD NEW"
    ) { $0.put(512, 8, at: 24) },
    HDF5Damage(
      "an end beyond the end",
      "'f' is cut short: it has 6496 of 6497 bytes. Copy or save it again."
    ) { $0.put($0.count + 1, 8, at: 40) },
    HDF5Damage(
      "no root",
      "'f': the root (at byte 64) is damaged: the superblock refers to nothing.\nCopy "
        + "or save the file again."
    ) { $0.put(-1, 8, at: 64) },
    HDF5Damage(
      "a root beyond the end",
      "'f': the root (at byte 64) is damaged: the superblock refers to byte 6496, "
        + "beyond the file's 6496.\nCopy or save the file again."
    ) { $0.put($0.count, 8, at: 64) },
    HDF5Damage(
      "a root that is the superblock",
      "'f': the root (at byte 0) is damaged: its header has the unknown version "
        + "137.\nCopy or save the file again."
    ) { $0.put(0, 8, at: 64) },
    HDF5Damage(
      "a file of its signature",
      "'f': the root (at byte 8) is damaged: the superblock ends too early.\nCopy or "
        + "save the file again."
    ) { $0 = Array($0.prefix(8)) },
    HDF5Damage(
      "a superblock of another checksum", in: .made("few-latest.h5"),
      "'f': the root (at byte 0) is damaged: the checksum of the superblock is "
        + "another.\nCopy or save the file again."
    ) { $0[44] ^= 1 },
  ]

  static let headers: [HDF5Damage] = [
    HDF5Damage(
      "a header as long as anything",
      "'f': 'g' (at byte 5440) is damaged: its header would end beyond the file's 6496 "
        + "bytes.\nCopy or save the file again."
    ) {
      $0.put(Int(UInt32.max), 4, at: $0.message(0x11, size: 16) - 16)
    },
    HDF5Damage(
      "a message longer than its header",
      "'f': 'g' (at byte 5448) is damaged: its header ends too early.\nCopy or save "
        + "the file again."
    ) {
      $0.put(60000, 2, at: $0.message(0x11, size: 16) - 6)
    },
    HDF5Damage(
      "a header that goes on in itself",
      "'f': 'g' (at byte 5440) is damaged: its parts refer to one another in "
        + "circles.\nCopy or save the file again."
    ) { bytes in
      // The symbol table becomes a continuation that leads to the message itself.
      let place = bytes.message(0x11, size: 16)
      bytes.put(0x10, 2, at: place - 8)
      bytes.put(place - 8, 8, at: place)
      bytes.put(24, 8, at: place + 8)
    },
    HDF5Damage(
      "a header that goes on nowhere",
      "'f': 'g' (at byte 5448) is damaged: a message refers to nothing.\nCopy or save "
        + "the file again."
    ) { bytes in
      let place = bytes.message(0x11, size: 16)
      bytes.put(0x10, 2, at: place - 8)
      bytes.put(-1, 8, at: place)
    },
    HDF5Damage(
      "a shared message",
      "'f': 'g' (at byte 5448) has its symbol table in common with other objects, "
        + "which is not read.\nSave the model again with Keras: it writes none."
    ) { $0[$0.message(0x11, size: 16) - 4] = 2 },
    HDF5Damage(
      "a new header of another checksum", in: .made("few-latest.h5"), reads: "group/n1",
      "'f': the root (at byte 48) is damaged: the checksum of its header is "
        + "another.\nCopy or save the file again."
    ) {
      $0[$0.place(of: "OHDR") + 8] ^= 1
    },
    HDF5Damage(
      "a new header of an unknown version", in: .made("few-latest.h5"), reads: "group/n1",
      "'f': the root (at byte 52) is damaged: its header has the unknown version "
        + "3.\nCopy or save the file again."
    ) { $0[$0.place(of: "OHDR") + 4] = 3 },
    HDF5Damage(
      "neither a group nor numbers",
      "'f': 'g' (at byte 5424) is not a group."
    ) { bytes in
      bytes.put(0, 2, at: bytes.message(0x11, size: 16) - 8)
    },
  ]

  static let groups: [HDF5Damage] = [
    HDF5Damage(
      "a group within itself", reads: String(repeating: "g/", count: 65) + "d",
      "'f' has no "
        + "'g/g/g/g/g/g/g/g/g/g/g/g/g/g/g/g/g/g/g/g/g/g/g/g/…/g/g/g/g/g/g/g/g/g/g/g/d'."
    ) {
      $0.put($0.rootHeader, 8, at: $0.place(of: "SNOD", 1) + 16)
    },
    HDF5Damage(
      "a symbol table without a tree",
      "'f': 'g' (at byte 5448) is damaged: its symbol table refers to nothing.\nCopy "
        + "or save the file again."
    ) {
      $0.put(-1, 8, at: $0.message(0x11, size: 16))
    },
    HDF5Damage(
      "a tree of other letters",
      "'f': 'g' (at byte 4880) is damaged: the tree of its symbol table does not begin "
        + "with 'TREE'.\nCopy or save the file again."
    ) { $0[$0.place(of: "TREE")] = 0x55 },
    HDF5Damage(
      "a tree of chunks in place of links",
      "'f': 'g' (at byte 4884) is damaged: the tree of its symbol table has a node of "
        + "type 1 and level 0 where another should be.\nCopy or save the file again."
    ) { $0[$0.place(of: "TREE") + 4] = 1 },
    HDF5Damage(
      "a tree that is its own child",
      "'f': 'g' (at byte 4884) is damaged: the tree of its symbol table has a node of "
        + "type 0 and level 1 where another should be.\nCopy or save the file again."
    ) { bytes in
      let tree = bytes.place(of: "TREE")
      bytes[tree + 5] = 1
      bytes.put(tree, 8, at: tree + 32)
    },
    HDF5Damage(
      "a tree all of whose children are one",
      "'f': 'g' (at byte 4880) is damaged: its parts refer to one another in "
        + "circles.\nCopy or save the file again."
    ) { bytes in
      // Twenty levels of nodes with sixteen times the same child: 16 to the power of 20 paths.
      let top = bytes.count
      for level in (1...20).reversed() {
        let next = bytes.count + 24 + 16 * 16 + 8
        bytes += Array("TREE".utf8) + [0, UInt8(level)] + HDF5Writer.number(16, 2)
        bytes += [UInt8](repeating: 0xFF, count: 16)
        let child = level == 1 ? bytes.place(of: "TREE") : next
        for _ in 0..<16 { bytes += HDF5Writer.number(0, 8) + HDF5Writer.number(child, 8) }
        bytes += HDF5Writer.number(0, 8)
      }
      bytes.put(top, 8, at: bytes.message(0x11, size: 16))
      bytes.put(bytes.count, 8, at: 40)
    },
    HDF5Damage(
      "a tree of 65535 children",
      "'f': 'g' (at byte 4904) is damaged: the tree of its symbol table would end "
        + "beyond the file's 6496 bytes.\nCopy or save the file again."
    ) {
      $0.put(65535, 2, at: $0.place(of: "TREE") + 6)
    },
    HDF5Damage(
      "a node of other letters",
      "'f': 'g' (at byte 4552) is damaged: a node of its symbol table does not begin "
        + "with 'SNOD'.\nCopy or save the file again."
    ) { $0[$0.place(of: "SNOD")] = 0x55 },
    HDF5Damage(
      "a node of an unknown version",
      "'f': 'g' (at byte 4556) is damaged: a node of its symbol table has the unknown "
        + "version 2.\nCopy or save the file again."
    ) { $0[$0.place(of: "SNOD") + 4] = 2 },
    HDF5Damage(
      "a node of 65535 links",
      "'f': 'g' (at byte 4560) is damaged: a node of its symbol table would end beyond "
        + "the file's 6496 bytes.\nCopy or save the file again."
    ) { $0.put(65535, 2, at: $0.place(of: "SNOD") + 6) },
    HDF5Damage(
      "a link to nothing",
      "'f': 'g' (at byte 4580) is damaged: a node of its symbol table refers to "
        + "nothing.\nCopy or save the file again."
    ) { $0.put(-1, 8, at: $0.place(of: "SNOD") + 16) },
    HDF5Damage(
      "a name outside of the heap",
      "'f': 'g' (at byte 4568) is damaged: a node of its symbol table names a place "
        + "outside of the heap.\nCopy or save the file again."
    ) { $0.put(24, 8, at: $0.place(of: "SNOD") + 8) },
    HDF5Damage(
      "a name without an end",
      "'f': 'g' (at byte 4568) is damaged: a node of its symbol table has a name "
        + "without an end.\nCopy or save the file again."
    ) { bytes in
      let data = bytes.place(of: "HEAP") + 32
      for place in data + 16..<data + 24 { bytes[place] = 0x41 }
      bytes.put(16, 8, at: bytes.place(of: "SNOD") + 8)
    },
    HDF5Damage(
      "a heap as large as anything",
      "'f': 'g' (at byte 4528) is damaged: the heap of its names would end beyond the "
        + "file's 6496 bytes.\nCopy or save the file again."
    ) {
      $0.put(1 << 60, 8, at: $0.place(of: "HEAP") + 8)
    },
    HDF5Damage(
      "a heap larger than anything",
      "'f': 'g' (at byte 4504) is damaged: the heap of its names has a size of "
        + "4611686018427387904.\nCopy or save the file again."
    ) {
      $0.put(1 << 62, 8, at: $0.place(of: "HEAP") + 8)
    },
    HDF5Damage(
      "a soft link",
      "'f': 'g/d' (at byte 4560) is a soft link, which is not followed.\nSave the "
        + "model again with Keras: it writes none."
    ) { $0.put(2, 4, at: $0.place(of: "SNOD") + 24) },
    HDF5Damage(
      "numbers in place of a group", reads: "g/d/e",
      "'f': 'g/d' (at byte 4216) is not a group."
    ) { _ in },
    HDF5Damage(
      "a name that is not there", reads: "g/f",
      "'f' has no 'g/f'. Did you mean 'g/d'?"
    ) { _ in },
  ]
}

extension [UInt8] {
  fileprivate var rootHeader: Int { number(at: 64) }
}
