internal import Analysis
internal import TraceCore

/// Keeps the shapes of messages with when each was logged first.
final class MessageKeeper: MergeObserver {
  private var messages = ServiceMessages()

  func take(_ records: MergedRecords) {
    for index in records.range { messages.add(index, of: records.parsed) }
  }

  func finish(_ end: MergeEnd, into outcome: inout MergeOutcome) { outcome.messages = messages }
}
