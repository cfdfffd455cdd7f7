package import RulePack
package import TraceCore

/// `skein scan --json`: a finding a line, and one line at the end with what else there is to know. The keys are documented
/// in docs/json.md; to change one is a new schema.
extension ScanReport {
  /// All of it.
  package static func json(_ findings: Findings, ledger: Ledger, into sink: inout TextSink) {
    for finding in findings.findings { jsonLine(finding, into: &sink) }
    jsonSummary(findings, ledger: ledger, into: &sink)
  }

  /// One finding: an object and a newline.
  package static func jsonLine(_ finding: Finding, pretty: Bool = false, into sink: inout TextSink) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", findingSchema)
      json.member("event_id", finding.eventID)
      what(finding, into: &json)
      json.member("count", finding.count)
      json.member("first", time: finding.first)
      json.member("last", time: finding.last)
      json.key("example")
      if let example = finding.example {
        json.beginObject()
        json.member("path", example.path)
        json.member("line", example.line)
        json.member("text", example.text)
        json.endObject()
      } else {
        json.null()
      }
      json.array("trace_ids", of: finding.traces) { $0.string($1) }
      json.member("traces", finding.traceCount)
      json.member("runbook", finding.rule.runbook)
      json.array("tags", of: finding.rule.tags) { $0.string($1) }
      json.endObject()
    }
  }

  /// What a finding says from its beginning on.
  static func what(_ finding: Finding, into json: inout JSONWriter) {
    json.member("rule", finding.rule.id)
    json.member("kind", finding.kind.rawValue)
    json.member("title", finding.rule.title)
    json.member("severity", finding.rule.severity.name)
    json.member("message", message(finding))
    json.member("pack", finding.rule.pack)
    json.object("group") { group(finding, into: &$0) }
  }

  /// The last line.
  package static func jsonSummary(
    _ findings: Findings, ledger: Ledger, pretty: Bool = false, into sink: inout TextSink
  ) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", schema)
      json.object("findings") { counts(findings.bySeverity, into: &$0) }
      json.object("unkept") { counts(findings.unkept, into: &$0) }
      json.member("match_limits", findings.matchLimits.count)
      json.array("suppressed", of: findings.suppressed) { json, item in
        json.beginObject()
        json.member("rule", item.suppression.rule)
        json.member("where", item.suppression.expression?.source)
        json.member("owner", item.suppression.owner)
        json.member("reason", item.suppression.reason)
        json.member("expires", time: item.suppression.expires)
        json.member("findings", item.findings)
        json.member("hits", item.hits)
        json.endObject()
      }
      json.member("rules", findings.ruleCount)
      json.array("packs", of: findings.packs) { $0.string($1) }
      json.array("notes", of: findings.notes) { $0.string($1) }
      json.key("ledger")
      LedgerReport.json(ledger, into: &json)
      json.endObject()
    }
  }

  /// The members of a group, each name once.
  static func group(_ finding: Finding, into json: inout JSONWriter) {
    var names: Set<String> = []
    for (name, value) in finding.group where names.insert(name).inserted { json.member(name, value) }
  }

  private static func counts(_ counts: [Severity: Int64], into json: inout JSONWriter) {
    for severity in Severity.allCases { json.member(severity.name, counts[severity] ?? 0) }
  }
}
