package import TraceCore

// What the gate is told of besides requests: lines that could not be read, logs without times, and where it stopped.
extension MergeStage {
  package func noteUnread(_ parsed: ParsedBlock, _ range: Range<Int>, after time: Int64) {
    guard let feed, feed.gatePlan != nil else { return }
    feed.noteUnread(range, of: parsed, after: time)
  }

  package func note(stream: String, isWithoutTimes: Bool) { feed?.note(stream, isWithoutTimes: isWithoutTimes) }

  package var stoppedAt: Int? { feed?.stoppedAt }
}
