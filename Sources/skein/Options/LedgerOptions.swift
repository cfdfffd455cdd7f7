internal import ArgumentParser
internal import LogSource
internal import Report
internal import TraceCore

/// Whether a gap in what was read is an error.
struct StrictOption: ParsableArguments {
  @Flag(help: "Exit with 3 if the ledger shows a gap.")
  var strict = false

  /// The last step of every command: input in which nothing is a log line ends it with 3, and a gap under `--strict`.
  ///
  /// - Parameter needsRecords: false for doctor, whose answer is just that nothing could be read.
  func finish(_ ledger: Ledger, needsRecords: Bool = true) throws(Failure) {
    if strict && ledger.hasGap {
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
      Terminal.writeError("skein: \(input) is empty: there is no log line in it\n")
      return
    }
    throw Failure(
      .data,
      "no line of \(input) could be read as a log record; skein doctor shows examples, --layout says what the lines look like"
    )
  }
}

/// How the ledger is shown, and whether a gap in it is an error.
struct LedgerOptions: ParsableArguments {
  @Flag(help: "End with the whole ledger: every source, every count.")
  var ledger = false

  @OptionGroup var strict: StrictOption

  /// How much of it a text ends with.
  var detail: LedgerDetail { ledger ? .full : .line }

  /// See `StrictOption`.
  func finish(_ ledger: Ledger, needsRecords: Bool = true) throws(Failure) {
    try strict.finish(ledger, needsRecords: needsRecords)
  }
}
