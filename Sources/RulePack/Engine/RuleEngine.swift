package import TraceCore
internal import Patterns

/// Takes hits and closed traces in order and says what was found: the part of a scan with state over the whole input.
///
/// Pure: its answer depends on the sequence of hits alone, and all times are event times.
///
/// Meaning: docs/semantics.md#rules-and-findings.
package final class RuleEngine {
  private let set: RuleSet
  private let since: Int64?
  private let until: Int64?
  private var collector: FindingCollector
  private var progress: TraceProgress
  private var correlations: [Correlation]
  /// Line rule -> correlations that count it.
  private var correlationsOfLine: [Int: [Int]] = [:]
  private let hasAbsence: Bool
  private let suppressions: Suppressions
  /// What suppressions hide, by suppression.
  private var hidden: [Int: FindingCollector] = [:]
  private let redactor: SecretRedactor
  private let scratch = MatchScratch()
  private var group: [UInt8] = []
  private var newest = EventTime.none
  /// Told of each hit that no suppression hides: the number of its rule, its time, by how much it raises the finding's count,
  /// and the finding if one begins with it.
  package var onHit: ((_ rule: Int, _ time: Int64, _ events: Int64, _ begun: Finding?) -> Void)?

  /// Told of each hit of a rule with the tag `timeline`: its time, message and line. For timelines.
  package var onRelease: ((_ time: Int64, _ message: String, Finding.Example?) -> Void)?

  /// Where a hit was found, for its evidence; asked for a finding's first hit only.
  package struct Origin {
    package var path: String
    package var line: Int
    /// At most `longestText` bytes.
    package var text: [UInt8]

    /// More than is shown, so that a secret on the edge is seen whole.
    package static let longestText = 24 * 1024
    static let longestShown = 16 * 1024

    package init(path: String, line: Int, text: [UInt8]) {
      self.path = path
      self.line = line
      self.text = text
    }
  }

  /// - Parameters:
  ///   - since: hits before it, and traces that ended before it, count for no finding.
  ///   - until: as well those at this time and after it.
  package init(_ set: RuleSet, since: Int64? = nil, until: Int64? = nil) {
    self.set = set
    self.since = since
    self.until = until
    collector = FindingCollector(rules: set.rules)
    progress = TraceProgress(set.traces)
    redactor = SecretRedactor(set.secretTextPatterns)
    correlations = set.correlations.map { Correlation($0.condition) }
    hasAbsence = correlations.contains(where: \.isAboutAbsence)
    suppressions = Suppressions(set.suppressions)
    for (index, inputs) in set.correlations.enumerated() {
      for line in inputs.inputs.keys { correlationsOfLine[line, default: []].append(index) }
    }
    for line in correlationsOfLine.keys { correlationsOfLine[line]?.sort() }
  }

  /// Takes a hit.
  ///
  /// - Parameters:
  ///   - isSelected: rules look at its record; of one that is not selected only rules about traces are told, which look at the
  ///     whole trace.
  ///   - trace: hash of the request id; 0 without one.
  ///   - life: of the trace; asked for by rules about traces alone.
  package func take(
    _ hit: RuleHit, of hits: RuleHits, time: Int64, isSelected: Bool = true, trace: UInt64, life: UInt64,
    id: () -> String?,
    origin: () -> Origin
  ) {
    if time != EventTime.none, newest == EventTime.none || time > newest { newest = time }
    let line = Int(hit.rule)
    let id = { id().map(self.redactor.redacted) }
    let rule: Int
    switch set.roles[line] {
    case .rule(let index): rule = index
    case .count(let trace, _), .step(let trace, _), .begun(let trace), .ended(let trace):
      if hit.kind == .match {
        progress.take(set.roles[line], life: life, time: time)
        return
      }
      rule = set.traces[trace].rule
    }
    guard isSelected, isInSpan(time) else { return }
    if hit.kind == .limit {
      collect(
        rule: rule, kind: .matchLimit, group: [], time: time, firstTime: time, events: 1, trace: trace, id: id
      ) { evidence(rule, line, hit, hits, origin(), isLimit: true) }
      return
    }
    if let counting = correlationsOfLine[line] {
      for index in counting { correlate(index, line, hit, hits, time: time, trace: trace, id: id, origin: origin) }
    }
    guard set.raisesFindings[rule] else { return }
    group.removeAll(keepingCapacity: true)
    for index in set.rules[rule].groupBy.indices {
      // No value is another group than an empty one.
      guard let range = hits.value(index, of: hit) else {
        group.append(1)
        continue
      }
      group.append(contentsOf: hits.text[range])
      group.append(0)
    }
    if suppressions.concern(ruleID: set.rules[rule].id) {
      let fields = set.valueNames[line].enumerated().map { ($1, value($0, of: hit, hits)) }
      if hide(rule, group, time: time, firstTime: time, trace: trace, fields: fields) { return }
    }
    if let onRelease, set.rules[rule].tags.contains(Rule.timelineTag) {
      let shown = evidence(rule, line, hit, hits, origin(), isLimit: false)
      onRelease(time, shown.message, shown.example)
    }
    collect(
      rule: rule, kind: .rule, group: group, time: time, firstTime: time, events: 1, trace: trace, id: id
    ) { evidence(rule, line, hit, hits, origin(), isLimit: false) }
  }

  private func collect(
    rule: Int, kind: Finding.Kind, group: [UInt8], time: Int64, firstTime: Int64, events: Int64, trace: UInt64,
    id: () -> String?, isWindow: Bool = false, evidence: () -> FindingCollector.Evidence
  ) {
    let (begun, added) = collector.take(
      rule: rule, kind: kind, group: group, time: time, firstTime: firstTime, events: events, trace: trace, id: id,
      isWindow: isWindow, evidence: evidence)
    onHit?(rule, time, added, begun)
  }

  private func isInSpan(_ time: Int64) -> Bool {
    if since == nil && until == nil { return true }
    return time != EventTime.none && time >= since ?? .min && time < until ?? .max
  }

  private func value(_ index: Int, of hit: RuleHit, _ hits: RuleHits) -> String? {
    hits.value(index, of: hit).map { String(decoding: hits.text[$0], as: UTF8.self) }
  }

  /// Whether a suppression hides the hit, which is counted then.
  private func hide(
    _ rule: Int, _ group: [UInt8], time: Int64, firstTime: Int64, trace: UInt64,
    fields: [(name: String, value: String?)]
  ) -> Bool {
    guard let index = suppressions.covers(ruleID: set.rules[rule].id, time: time, fields: fields) else { return false }
    hidden[index, default: FindingCollector(rules: set.rules)].take(
      rule: rule, kind: .rule, group: group, time: time, firstTime: firstTime, events: 1, trace: trace, id: { nil }
    ) { FindingCollector.Evidence(message: "", group: [], example: nil) }
    return true
  }

  // MARK: Correlations

  private func correlate(
    _ index: Int, _ line: Int, _ hit: RuleHit, _ hits: RuleHits, time: Int64, trace: UInt64, id: () -> String?,
    origin: () -> Origin
  ) {
    guard let input = set.correlations[index].inputs[line] else { return }
    let event = CorrelationEvent(
      rule: input.place, time: time, life: trace, group: input.groupBy.map { value($0, of: hit, hits) },
      value: input.field.flatMap { value($0, of: hit, hits) })
    if hasAbsence, time != EventTime.none { judge(index, to: min(newest, until ?? .max) - Correlation.reorderBound) }
    guard let found = correlations[index].take(event) else { return }
    raise(index, found, trace: trace, id: id) {
      let origin = origin()
      return (origin, HitSecrets(on: hit, hits, origin.text, set, redactor))
    }
  }

  /// Windows without events that have ended.
  private func judge(_ index: Int, to time: Int64) {
    guard correlations[index].isAboutAbsence else { return }
    for found in correlations[index].advance(to: time) { raise(index, found, trace: 0, id: { nil }, last: { nil }) }
  }

  private func raise(
    _ index: Int, _ found: CorrelationHit, trace: UInt64, id: () -> String?, last: () -> (Origin, HitSecrets)?
  ) {
    let rule = set.correlations[index].rule
    let definition = set.rules[rule]
    let names = set.correlations[index].condition.groupBy
    group = Array(found.group.joined(separator: "\0").utf8)
    let fields = zip(names, found.group).map { (name: $0, value: Optional($1)) }
    if suppressions.concern(ruleID: definition.id),
      hide(rule, group, time: found.time, firstTime: found.first, trace: trace, fields: fields)
    {
      return
    }
    collect(
      rule: rule, kind: .rule, group: group, time: found.time, firstTime: found.first, events: Int64(found.count),
      trace: trace, id: id, isWindow: true
    ) {
      let last = last()
      let shown = fields.map { name, value in
        (
          name: name,
          value: value.map { last?.1.shown($0, named: name) ?? redactor.redacted($0, named: name, known: []) }
        )
      }
      let message = definition.message?.filled { name in
        switch name {
        case "count": String(found.count)
        case "value": measure(found.value, set.correlations[index].condition)
        default: shown.first { $0.name == name }?.value
        }
      }
      return FindingCollector.Evidence(
        message: message.map(redactor.redacted) ?? definition.title, group: shown,
        example: last.map { example($0, without: $1) })
    }
  }

  /// A number for people; durations in milliseconds.
  private func measure(_ value: Double, _ condition: CorrelationCondition) -> String {
    let isDuration = condition.measuresDurations
    guard value.magnitude < 1e15 else { return "\(value)" }
    let tenths = Int64(saturating: (value / (isDuration ? 1e6 : 1) * 10).rounded())
    return "\(tenths / 10)" + (tenths % 10 == 0 ? "" : ".\(abs(tenths % 10))") + (isDuration ? " ms" : "")
  }

  private func evidence(
    _ rule: Int, _ line: Int, _ hit: RuleHit, _ hits: RuleHits, _ origin: Origin, isLimit: Bool
  ) -> FindingCollector.Evidence {
    let names = set.valueNames[line]
    let secrets = HitSecrets(on: hit, hits, origin.text, set, redactor)
    func value(_ name: String) -> String? {
      guard let index = names.firstIndex(of: name) else { return nil }
      return self.value(index, of: hit, hits).map { secrets.shown($0, named: name) }
    }
    let definition = set.rules[rule]
    let message =
      isLimit
      ? "the pattern of \(definition.id) was given up on: it backtracks too much on this text"
      : redactor.redacted(definition.message?.filled(value) ?? definition.title)
    return FindingCollector.Evidence(
      message: message, group: isLimit ? [] : definition.groupBy.map { ($0, value($0)) },
      example: example(origin, without: secrets))
  }

  private func example(_ origin: Origin, without secrets: HitSecrets) -> Finding.Example {
    let text = secrets.shown(line: origin.text).prefix(Origin.longestShown)
    return Finding.Example(
      path: origin.path, line: origin.line, text: String(decoding: text, as: UTF8.self),
      hash: SHA256.lineHash(origin.text))
  }

  /// A trace has closed.
  ///
  /// - Parameters:
  ///   - facts: without counts; its atoms are those of `RuleSet.requestAtoms`.
  ///   - isSelected: rules look at the trace.
  ///   - summary: asked for where a rule holds.
  package func close(
    _ facts: TraceFacts, isSelected: Bool = true, life: UInt64, trace: UInt64, id: () -> String,
    summary: () -> TraceSummary
  ) {
    for (index, plan) in set.traces.enumerated() {
      let holds = progress.holds(index, facts, life: life) { expression, facts in
        var facts = facts
        facts.atoms =
          facts.requests > 0
          ? Array(facts.atoms[plan.firstAtom..<plan.firstAtom + expression.requestAtoms.count])
          : expression.requestAtomDefaults
        let bytes = Array(id().utf8)
        return expression.evaluate(facts, id: bytes.span, scratch: scratch)
      }
      if holds && isSelected && isInSpan(facts.end) { raise(plan.rule, facts, trace: trace, summary()) }
    }
    progress.forget(life)
  }

  private func raise(_ rule: Int, _ facts: TraceFacts, trace hash: UInt64, _ trace: TraceSummary) {
    let definition = set.rules[rule]
    let values: [(name: String, value: String?)] = [
      ("route", trace.route), ("status", trace.status > 0 ? String(trace.status) : nil),
      ("duration", trace.duration.map(RuleMatcher.milliseconds)),
      ("level", trace.level == .none ? nil : trace.level.name),
      ("id", trace.id),
    ]
    let shown = definition.groupBy.map { name in
      (name: name, value: values.first { $0.name == name }?.value.map { redactor.redacted($0, named: name, known: []) })
    }
    group = Array(shown.map { $0.value.map { $0 + "\0" } ?? "\u{1}" }.joined().utf8)
    if suppressions.concern(ruleID: definition.id),
      hide(rule, group, time: facts.end, firstTime: facts.start, trace: hash, fields: values)
    {
      return
    }
    collect(
      rule: rule, kind: .rule, group: group, time: facts.end, firstTime: facts.start, events: 1, trace: hash,
      id: { redactor.redacted(trace.id) }
    ) {
      let message = definition.message?.filled { name in values.first { $0.name == name }?.value.map(redactor.redacted)
      }
      return FindingCollector.Evidence(message: message ?? definition.title, group: shown, example: nil)
    }
  }

  /// Ends the input; `newest` is the time of its newest record.
  package func finish(newest last: Int64) -> Findings {
    if last != EventTime.none {
      let end = min(last, until ?? .max)
      for index in correlations.indices where correlations[index].isAboutAbsence {
        for found in correlations[index].finish(at: end) { raise(index, found, trace: 0, id: { nil }, last: { nil }) }
      }
    }
    var findings = Findings(of: set)
    findings.findings = collector.finish()
    findings.unkept = collector.unkept
    findings.suppressed = hidden.sorted { $0.key < $1.key }.map { index, collector in
      var collector = collector
      let found = collector.finish()
      return Findings.SuppressedCount(
        suppression: set.suppressions[index], findings: Int64(found.count), hits: found.reduce(0) { $0 + $1.count })
    }
    for suppression in suppressions.expired(newest: last) {
      findings.notes.append(
        "the suppression of \(suppression.rule) (\(suppression.path):\(suppression.line), \(suppression.owner)) expired on "
          + "\(EventTime.date(suppression.expires - 1)) and hides nothing after that: renew it or remove it")
    }
    if collector.hasFoldedGroups {
      findings.notes.append(
        "a rule has more than \(FindingCollector.mostGroups) groups; the rest of them is one, (other)")
    }
    for (index, correlation) in correlations.enumerated() {
      let losses = correlation.losses
      let forgotten = losses.groupsForgotten + losses.eventsForgotten
      if forgotten > 0 {
        findings.notes.append(
          "\(set.rules[set.correlations[index].rule].id) had more groups or events than it can remember: \(forgotten) were forgotten"
        )
      }
    }
    return findings
  }
}

// MARK: State

extension RuleEngine {
  /// Saves what was found and what is counted, or takes it from a run with the same rules. Suppressions may have changed as
  /// to what they hide, not in their number.
  package func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("rules")
    try coder.check(set.rules.map(\.id).joined(separator: "\n"), "rules")
    try coder.check(set.suppressions.count, "suppressions")
    try coder.code(time: &newest)
    try collector.code(&coder)
    try progress.code(&coder)
    for index in correlations.indices { try correlations[index].code(&coder) }
    let rules = set.rules
    try coder.code(&hidden, empty: FindingCollector(rules: rules)) { collector, coder throws(StateError) in
      try collector.code(&coder)
    }
    guard hidden.keys.allSatisfy(set.suppressions.indices.contains) else { throw .invalid("number of a suppression") }
  }
}
