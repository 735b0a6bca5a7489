// What stands above the figures: which machine, which day.

import Foundation

/// The machine that the benchmark runs on.
package enum Machine {
  /// Such as "Intel(R) Xeon(R) Processor @ 2.80GHz, 2 cores, Debian GNU/Linux 12".
  package static var description: String {
    let process = ProcessInfo.processInfo
    let cores = process.activeProcessorCount
    return "\(processor), \(cores) core\(cores == 1 ? "" : "s"), "
      + process.operatingSystemVersionString
  }

  /// The day in the world's time, such as 2026-01-31.
  package static var today: String {
    String(ISO8601DateFormatter().string(from: Date()).prefix(10))
  }

  private static var processor: String {
    #if canImport(Darwin)
      var size = 0
      sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0)
      var name = [UInt8](repeating: 0, count: size)
      sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0)
      return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    #else
      let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
      let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
      let name = line?.split(separator: ":", maxSplits: 1).last
      return name?.trimmingCharacters(in: .whitespaces) ?? "a processor without a name"
    #endif
  }
}
