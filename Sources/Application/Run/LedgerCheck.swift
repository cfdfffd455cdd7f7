package import Analysis
internal import Report
package import TraceCore

/// Whether what was read is enough for an answer.
package struct LedgerCheck: Sendable {
  /// `--strict`.
  package var isStrict: Bool

  package init(isStrict: Bool) { self.isStrict = isStrict }

  /// The last step of every command: input in which nothing is a log line ends it with 3, and a gap under `--strict`.
  ///
  /// - Parameter needsRecords: false for doctor, whose answer is just that nothing could be read.
  package func finish(_ ledger: Ledger, needsRecords: Bool = true) throws(Failure) {
    if isStrict && ledger.hasGap {
      throw Failure(.data, "--strict: something is missing; see the ledger")
    }
    guard needsRecords, ledger.totals.records == 0 else { return }
    let first = ledger.sources.first?.path ?? "-"
    let input =
      ledger.sources.count != 1 ? "the input" : first == "-" ? "standard input" : Escape.terminal(first)
    guard ledger.totals.lines > 0 else {
      let notes = ledger.sources.flatMap(\.notes).filter(\.isGap)
      if let note = notes.first {
        // As every gap: an error under --strict only.
        Terminal.writeError("skein: no log line could be read from \(input): \(Escape.terminal(note.text))\n")
        return
      }
      if ledger.totals.nulBytes > 0 {
        throw Failure(
          .data,
          "\(input) holds nothing but NUL bytes (\(BytesText.text(ledger.totals.nulBytes))): there is no log line in it"
        )
      }
      if ledger.isUnread {
        Terminal.writeError("skein: \(input) begins after all that was asked about: nothing was read\n")
        return
      }
      Terminal.writeError("skein: \(input) is empty: there is no log line in it\n")
      return
    }
    throw Failure(
      .data,
      "no line of \(input) could be read as a log record; skein doctor shows examples, --layout says what the lines look like"
    )
  }

  /// As above, after a gate's last verdict: a fail first, then what was read, then whether it passed.
  package func finish(_ ledger: Ledger, verdict: Verdict?, needsRecords: Bool = true) throws {
    if verdict?.state == .fail { throw Ending(.negative) }
    try finish(ledger, needsRecords: needsRecords)
    guard let verdict, verdict.isFinal else { throw Ending(.inconclusive) }
    if verdict.state == .inconclusive { throw Ending(.inconclusive) }
    if verdict.state == .goesOn { throw Ending(.goesOn) }
  }
}
