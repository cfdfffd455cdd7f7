internal import TraceCore

/// Bytes that come into a file after reading has gone on to the next: given as a generation of their own, whole lines of them,
/// between two lines of the file that is read then.
extension FollowCore {
  /// Asks the files that were left; those that stay quiet for long enough are let go.
  func lookAtLeft(_ now: Int64) throws(SourceError) {
    var kept: [Left] = []
    for var entry in left {
      let file = entry.file
      switch try file.change(now: now) {
      case .truncated: continue
      case .more: entry.lateSince = entry.lateSince ?? now
      case .none: break
      }
      let isOver = now - max(entry.since, file.lastGrowth) > options.lateWindow
      if isOver, entry.lateSince == nil { continue }
      kept.append(entry)
    }
    left = kept
  }

  /// Puts late bytes in front, once they have come to rest and the current file is between two lines.
  func giveLate(_ now: Int64) throws(SourceError) {
    guard left.contains(where: { $0.lateSince != nil }) else { return }
    if let file = current, !file.isEnded, !(file.isAtLineStart && file.limit == nil && file.compression == .none) {
      return
    }
    var late: [FollowedFile] = []
    var kept: [Left] = []
    for entry in left {
      let file = entry.file
      guard let since = entry.lateSince,
        now - file.lastGrowth >= options.quiet || now - since >= options.grace
      else {
        kept.append(entry)
        continue
      }
      let isOver = now - max(entry.since, file.lastGrowth) > options.lateWindow
      guard let end = try lineEnd(of: file) ?? (isOver ? file.knownSize : nil), end > file.offset else {
        kept.append(entry)
        continue
      }
      let count = end - file.offset
      let note = LedgerNote(
        .late, "\(count) bytes came into \(file.display) after reading had moved on; they were read late",
        bytes: count)
      tell(.lateBytes, note.text, bytes: count, note: note)
      late.append(
        try FollowedFile(
          file.held, compression: .none, number: file.number, start: file.offset, limit: end, now: now, goesOn: false,
          display: file.display))
    }
    guard !late.isEmpty else { return }
    left = kept
    if let file = current, !file.isEnded {
      let rest = try FollowedFile(
        file.held, compression: .none, number: file.number, start: file.offset, now: now, goesOn: false,
        display: file.display)
      rest.hasToldRotation = file.hasToldRotation
      end(file, now: now, isWatched: false)
      late.append(rest)
    }
    queue.insert(contentsOf: late, at: 0)
  }

  /// Behind the last newline among what is unread; nil if there is none in the last 64 KiB.
  private func lineEnd(of file: FollowedFile) throws(SourceError) -> Int64? {
    let count = min(file.unread, 64 * 1024)
    let bytes = try file.held.bytes(at: file.knownSize - count, count: Int(count))
    return bytes.lastIndex(of: 0x0A).map { file.knownSize - count + Int64($0) + 1 }
  }
}
