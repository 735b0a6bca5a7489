// The names, sizes and numbers of cases, and how they are picked.

import LSTMFormats
import Testing

@testable import BenchmarkKit

@Suite("Cases")
struct CaseTests {
  @Test(
    "A case's name and title say all its sizes",
    arguments: [
      (BenchmarkCase(.stream, hidden: 5, steps: 100), "stream-h5-b1", "5, 1"),
      (
        BenchmarkCase(.sequence, hidden: 256, batch: 32, steps: 50, layers: 2),
        "sequence-h256-b32-t50-l2", "256, 32, 50, 2 layers"
      ),
      (
        BenchmarkCase(.sequence, hidden: 8, steps: 3, directions: 2), "sequence-h8-b1-t3-d2",
        "8, 1, 3, both directions"
      ),
      (
        BenchmarkCase(.training, hidden: 128, batch: 32, steps: 50, vocabulary: 65),
        "training-h128-b32-t50-v65", "128, 32, 50, V 65"
      ),
    ])
  func names(one: BenchmarkCase, id: String, title: String) {
    #expect(one.id == id)
    #expect(one.title == title)
  }

  @Test("No two cases of a grid share a name")
  func unique() {
    for grid in [BenchmarkCase.grid, BenchmarkCase.quickGrid] {
      #expect(Set(grid.map(\.id)).count == grid.count)
    }
  }

  private static let work: [(one: BenchmarkCase, count: Double)] = [
    (BenchmarkCase(.stream, hidden: 10, steps: 3), 4800),
    (BenchmarkCase(.sequence, hidden: 10, batch: 4, steps: 3), 19200),
    (BenchmarkCase(.sequence, hidden: 10, steps: 1, layers: 2), 3200),
    // The second layer reads both directions: 8 H (2 H + H) twice.
    (BenchmarkCase(.sequence, hidden: 10, steps: 1, layers: 2, directions: 2), 8000),
    // Three times the layer's 1600 and the head's 140, for six steps.
    (BenchmarkCase(.training, hidden: 10, batch: 2, steps: 3, vocabulary: 7), 31320),
  ]

  @Test("Work is 16 H² a step where the input is as wide as the layer", arguments: work)
  func operations(one: BenchmarkCase, count: Double) {
    #expect(one.operations == count)
  }

  @Test("Cases are picked by any part of their names")
  func picked() throws {
    let picked = try BenchmarkCase.cases(BenchmarkCase.grid, named: ["stream-h5-", "h1024-b32"])
    #expect(picked.map(\.id) == ["stream-h5-b1", "sequence-h1024-b32-t20"])
    #expect(try BenchmarkCase.cases(BenchmarkCase.grid, named: []) == BenchmarkCase.grid)
  }

  @Test("A name that no case has is refused with the names there are")
  func unknown() {
    #expect(throws: BenchmarkError.noSuchCase("h99", valid: BenchmarkCase.quickGrid.map(\.id))) {
      try BenchmarkCase.cases(BenchmarkCase.quickGrid, named: ["stream", "h99"])
    }
  }

  @Test(
    "A case's numbers come back from its file as they were",
    arguments: [
      BenchmarkCase(.sequence, hidden: 3, batch: 2, steps: 4, layers: 2, directions: 2),
      BenchmarkCase(.training, hidden: 3, batch: 2, steps: 4, layers: 2, vocabulary: 5),
    ])
  func file(one: BenchmarkCase) throws {
    try withFolder { folder in
      let data = try CaseData(one)
      let path = folder.appending(path: "arrays.npz").path
      try NpzFile(data.archive()).write(to: path)
      let read = try CaseData(one, readingFrom: path)
      #expect(read.network == data.network)
      #expect(read.input == data.input)
      #expect(read.state == data.state)
      #expect(read.targets == data.targets)
    }
  }
}
