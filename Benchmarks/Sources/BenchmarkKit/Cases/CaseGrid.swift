// The cases that are compared, and how some of them are picked by name.

import LSTMFormats

extension BenchmarkCase {
  /// Every case of the comparison, in the order of the tables.
  package static let grid: [BenchmarkCase] =
    [5, 64, 256, 512, 1024].map { BenchmarkCase(.stream, hidden: $0, steps: 100) } + [
      BenchmarkCase(.sequence, hidden: 64, steps: 100),
      BenchmarkCase(.sequence, hidden: 256, steps: 100),
      BenchmarkCase(.sequence, hidden: 512, steps: 100),
      BenchmarkCase(.sequence, hidden: 1024, steps: 50),
      BenchmarkCase(.sequence, hidden: 256, steps: 100, layers: 2),
      BenchmarkCase(.sequence, hidden: 256, steps: 100, directions: 2),
      BenchmarkCase(.sequence, hidden: 128, batch: 32, steps: 100),
      BenchmarkCase(.sequence, hidden: 256, batch: 32, steps: 100),
      BenchmarkCase(.sequence, hidden: 256, batch: 64, steps: 100),
      BenchmarkCase(.sequence, hidden: 512, batch: 32, steps: 50),
      BenchmarkCase(.sequence, hidden: 1024, batch: 32, steps: 20),
      BenchmarkCase(.sequence, hidden: 256, batch: 32, steps: 50, layers: 2),
      BenchmarkCase(.sequence, hidden: 256, batch: 32, steps: 50, directions: 2),
      BenchmarkCase(.training, hidden: 128, batch: 32, steps: 50, vocabulary: 65),
      BenchmarkCase(.training, hidden: 256, batch: 32, steps: 64, layers: 2, vocabulary: 96),
      BenchmarkCase(.training, hidden: 512, batch: 32, steps: 64, layers: 2, vocabulary: 96),
      BenchmarkCase(.training, hidden: 512, batch: 64, steps: 100, vocabulary: 256),
    ]

  /// One case of each kind and of each size class, for a look that takes a minute.
  package static let quickGrid: [BenchmarkCase] = [
    BenchmarkCase(.stream, hidden: 5, steps: 100),
    BenchmarkCase(.stream, hidden: 256, steps: 100),
    BenchmarkCase(.sequence, hidden: 64, steps: 100),
    BenchmarkCase(.sequence, hidden: 256, steps: 100),
    BenchmarkCase(.sequence, hidden: 128, batch: 32, steps: 100),
    BenchmarkCase(.training, hidden: 128, batch: 32, steps: 50, vocabulary: 65),
  ]

  /// The case that a fresh process answers first.
  package static let firstAnswer = BenchmarkCase(.sequence, hidden: 64, steps: 100)

  /// The case at which a process's memory is looked at: 32 MB of weights.
  package static let memory = BenchmarkCase(.sequence, hidden: 1024, batch: 32, steps: 20)

  /// The cases whose names contain one of the texts; all of them where there is no text.
  ///
  /// - Throws: ``BenchmarkError/noSuchCase(_:valid:)`` for a text that no name contains.
  package static func cases(_ cases: [BenchmarkCase], named texts: [String]) throws
    -> [BenchmarkCase]
  {
    guard !texts.isEmpty else { return cases }
    for text in texts where !cases.contains(where: { $0.id.contains(text) }) {
      throw BenchmarkError.noSuchCase(text, valid: cases.map(\.id))
    }
    return cases.filter { one in texts.contains { one.id.contains($0) } }
  }
}
