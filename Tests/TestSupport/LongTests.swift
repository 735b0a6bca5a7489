// How much of a long sweep is walked: a fixed part of it by default, so that `swift test` answers
// soon, and all of it where LSTM_LONG_TESTS=1 stands in the environment, as in CI.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The switch for sweeps that take long: every byte of a file, every entry of a large table.
///
/// A part is the same on every machine and in every run, and is never empty where the whole is not.
public enum LongTests {
  /// Whether all of every sweep is walked.
  public static let isOn = ProcessInfo.processInfo.environment["LSTM_LONG_TESTS"] == "1"

  /// A part of some cases, or all of them where the switch is on.
  ///
  /// - Parameters:
  ///   - cases: what could be walked, in an order that stays.
  ///   - step: the first case is taken and every `step`-th after it. An odd number for bytes: fields
  ///     of files are two, four or eight bytes wide, and their places should all have their turn.
  public static func sample<Cases: Collection>(of cases: Cases, every step: Int) -> [Cases.Element]
  {
    isOn ? Array(cases) : part(of: cases, every: step)
  }

  /// The part, whatever the switch says.
  static func part<Cases: Collection>(of cases: Cases, every step: Int) -> [Cases.Element] {
    cases.enumerated().filter { $0.offset % step == 0 }.map(\.element)
  }

  /// How often something random is tried: a part of the times, or all of them where the switch is
  /// on. The numbers drawn are the first of those that the whole draws.
  public static func count(_ times: Int, every step: Int) -> Int {
    isOn ? times : (times + step - 1) / step
  }
}
