// A text cut into B streams that are read side by side, a window of T steps after the other, so that
// states can be carried from window to window.

import LSTMCore

/// The windows of a text.
public struct TextStreams: TrainingBatches, Sendable {
  /// The text.
  public let data: TextData
  /// The number of streams, B.
  public let batch: Int
  /// The steps of a window, T.
  public let steps: Int
  /// The windows of an epoch.
  public let windows: Int
  /// Where the reading stands: for each stream the byte at which the next window begins.
  public private(set) var place: DataPlace
  private let starts: [Int]

  /// Cuts the first tokens of a text into streams.
  ///
  /// In a text that is too short for so many streams of a window each, they overlap.
  ///
  /// - Throws: ``TrainingError/shortText(_:count:kind:sequenceLength:)``.
  public init(_ data: TextData, count: Int, batch: Int, sequenceLength: Int) throws {
    guard count > sequenceLength else {
      throw TrainingError.shortText(
        data.file, count: count, kind: data.vocabulary.kind, sequenceLength: sequenceLength)
    }
    (self.data, self.batch, steps) = (data, batch, sequenceLength)
    let length = max(sequenceLength, (count - 1) / batch)
    windows = length / sequenceLength
    // Evenly from the first token to the last window that fits.
    let last = count - 1 - length
    let starts = (0..<batch).map { $0 * last / max(1, batch - 1) }
    self.starts = data.offsets(ofTokens: starts)
    place = DataPlace(offsets: self.starts)
  }

  /// Reads a window: token ids and the ids that follow them, time-major `[T, B]`. The first of an
  /// epoch begins from zero states.
  public mutating func next() -> TrainingBatch {
    let begins = place.batch == 0
    var ids = [Int](repeating: 0, count: steps * batch)
    var targets = ids
    for stream in 0..<batch {
      var step = 0
      var offset = place.offsets[stream]
      data.forEachToken(from: &offset) { id in
        if step > 0 { targets[(step - 1) * batch + stream] = id }
        guard step < steps else { return false }
        ids[step * batch + stream] = id
        step += 1
        return true
      }
      // The last token was read ahead: the next window begins with it.
      place.offsets[stream] = data.offset(after: steps, from: place.offsets[stream])
    }
    place.batch += 1
    if place.batch == windows { place = DataPlace(epoch: place.epoch + 1, offsets: starts) }
    return TrainingBatch(
      input: .tokens(ids: ids, steps: steps, batch: batch), targets: .classes(targets),
      carriesState: !begins)
  }

  /// Goes to a place.
  ///
  /// - Returns: false where it is none of this text, read so.
  public mutating func go(to place: DataPlace) -> Bool {
    guard place.offsets.count == batch, (0..<windows).contains(place.batch), place.epoch >= 0,
      place.offsets.allSatisfy({ (0..<data.byteCount).contains($0) })
    else { return false }
    self.place = place
    return true
  }
}
