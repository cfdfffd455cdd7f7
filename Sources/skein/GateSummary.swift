internal import Analysis
internal import LogSource
internal import Report
internal import TraceCore

/// Writes the page about a gate for a release ticket.
enum GateSummary {
  /// - Parameters:
  ///   - target: a file, or a folder that gets a file named after the time of the verdict.
  ///   - command: replays it.
  static func write(
    _ printer: EventPrinter, _ definition: GateDefinition, to target: String, command: String, ledger: Ledger
  ) throws(Failure) {
    guard !printer.verdicts.isEmpty else { return }
    var sink = TextSink()
    GateReport.markdown(
      printer.verdicts, gate: definition.name, command: command, marks: printer.marks, findings: printer.findings,
      ledger: ledger, into: &sink)
    let path = AtomicFile.isFolder(target) ? "\(target)/\(GateReport.fileName(printer.verdicts))" : target
    do throws(OutputError) {
      try AtomicFile.write(path, sink.bytes)
    } catch {
      throw Failure(.data, error.message)
    }
    Terminal.writeError("skein: wrote \(Escape.terminal(path))\n")
  }
}
