// Files for Scripts/checks/check_containers.py, which has zipfile, numpy and safetensors read
// them. They are written only where the environment variable LSTM_WRITE_FOLDER names a folder.

import TestSupport
import Testing

@testable import LSTMFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("Files for Python")
struct ZipNumpySafetensorsForPythonTests {
  static let folder = ProcessInfo.processInfo.environment["LSTM_WRITE_FOLDER"]

  @Test("Files of every kind and type are written", .enabled(if: folder != nil))
  func write() throws {
    let folder = URL(filePath: try #require(Self.folder))
    func path(_ name: String) -> String { folder.appending(path: name).path }
    let archive = patternedArchive(metadata: ["format": "pt", "a\"\\\n\u{1}": "σ(z) 😀"])
    try SafetensorsFile(archive).write(to: path("all.safetensors"))
    try SafetensorsFile(TensorArchive()).write(to: path("none.safetensors"))
    try NpzFile(archive).write(to: path("all.npz"))
    for entry in archive.entries {
      for version in NumpyFile.Version.allCases {
        try NumpyFile(
          entry.tensor
        ).write(to: path("\(entry.name)-\(version.rawValue).npy"), version: version)
      }
    }
    for (name, method, wide) in [
      ("stored", ZipArchive.Method.stored, nil), ("deflated", .deflated, nil),
      ("stored-64", .stored, 0), ("deflated-64", .deflated, 50),
    ] as [(String, ZipArchive.Method, UInt64?)] {
      try ByteOutput.file(path("\(name).zip")) { output in
        var zip = ZipWriter(output)
        if let wide { zip.wide = wide }
        for entry in archive.entries {
          try entry.tensor.withUnsafeBytes {
            try zip.add("folder ü/\(entry.name)", $0, method: method)
          }
        }
        try zip.finish()
      }
    }
  }
}
