// JSON documents as models. What stands in ours is ModelJSON's, in other programs' ForeignJSON's.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ModelForm {
  /// JSON, for small models written by hand.
  public static let json = ModelForm(
    identifier: "json", title: "JSON model", extensions: ["json"],
    settings: Set(LSTMModel.Setting.allCases),
    recognise: { content, _ in
      let start = content.withUnsafeBytes { Array($0.prefix(512)) }
      // White space, and the mark of UTF-8 that some editors write, may stand before the brace.
      let text = start.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) || $0 >= 0xBB }
      return text.first == UInt8(ascii: "{") ? .possible : .foreign
    },
    read: { content, file, choice in
      let data = content.withUnsafeBytes { Data($0) }
      if let model = try ForeignJSON.model(data, file: file, choice: choice) { return model }
      let model = try ModelJSON.parse(data, file: file)
      return try model.taking(choice, file: file)
    },
    write: { model, output in
      try output.write(Array(ModelJSON.text(of: model).utf8))
      return []
    })
}
