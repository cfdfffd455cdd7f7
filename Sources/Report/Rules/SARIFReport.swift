package import RulePack
package import TraceCore

/// `skein scan --format sarif`: findings as static analysis results, for code hosts and viewers that read SARIF.
///
/// One run, one result a finding. Without the log's lines: a file of this kind is made to be handed on, and the place of the
/// line is in it. Text that is shown by others is made harmless: no control characters, no links, no placeholders.
/// Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0 plus Errata 01.
package enum SARIFReport {
  static let schemaURI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

  /// - Parameters:
  ///   - rules: all that were applied; those of findings that are not among them are added.
  ///   - version: of skein.
  ///   - informationURI: where skein is described.
  ///   - redact: what goes through it before it leaves: messages, group values, notes, who answers for suppressions.
  package static func write(
    _ findings: Findings, rules: [Rule], version: String, informationURI: String? = nil, ledger: Ledger,
    redact: (String) -> String = { $0 }, pretty: Bool = false, into sink: inout TextSink
  ) {
    var rules = rules
    var places: [String: Int] = [:]
    for (i, rule) in rules.enumerated() where places[rule.id] == nil { places[rule.id] = i }
    for finding in findings.findings where places[finding.rule.id] == nil {
      places[finding.rule.id] = rules.count
      rules.append(finding.rule)
    }
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("$schema", schemaURI)
      json.member("version", "2.1.0")
      json.key("runs")
      json.beginArray()
      json.beginObject()
      json.object("tool") { json in
        json.object("driver") { json in
          json.member("name", "skein")
          json.member("version", version)
          if let informationURI { json.member("informationUri", informationURI) }
          json.array("rules", of: rules) { SARIFReport.rule($1, into: &$0) }
        }
      }
      json.key("invocations")
      json.beginArray()
      json.beginObject()
      // A report is only written by a run that came to its end.
      json.member("executionSuccessful", true)
      json.array("toolExecutionNotifications", of: notifications(findings, ledger, places, redact)) {
        $1.write(into: &$0)
      }
      json.endObject()
      json.endArray()
      json.member("columnKind", "unicodeCodePoints")
      json.array("results", of: findings.findings.filter { $0.kind == .rule }) { json, finding in
        result(finding, places[finding.rule.id] ?? 0, redact, into: &json)
      }
      json.endObject()
      json.endArray()
      json.endObject()
    }
  }

  // MARK: Rules

  private static func rule(_ rule: Rule, into json: inout JSONWriter) {
    json.beginObject()
    json.member("id", rule.id)
    let name = pascalCase(rule.id)
    if !name.isEmpty && name != rule.id { json.member("name", name) }
    json.object("shortDescription") { $0.member("text", harmless(rule.title)) }
    json.object("fullDescription") { $0.member("text", harmless(rule.description ?? rule.title)) }
    json.object("defaultConfiguration") { $0.member("level", level(rule.severity)) }
    if let runbook = rule.runbook, isWebAddress(runbook) { json.member("helpUri", runbook) }
    json.object("help") { $0.member("text", harmless(help(rule))) }
    json.object("properties") { json in
      var tags: [String] = []
      for tag in rule.tags + (isAboutSecurity(rule) ? ["security"] : []) where !tags.contains(tag) { tags.append(tag) }
      json.array("tags", of: tags) { $0.string($1) }
      if isAboutSecurity(rule) { json.member("security-severity", securitySeverity(rule.severity)) }
      json.member("severity", rule.severity.name)
      json.member("pack", rule.pack)
      json.member("status", rule.status.rawValue)
    }
    json.endObject()
  }

  /// All that the pack has to say of a rule: code hosts show it beside a result.
  private static func help(_ rule: Rule) -> String {
    var text = rule.description ?? rule.title
    if !rule.falsePositives.isEmpty { text += " False positives: \(rule.falsePositives.joined(separator: "; "))." }
    if let runbook = rule.runbook { text += " Runbook: \(runbook)" }
    return text
  }

  /// `http-5xx-burst` -> `Http5xxBurst`: names of rules are identifiers for people.
  private static func pascalCase(_ id: String) -> String {
    id.split { !$0.isLetter && !$0.isNumber }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  static func level(_ severity: Severity) -> String {
    switch severity {
    case .p0, .p1: "error"
    case .p2: "warning"
    case .p3: "note"
    }
  }

  /// Secrets, what its author calls so, and Sigma's rules about attacks.
  private static func isAboutSecurity(_ rule: Rule) -> Bool {
    rule.isSecret || rule.tags.contains { $0 == "security" || $0.hasPrefix("attack.") }
  }

  /// The middle of the bands that code hosts call critical, high, medium and low, as a score of 0 to 10.
  private static func securitySeverity(_ severity: Severity) -> String {
    switch severity {
    case .p0: "9.5"
    case .p1: "8.0"
    case .p2: "5.5"
    case .p3: "2.0"
    }
  }

  private static func isWebAddress(_ text: String) -> Bool {
    (text.hasPrefix("https://") || text.hasPrefix("http://"))
      && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Array("\"<>\\^`{|}".utf8).contains($0) }
  }

  // MARK: Results

  private static func result(
    _ finding: Finding, _ index: Int, _ redact: (String) -> String, into json: inout JSONWriter
  ) {
    json.beginObject()
    json.member("ruleId", finding.rule.id)
    json.member("ruleIndex", index)
    json.member("level", level(finding.rule.severity))
    json.object("message") { $0.member("text", harmless(redact(ScanReport.message(finding)))) }
    json.array("locations", of: [finding.example].compactMap(\.self)) { location($1, into: &$0) }
    json.object("partialFingerprints") { $0.member("eventId/v1", finding.eventID) }
    json.member("occurrenceCount", max(finding.count, 1))
    json.object("properties") { json in
      json.member("severity", finding.rule.severity.name)
      json.member("first", time: finding.first)
      json.member("last", time: finding.last)
      json.object("group") { json in
        var names: Set<String> = []
        for (name, value) in finding.group where names.insert(name).inserted { json.member(name, value.map(redact)) }
      }
      json.array("traceIds", of: finding.traces) { $0.string($1) }
      json.member("traces", finding.traceCount)
    }
    json.endObject()
  }

  fileprivate static func location(_ example: Finding.Example, into json: inout JSONWriter) {
    json.beginObject()
    json.object("physicalLocation") { json in
      json.object("artifactLocation") { json in
        json.member("uri", uri(example.path))
        if example.path == "-" { json.object("description") { $0.member("text", "standard input") } }
      }
      if example.line > 0 { json.object("region") { $0.member("startLine", example.line) } }
    }
    json.endObject()
  }

  /// A path as a relative reference, an absolute one as a `file` URI (RFC 3986, RFC 8089).
  static func uri(_ path: String) -> String {
    var path = path[...]
    while path.hasPrefix("./") { path = path.dropFirst(2).drop { $0 == "/" } }
    let isAbsolute = path.utf8.first == 0x2F
    if isAbsolute { path = path.drop { $0 == "/" } }
    var out = isAbsolute ? "file:///" : ""
    for byte in path.utf8 {
      switch byte {
      // A colon too, which in the first part of a path would end a scheme.
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x2F:
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default: out += "%" + Escape.hex(UInt32(byte), width: 2).uppercased()
      }
    }
    return out
  }

  /// Text as a message that is shown as it stands: controls made visible, no `[text](link)`, braces doubled as the
  /// specification demands (3.11.5), in one line.
  static func harmless(_ text: String) -> String {
    var out = ""
    var previous: Unicode.Scalar = " "
    for scalar in Escape.terminal(text).unicodeScalars {
      if scalar == "(" && previous == "]" { out += " " }
      out.unicodeScalars.append(scalar)
      if scalar == "{" || scalar == "}" { out.unicodeScalars.append(scalar) }
      previous = scalar
    }
    return out
  }

  // MARK: Notifications

  /// What a reader must know of the run, and is no result.
  private struct Notification {
    var level: String
    var text: String
    var example: Finding.Example?
    /// Index and id.
    var rule: (Int, String)?

    func write(into json: inout JSONWriter) {
      json.beginObject()
      json.member("level", level)
      json.object("message") { $0.member("text", harmless(text)) }
      if let example { json.array("locations", of: [example]) { location($1, into: &$0) } }
      if let rule {
        json.object("associatedRule") { json in
          json.member("id", rule.1)
          json.member("index", rule.0)
        }
      }
      json.endObject()
    }
  }

  /// `warning`: the results may be incomplete but are right as far as they go.
  private static func notifications(
    _ findings: Findings, _ ledger: Ledger, _ places: [String: Int], _ redact: (String) -> String
  ) -> [Notification] {
    var out = findings.matchLimits.map { finding in
      Notification(
        level: "warning", text: ScanReport.message(finding), example: finding.example,
        rule: (places[finding.rule.id] ?? 0, finding.rule.id))
    }
    for severity in Severity.allCases {
      guard let count = findings.unkept[severity], count > 0 else { continue }
      out.append(
        Notification(
          level: "warning",
          text: "\(CountText.text(count)) more of severity \(severity.name): beyond the limit, counted and not kept"))
    }
    for source in ledger.sources {
      for note in source.notes where note.isGap {
        out.append(Notification(level: "warning", text: "\(source.path): \(note.text)"))
      }
    }
    for item in findings.suppressed where item.findings > 0 {
      let count = CountText.text(item.findings, "finding")
      let suppression = item.suppression
      out.append(
        Notification(
          level: "note",
          text: "\(count) of \(suppression.rule) suppressed: \(redact("\(suppression.reason) (\(suppression.owner))"))")
      )
    }
    return out + findings.notes.map { Notification(level: "note", text: redact($0)) }
  }
}
