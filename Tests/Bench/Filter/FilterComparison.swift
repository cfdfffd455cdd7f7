internal import Foundation

/// Times `skein filter` for the records that are errors, beside programs that pick lines.
extension Comparison {
  func compareFiltering(_ log: Log) throws -> ResultTable? {
    guard let skein, skein.hasFilter else { return nil }
    _ = try ChildProcess.run(["/bin/cat", log.path], output: "/dev/null", errors: "/dev/null")
    Progress.say("Filtering by \(LevelRecords.expression)")
    let records = try LevelRecords(ofLogAt: log.path)
    let ours = SkeinPeer.prepareFilter(skein, log: log.path, threads: skein.threads, records)
    var measured: [Measurement] = []
    var rows: [ResultRow] = []
    let levels = LevelRecords.levels
    if let mawk = ChildProcess.find("mawk") {
      let condition = levels.map { "$3 == \"\($0)\"" }.joined(separator: " || ")
      let program = "/^[0-9][0-9][0-9][0-9]-/ { on = \(condition) } on"
      let other = Contestant(
        name: "mawk, records", version: "", command: [mawk, program, log.path], environment: ["LC_ALL": "C"],
        answer: .judged { LevelRecords.remark($0, beside: records.lines) }, isTimedSilently: true)
      rows.append(row(for: other, of: other.name, against: ours, truth: nil, ours: &measured))
    } else {
      rows.append(.missing("mawk, records", install: Peer.mawk.install))
    }
    if let ripgrep = ChildProcess.find("rg") {
      let pattern = "^\\S+ \\S+ (\(levels.joined(separator: "|"))) "
      let other = Contestant(
        name: "rg, first lines only", version: RipgrepPeer.version(ripgrep, bench),
        command: [ripgrep, "--no-unicode", pattern, log.path],
        answer: .judged { LevelRecords.remark($0, beside: records.heads, part: " (first lines only)") },
        isTimedSilently: true)
      rows.append(row(for: other, of: other.name, against: ours, truth: nil, ours: &measured))
    } else {
      rows.append(.missing("rg, first lines only", install: RipgrepPeer.install))
    }
    var first = [row(for: ours, truth: nil, measured: measured)]
    if skein.takesThreads, first[0].measured != nil {
      let one = SkeinPeer.prepareFilter(skein, log: log.path, threads: 1, records)
      first.append(row(for: one, truth: nil, measured: []))
    }
    let title = "Filter: `\(LevelRecords.expression)` on the text log, \(Figure.size(log.truth.bytes))"
    return ResultTable(job: .filter, title: title, bytes: log.truth.bytes, rows: first + rows)
  }
}
