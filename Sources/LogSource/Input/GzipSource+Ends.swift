internal import TraceCore

// The end of a member, and of the file.

extension GzipSource {
  /// Zeros to the end of the file are padding (tar, a block device); anything after them is not.
  func readPadding() throws(SourceError) {
    while let byte = try nextByte() {
      if byte != 0 { return try trailingGarbage(from: position - 1) }
    }
    phase = .ended
  }

  func trailingGarbage(from start: Int64) throws(SourceError) {
    try drain()
    phase = .ended
    let count = position - start
    ownNotes.append(
      LedgerNote(
        .trailingGarbage,
        "\(path): the last \(count) bytes, from byte \(start) on, are not gzip data and were not used", bytes: count))
  }

  func cutShort() throws(SourceError) {
    if isOnTrial { return tryAgain() }
    releaseMember()
    phase = .ended
    ownNotes.append(
      LedgerNote(
        .truncated,
        "\(path) is cut short: it ends at byte \(position), inside the gzip member that starts at byte \(memberStart); "
          + "the \(outputBefore + memberOutput) bytes that came out before were used"))
  }

  func damaged(_ what: String) throws(SourceError) {
    if isOnTrial { return tryAgain() }
    releaseMember()
    try drain()
    phase = .ended
    ownNotes.append(
      LedgerNote(
        .damaged,
        "\(path) is damaged in the gzip member that starts at byte \(memberStart): \(what); "
          + "the \(outputBefore + memberOutput) bytes that came out before were used, nothing after them",
        bytes: position - memberStart))
  }

  /// Reads the member again from its start with zlib.
  private func tryAgain() {
    guard let file = raw as? FileSource else { return }
    isOnTrial = false
    inflater = ZlibInflater()
    stage.removeAll()
    if let block = held { recycle(block) }
    held = nil
    skip = memberReady
    file.seek(to: memberStart)
    input.removeAll()
    next = 0
    inputStart = memberStart
    phase = .header
  }
}
