internal import Patterns
package import TraceCore

/// Explains rules on a piece of log: reads it as a scan would and looks at every part of a rule, also at those that a scan
/// would not come to any more. What only the whole input decides (counts, traces) it leaves to a scan.
package struct RuleExplainer {
  private let set: RuleSet
  private let zone: TimeZoneRules
  private let layout: String?
  private let own: OwnLayouts

  /// Why a text cannot be read.
  package struct Problem: Error { package var message: String }

  /// - Parameters:
  ///   - layout: as `--layout`; nil to detect.
  ///   - own: layouts of files.
  package init(_ set: RuleSet, zone: TimeZoneRules, layout: String?, own: OwnLayouts = OwnLayouts()) {
    self.set = set
    self.zone = zone
    self.layout = layout
    self.own = own
  }

  /// Explains one of the set's rules on a text of one line or more.
  package func explanation(of rule: Rule, in text: [UInt8]) throws(Problem) -> RuleExplanation {
    let parts = self.parts(of: rule)
    var names: [String] = []
    for part in parts {
      names += part.rule.condition?.fieldNames ?? []
      if case .field(let name) = part.rule.target { names.append(name) }
    }
    for name in (rule.message?.names ?? []) + rule.groupBy { names.append(name) }
    var wanted: [String] = []
    for name in names where !FilterExpression.isOwnField(name) && !wanted.contains(name) { wanted.append(name) }
    let (lines, layouts) = try read(text, FieldCatalog(wanted: wanted))
    var explanation = RuleExplanation(rule: rule, records: [])
    for group in RuleExplainer.records(lines, layouts, zone) {
      let record = ReadRecord(lines[group.lowerBound], layouts: layouts, zone: zone)
      explanation.records.append(
        RuleExplanation.Record(
          line: group.lowerBound + 1, lineCount: group.count, layout: record.layout,
          fields: record.layout == nil ? [] : record.values,
          parts: parts.map { explain($0, record, lines, group) }))
    }
    return rule.isSecret ? RuleExplainer.masked(explanation, SecretRedactor(set.secretPatterns)) : explanation
  }

  /// Without the secrets that the rule finds: what matched is as many stars.
  private static func masked(_ explanation: RuleExplanation, _ redactor: SecretRedactor) -> RuleExplanation {
    var explanation = explanation
    for index in explanation.records.indices {
      var record = explanation.records[index]
      record.fields = record.fields.map { ($0.name, redactor.redacted($0.value)) }
      for part in record.parts.indices {
        for text in record.parts[part].texts.indices { record.parts[part].texts[text].mask() }
        guard let condition = record.parts[part].condition else { continue }
        record.parts[part].condition?.checks = condition.checks.map { check in
          var check = check
          check.value = check.value.map { redactor.redacted($0) }
          return check
        }
      }
      explanation.records[index] = record
    }
    return explanation
  }

  // MARK: Reading

  private func read(_ text: [UInt8], _ catalog: FieldCatalog) throws(Problem) -> ([[UInt8]], LayoutSet) {
    var text = text
    let wrappers = Unwrapper.detect(head: text.span)
    if !wrappers.isEmpty {
      if text.last != 0x0A { text.append(0x0A) }
      let block = Block(capacity: max(text.count, 1))
      var origins = ContiguousArray<LineOrigin>()
      let unwrapper = Unwrapper(wrappers)
      unwrapper.unwrap(text.span, from: 0, to: text.count, into: block, lines: &origins)
      unwrapper.finish(into: block, lines: &origins)
      let bytes = block.bytes
      text = (0..<bytes.count).map { bytes[$0] }
    }
    let detector = LayoutDetector(catalog: catalog, zone: zone, own: own)
    let choice: LayoutDetector.Choice
    if let layout {
      do throws(LayoutSource.Problem) {
        choice = try detector.named(layout)
      } catch {
        throw Problem(message: error.message)
      }
    } else {
      choice = detector.detect(text.span, referenceTime: 0)
    }
    var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
    for index in lines.indices where lines[index].last == 0x0D { lines[index].removeLast() }
    return (lines, choice.layouts)
  }

  /// Lines that belong together: a record with what continues it, or a line of its own.
  private static func records(_ lines: [[UInt8]], _ layouts: LayoutSet, _ zone: TimeZoneRules) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var continuation = Continuation()
    for (index, line) in lines.enumerated() {
      if ReadRecord(line, layouts: layouts, zone: zone).layout != nil {
        continuation.begin()
        groups.append(index..<index + 1)
      } else if continuation.accepts(LineShape(of: line.span, from: 0, to: line.count)), let last = groups.popLast() {
        groups.append(last.lowerBound..<index + 1)
      } else {
        groups.append(index..<index + 1)
      }
    }
    return groups
  }

  // MARK: Parts

  /// A condition on records that a rule consists of.
  private struct LinePart {
    var name: String?
    var rule: LineRule
    /// Its condition is a part of a longer expression.
    var isWithin = false
  }

  private func parts(of rule: Rule) -> [LinePart] {
    switch rule.condition {
    case .line(let condition): return [LinePart(name: nil, rule: condition.rule)]
    case .correlation(let condition):
      return condition.rules.compactMap { id in
        guard let other = set.rules.first(where: { $0.id == id }), case .line(let line) = other.condition
        else { return nil }
        return LinePart(name: other.id, rule: line.rule)
      }
    case .trace(let condition):
      var parts: [LinePart] = []
      func add(_ name: String, _ expression: FilterExpression?, isWithin: Bool = false) {
        guard let expression else { return }
        let rule = LineRule(target: .message, condition: expression)
        parts.append(LinePart(name: name, rule: rule, isWithin: isWithin))
      }
      for (index, part) in (condition.expression?.recordPredicates ?? []).enumerated() {
        add("any(…) or count(…), number \(index + 1)", part, isWithin: true)
      }
      for part in condition.expression?.requestAtoms ?? [] { add("about the request", part, isWithin: true) }
      for (index, step) in condition.sequence.enumerated() { add("step \(index + 1)", step) }
      add("begun", condition.begun)
      add("ended", condition.ended)
      return parts
    }
  }

  private func explain(
    _ part: LinePart, _ record: ReadRecord, _ lines: [[UInt8]], _ group: Range<Int>
  ) -> RuleExplanation.Part {
    let rule = part.rule
    var explained = RuleExplanation.Part(name: part.name, texts: [], missingField: nil, condition: nil, holds: true)
    if !rule.isDense {
      explained.texts = texts(rule, record, lines, group).map { text(rule, what: $0.what, $0.bytes) }
      if explained.texts.isEmpty, case .field(let name) = rule.target { explained.missingField = name }
      if let hit = explained.texts.first(where: \.holds) { explained.texts = [hit] } else { explained.holds = false }
    }
    if let condition = rule.condition {
      var explanation = record.explanation(of: condition)
      if part.isWithin { explanation.source = explanation.checks.map(\.text).joined(separator: " … ") }
      explained.condition = explanation
      // Of a line that is no record nothing is known.
      if explanation.truth != .yes || record.layout == nil { explained.holds = false }
    }
    return explained
  }

  private func texts(
    _ rule: LineRule, _ record: ReadRecord, _ lines: [[UInt8]], _ group: Range<Int>
  ) -> [(what: String, bytes: [UInt8])] {
    let message = record.message.map { [(what: record.layout == nil ? "line" : "message", bytes: $0)] } ?? []
    switch rule.target {
    case .line: return [("line", record.line)]
    case .field(let name): return record.text(of: name).map { [(name, Array($0.utf8))] } ?? []
    case .message: return message
    case .record:
      let hidden = (record.message.map { [$0] } ?? []) + record.exceptionLines
      let more = hidden.filter { !PatternReach.contains(record.line, $0) }.map { (what: "unescaped", bytes: $0) }
      return [("line", record.line)] + more + group.dropFirst().map { (what: "line \($0 + 1)", bytes: lines[$0]) }
    case .text:
      let exception = record.exceptionLines.enumerated().map { (what: "exception, line \($0 + 1)", bytes: $1) }
      return message + exception + group.dropFirst().map { (what: "line \($0 + 1)", bytes: lines[$0]) }
    }
  }

  private func text(_ rule: LineRule, what: String, _ bytes: [UInt8]) -> RuleExplanation.Text {
    let lowered = bytes.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
    let keywords = rule.keywords.map { word in
      (word: String(decoding: word, as: UTF8.self), isFound: PatternReach.contains(lowered, word))
    }
    var text = RuleExplanation.Text(
      what: what, bytes: bytes, keywords: keywords, pattern: nil,
      holds: keywords.isEmpty || keywords.contains(where: \.isFound))
    guard let pattern = rule.pattern else { return text }
    let scratch = MatchScratch()
    let outcome: RuleExplanation.Pattern.Outcome
    var captures: [(name: String, start: Int, end: Int)] = []
    switch pattern.firstMatch(in: bytes.span, from: 0, to: bytes.count, scratch: scratch) {
    case .match(let start, let end):
      outcome = .match(start: start, end: end)
      for (name, group) in pattern.captureNames.sorted(by: { $0.group < $1.group }) {
        if let place = scratch.capture(group) { captures.append((name, place.start, place.end)) }
      }
    case .noMatch:
      outcome = .noMatch(PatternReach(pattern.pattern, in: bytes))
      text.holds = false
    case .limitReached, .failure:
      outcome = .limit
      text.holds = false
    }
    text.pattern = RuleExplanation.Pattern(source: pattern.pattern, outcome: outcome, captures: captures)
    return text
  }
}

extension RuleExplanation.Text {
  fileprivate mutating func mask() {
    guard let pattern, case .match(let start, let end) = pattern.outcome else { return }
    let places = pattern.captures.filter { $0.name == "secret" }.map { $0.start..<$0.end }
    for place in places.isEmpty ? [start..<end] : places {
      for index in place { bytes[index] = UInt8(ascii: "*") }
    }
  }
}
