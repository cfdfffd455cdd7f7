package import TraceCore

/// What stands behind the merge: takes the lines of all streams in the order in which `StreamMerge` gives them.
///
/// Used by one thread at a time.
package protocol RecordStage: AnyObject {
  /// Takes the lines before the block's first record, at once behind what its stream gave last. Called once a block that
  /// has such lines or no record at all, before `accept`.
  func acceptFront(_ parsed: ParsedBlock)

  /// Takes `range` of the block's records, each with the unparsed lines behind it.
  func accept(_ parsed: ParsedBlock, _ range: Range<Int>)

  /// Whether blocks given to it are still needed: then they are not filled again.
  var isHolding: Bool { get }

  /// Whether it needs no more: reading then stops where it stands.
  var isDone: Bool { get }

  /// Records are proven missing behind `time`.
  func noteGap(at time: Int64)

  /// None of the stream's records so far has a time, or one has now.
  func note(stream: String, isWithoutTimes: Bool)

  /// `range` of the block's records comes next, with the lines behind them that could not be read.
  ///
  /// - Parameter time: of the stream's last record before them; none without one.
  func noteUnread(_ parsed: ParsedBlock, _ range: Range<Int>, after time: Int64)

  /// Where it needed no more: the first record of the block given last that it did not take; nil if it took all.
  var stoppedAt: Int? { get }
}

extension RecordStage {
  package func noteGap(at time: Int64) {}
  package func note(stream: String, isWithoutTimes: Bool) {}
  package func noteUnread(_ parsed: ParsedBlock, _ range: Range<Int>, after time: Int64) {}
  package var stoppedAt: Int? { nil }
}

/// Where `filter` puts what was selected.
package protocol RecordSink: AnyObject {
  /// Takes lines as they stand in the log. With `continues` they go on with the line that was given last.
  func write(_ bytes: Span<UInt8>, continues: Bool)

  /// Takes a sign that records were left out between what was written and what comes.
  func writeSeparator()

  /// Takes a record with its fields.
  func write(_ record: RecordDetail)

  /// The merge has come to the end of a step: what somebody waits for should be shown now.
  func endStep()

  /// Nobody takes what is written.
  var isClosed: Bool { get }
}
