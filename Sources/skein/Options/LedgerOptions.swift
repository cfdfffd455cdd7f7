internal import Application
internal import ArgumentParser
internal import LogSource
internal import Report
internal import TraceCore

/// Whether a gap in what was read is an error.
struct StrictOption: ParsableArguments {
  @Flag(help: "Exit with 3 if the ledger shows a gap.")
  var strict = false

  /// See `LedgerCheck`.
  func finish(_ ledger: Ledger, needsRecords: Bool = true) throws(Failure) {
    try LedgerCheck(isStrict: strict).finish(ledger, needsRecords: needsRecords)
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
