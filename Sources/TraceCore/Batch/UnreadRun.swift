/// Lines one after another that are neither a record nor part of one.
package struct UnreadStretch: BitwiseCopyable, Sendable {
  /// Lines from which on a stretch is worth a word, whatever stands around it.
  package static let least = 20

  /// The first one.
  package var first: OrphanLine
  package var lines: Int
}

/// Finds the stretches of unparsed lines in a block, as they are counted.
struct UnreadRun {
  private var stretch: UnreadStretch?

  /// The next unparsed line.
  mutating func take(_ line: OrphanLine, into stretches: inout ContiguousArray<UnreadStretch>) {
    if let open = stretch, Int(open.first.line) + open.lines == Int(line.line) {
      stretch?.lines += 1
      return
    }
    close(&stretches)
    stretch = UnreadStretch(first: line, lines: 1)
  }

  private func close(_ stretches: inout ContiguousArray<UnreadStretch>) {
    if let stretch, stretch.lines >= UnreadStretch.least { stretches.append(stretch) }
  }

  /// The block ends after `lines` lines: what goes up to its end may go on in the next one.
  func end(lines: Int, into batch: inout RecordBatch) {
    guard let stretch else { return }
    if Int(stretch.first.line) + stretch.lines == lines {
      batch.openUnread = stretch
    } else {
      close(&batch.unread)
    }
  }
}
