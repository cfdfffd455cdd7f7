package import RulePack
package import TraceCore

/// What `skein rules bench` says. Times differ from run to run; all else does not.
package enum RuleBenchReport {
  package static let schema = "skein.rules-bench/1"

  /// What was found out.
  package struct Findings: Sendable {
    package var costs: [RuleCost]
    package var backtracking: [(rule: Rule, pattern: String, report: BacktrackProbe.Report)]
    /// Nil where there was no log.
    package var dead: [Rule]?
    package var isDeadUnsure: Bool
    package var bytes: Int
    package var ledger: Ledger?

    package init(
      costs: [RuleCost], backtracking: [(rule: Rule, pattern: String, report: BacktrackProbe.Report)], dead: [Rule]?,
      isDeadUnsure: Bool, bytes: Int, ledger: Ledger?
    ) {
      self.costs = costs
      self.backtracking = backtracking
      self.dead = dead
      self.isDeadUnsure = isDeadUnsure
      self.bytes = bytes
      self.ledger = ledger
    }
  }

  /// - Parameter top: rules in the table; 0 for all.
  package static func text(_ found: Findings, top: Int, style: Style, into sink: inout TextSink) {
    let source = found.dead == nil ? "the rules' own samples, repeated" : "the log"
    Prose.write(
      "\(CountText.text(Int64(found.costs.count), "pattern")) on \(BytesText.text(Int64(found.bytes))) of \(source)",
      paint: .bold, style, into: &sink)
    if !found.costs.isEmpty {
      sink.writeLine()
      writeCosts(found.costs, top, style, into: &sink)
    }
    sink.writeLine()
    writeBacktracking(found, style, into: &sink)
    if let dead = found.dead {
      sink.writeLine()
      let doubt = found.isDeadUnsure ? " (there were more findings than are kept, so some may have had one)" : ""
      Prose.write(
        dead.isEmpty
          ? "every rule hit at least once"
          : "no hit of \(CountText.text(Int64(dead.count), "rule"))\(doubt): "
            + dead.map { Escape.terminal($0.id) }.joined(separator: ", "), style, into: &sink)
    }
    if let ledger = found.ledger {
      sink.writeLine()
      LedgerReport.text(ledger, style: style, detail: .line, into: &sink)
    }
  }

  private static func writeCosts(_ costs: [RuleCost], _ top: Int, _ style: Style, into sink: inout TextSink) {
    let unit = style.unicode ? "µs" : "us"
    var table = Table([
      .init("rule", .left, isWhole: true), .init("\(unit)/MB"), .init("alone", dropOrder: 2),
      .init("ns/line", dropOrder: 3),
      .init("searched %"), .init("matches"), .init("found by", .left, shrinksTo: 16, dropOrder: 1, opensSection: true),
    ])
    let shown = top > 0 ? costs.prefix(top) : costs[...]
    for cost in shown {
      table.append([
        .init(cost.rule.id), .init(ThreeDigits.text(cost.perMegabyte / 1e3)),
        .init(ThreeDigits.text(cost.perMegabyteAlone / 1e3)), .init(ThreeDigits.text(cost.perLine)),
        .init(PercentText.number(Double(cost.candidates) / Double(max(cost.lines, 1)))),
        .init(CountText.text(cost.matches)),
        .init(cost.found, cost.isFoundEverywhere ? .yellow : .dim),
      ])
    }
    StatsReport.leftOut(table.write(style, into: &sink), found: "--json has all", style, into: &sink)
    let rest = costs.count - shown.count
    if rest > 0 {
      Prose.write("and \(CountText.text(rest)) cheaper ones (--top 0 shows all)", paint: .dim, style, into: &sink)
    }
    Prose.write(
      "\(unit)/MB: time of PCRE2 for a megabyte of log on the lines that are searched; alone: if all were", paint: .dim,
      style,
      into: &sink)
  }

  private static func writeBacktracking(_ found: Findings, _ style: Style, into sink: inout TextSink) {
    let bad = found.backtracking.filter(\.report.isBad)
    if bad.isEmpty { Prose.write("no pattern backtracks badly", paint: .green, style, into: &sink) }
    for entry in bad {
      Prose.write(
        "! \(Escape.terminal(entry.rule.id)): \(Escape.terminal(entry.report.sentence))", paint: .yellow, style,
        into: &sink)
      Prose.write("  " + Escape.terminal(entry.pattern), paint: .dim, style, into: &sink)
    }
    let usual = found.backtracking.filter { !$0.report.isBad }
    guard !usual.isEmpty else { return }
    let names = usual.map { "\(Escape.terminal($0.rule.id)) (\($0.report.growth.name))" }.joined(separator: ", ")
    Prose.write("slower than linear on texts made for it, as is usual: \(names)", paint: .dim, style, into: &sink)
  }

  // MARK: JSON

  package static func json(_ found: Findings, pretty: Bool, into sink: inout TextSink) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", schema)
      json.member("bytes", found.bytes)
      json.array("costs", of: found.costs) { cost($1, &$0) }
      json.array("backtracking", of: found.backtracking) { json, entry in
        json.beginObject()
        json.member("rule", entry.rule.id)
        json.member("pattern", entry.pattern)
        json.member("growth", entry.report.growth.name)
        json.member("bad", entry.report.isBad)
        json.member("steps", entry.report.steps)
        json.member("bytes", entry.report.bytes)
        json.member("given_up_at_bytes", entry.report.givenUpAt.map { Int64($0) })
        json.object("text") { json in
          json.member("prefix", entry.report.prefix)
          json.member("pump", entry.report.pump)
          json.member("suffix", entry.report.suffix)
        }
        json.member("advice", entry.report.advice)
        json.endObject()
      }
      json.key("dead")
      if let dead = found.dead {
        json.beginArray()
        for rule in dead { json.string(rule.id) }
        json.endArray()
      } else {
        json.null()
      }
      json.member("dead_unsure", found.isDeadUnsure)
      json.key("ledger")
      if let ledger = found.ledger { LedgerReport.json(ledger, into: &json) } else { json.null() }
      json.endObject()
    }
  }

  private static func cost(_ cost: RuleCost, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("rule", cost.rule.id)
    json.member("found_by", cost.found)
    json.member("lines", cost.lines)
    json.member("searched", cost.candidates)
    json.member("matches", cost.matches)
    json.member("given_up", cost.givenUp)
    json.member("ns_per_line", cost.perLine)
    json.member("ns_per_searched_line", cost.perCandidate)
    json.member("ns_per_mb", cost.perMegabyte)
    json.member("ns_per_mb_alone", cost.perMegabyteAlone)
    json.endObject()
  }
}
