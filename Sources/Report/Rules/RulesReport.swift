package import RulePack

/// What `skein rules list` says: a table of the rules for people, one object for programs.
package enum RulesReport {
  package static let schema = "skein.rules/1"

  // MARK: Text

  /// - Parameter rules: in the order to show; usually as the packs have them.
  package static func text(_ rules: [Rule], style: Style, into sink: inout TextSink) {
    let packs = Set(rules.map(\.pack))
    var heading = CountText.text(Int64(rules.count), "rule")
    if let only = packs.first, packs.count == 1 { heading += " of pack \(Escape.terminal(only))" }
    if packs.count > 1 { heading += " of \(CountText.text(packs.count)) packs" }
    Prose.write(heading, paint: .bold, style, into: &sink)
    guard !rules.isEmpty else { return }
    sink.writeLine()
    // A column in which all is as expected says nothing.
    let anyExperimental = rules.contains { $0.status != .stable }
    var columns: [Table.Column] = [.init("id", .left, isWhole: true), .init("severity", .left)]
    if anyExperimental { columns.append(.init("status", .left, dropOrder: 2)) }
    columns += [.init("kind", .left, dropOrder: 1), .init("title", .left, shrinksTo: 20, opensSection: true)]
    if packs.count > 1 { columns.append(.init("pack", .left, dropOrder: 3, opensSection: true)) }
    var table = Table(columns)
    for rule in rules {
      var cells: [Table.Cell] = [.init(rule.id), .init(rule.severity.name, FindingText.paint(rule.severity))]
      if anyExperimental { cells.append(.init(rule.status.rawValue, rule.status == .stable ? nil : .yellow)) }
      cells += [.init(kind(rule), .dim), .init(rule.title)]
      if packs.count > 1 { cells.append(.init(rule.pack, .dim)) }
      table.append(cells)
    }
    StatsReport.leftOut(table.write(style, into: &sink), found: "--json has all", style, into: &sink)
  }

  /// What it is about: `line`, `trace`, or the type of a correlation.
  static func kind(_ rule: Rule) -> String {
    switch rule.condition {
    case .line: "line"
    case .correlation(let condition): condition.kind.rawValue
    case .trace: "trace"
    }
  }

  /// A correlation has its own.
  private static func groupBy(_ rule: Rule) -> [String] {
    if case .correlation(let condition) = rule.condition { return condition.groupBy }
    return rule.groupBy
  }

  // MARK: JSON

  package static func json(_ rules: [Rule], pretty: Bool, into sink: inout TextSink) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", schema)
      json.array("rules", of: rules) { json, rule in
        json.beginObject()
        json.member("rule", rule.id)
        json.member("title", rule.title)
        json.member("severity", rule.severity.name)
        json.member("status", rule.status.rawValue)
        json.member("kind", kind(rule))
        json.member("pack", rule.pack)
        json.member("description", rule.description)
        json.array("group_by", of: groupBy(rule)) { $0.string($1) }
        json.member("cooldown_ms", milliseconds: rule.cooldown)
        json.member("secret", rule.isSecret)
        json.member("runbook", rule.runbook)
        json.array("tags", of: rule.tags) { $0.string($1) }
        json.member("path", rule.path)
        json.member("line", rule.line)
        json.endObject()
      }
      json.endObject()
    }
  }
}
