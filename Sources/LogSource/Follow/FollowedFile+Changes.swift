internal import Platform
internal import TraceCore

// What has become of a followed file.

extension FollowedFile {
  /// What happened to the file since the last look. One call to the system if nothing did.
  func change(now: Int64) throws(SourceError) -> Change {
    guard compression == .none else { return .none }
    let status = try held.status()
    if status.size < offset || status.size < knownSize { return .truncated }
    let isSame = status.size == knownSize && status.modified == lastChange
    // Asked again, the answer is the same.
    if !isSame, try !isUnchanged() { return .truncated }
    if status.size > knownSize { lastGrowth = now }
    knownSize = status.size
    lastChange = status.modified
    lookedAt = now
    return status.size > offset ? .more : .none
  }

  /// Bytes that are known to be there and were not read.
  var unread: Int64 { max(0, knownSize - offset) }

  func isUnchanged() throws(SourceError) -> Bool {
    guard try held.holds(head, at: 0) else { return false }
    // Of a short file the head says it all.
    if offset <= Int64(head.count) { return true }
    return try held.holds(tail, at: offset - Int64(tail.count))
  }
}
