package import Analysis
internal import LogSource
internal import Platform
internal import Report
package import RulePack
package import TraceCore

/// Writes the page about a gate for a release ticket.
package enum GateSummary {
  /// - Parameters:
  ///   - target: a file, or a folder that gets a file named after the time of the verdict.
  ///   - command: replays it.
  ///   - redactor: of this page; nil for none.
  package static func write(
    _ record: GateRecord, _ definition: GateDefinition, to target: String, command: String, ledger: Ledger,
    redactor: Redactor?
  ) throws(Failure) {
    guard !record.verdicts.isEmpty else { return }
    var sink = TextSink()
    let verdicts = record.verdicts.map { verdict in redactor.map(verdict.redacted) ?? verdict }
    let marks = record.marks.map { mark in redactor.map(mark.redacted) ?? mark }
    let shown = redactor?.redacted(command) ?? command
    GateReport.markdown(
      verdicts, gate: definition.name, command: shown, marks: marks, findings: record.findings, ledger: ledger,
      redacted: redactor?.values ?? [], into: &sink)
    let path = AtomicFile.isFolder(target) ? "\(target)/\(GateReport.fileName(record.verdicts))" : target
    do throws(OutputError) {
      try AtomicFile.write(path, sink.bytes)
    } catch {
      throw Failure(.data, error.message)
    }
    Terminal.writeError("skein: wrote \(Escape.terminal(path))\n")
  }
}
