package import TraceCore
internal import Patterns

/// Takes hits and closed traces in order and says what was found: the part of a scan with state over the whole input.
///
/// Pure: its answer depends on the sequence of hits alone, and all times are event times.
package final class RuleEngine {
  private let set: RuleSet
  private var collector: FindingCollector
  private var progress: TraceProgress
  private let redactor: SecretRedactor
  private let scratch = MatchScratch()
  private var group: [UInt8] = []
  private var newest = EventTime.none

  /// Where a hit was found, for its evidence; asked for a finding's first hit only.
  package struct Origin {
    package var path: String
    package var line: Int
    package var text: [UInt8]
    package init(path: String, line: Int, text: [UInt8]) {
      self.path = path
      self.line = line
      self.text = text
    }
  }

  package init(_ set: RuleSet) {
    self.set = set
    collector = FindingCollector(rules: set.rules)
    progress = TraceProgress(set.traces)
    redactor = SecretRedactor(set.secretPatterns)
  }

  /// Takes a hit; `life` is 0 where it is in no trace.
  package func take(
    _ hit: RuleHit, of hits: RuleHits, time: Int64, life: UInt64, id: () -> String?, origin: () -> Origin
  ) {
    if time != EventTime.none, newest == EventTime.none || time > newest { newest = time }
    let line = Int(hit.rule)
    guard case .rule(let rule) = set.roles[line] else {
      if hit.kind == .match { progress.take(set.roles[line], life: life, time: time) }
      return
    }
    if hit.kind == .limit {
      collector.take(
        rule: rule, kind: .matchLimit, group: [], time: time, firstTime: time, events: 1, life: life, id: id
      ) { evidence(rule, line, hit, hits, origin(), isLimit: true) }
      return
    }
    guard set.raisesFindings[rule] else { return }
    group.removeAll(keepingCapacity: true)
    for index in set.rules[rule].groupBy.indices {
      if let range = hits.value(index, of: hit) { group.append(contentsOf: hits.text[range]) }
      group.append(0)
    }
    collector.take(
      rule: rule, kind: .rule, group: group, time: time, firstTime: time, events: 1, life: life, id: id
    ) { evidence(rule, line, hit, hits, origin(), isLimit: false) }
  }

  private func evidence(
    _ rule: Int, _ line: Int, _ hit: RuleHit, _ hits: RuleHits, _ origin: Origin, isLimit: Bool
  ) -> FindingCollector.Evidence {
    let names = set.valueNames[line]
    func value(_ name: String) -> String? {
      guard let index = names.firstIndex(of: name), let range = hits.value(index, of: hit) else { return nil }
      return redactor.redacted(String(decoding: hits.text[range], as: UTF8.self))
    }
    let definition = set.rules[rule]
    let message =
      isLimit
      ? "the pattern of \(definition.id) was given up on: it backtracks too much on this text"
      : redactor.redacted(definition.message?.filled(value) ?? definition.title)
    return FindingCollector.Evidence(
      message: message, group: isLimit ? [] : definition.groupBy.map { ($0, value($0)) }, example: example(origin))
  }

  private func example(_ origin: Origin) -> Finding.Example {
    Finding.Example(
      path: origin.path, line: origin.line, text: String(decoding: redactor.redacted(origin.text), as: UTF8.self))
  }

  /// A trace has closed.
  ///
  /// - Parameters:
  ///   - facts: without counts; its atoms are those of `RuleSet.requestAtoms`.
  package func close(_ facts: TraceFacts, life: UInt64, id: () -> String) {
    guard !set.traces.isEmpty else { return }
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
      guard holds else { continue }
      let rule = set.rules[plan.rule]
      collector.take(
        rule: plan.rule, kind: .rule, group: [], time: facts.end, firstTime: facts.start, events: 1, life: life,
        id: { id() }
      ) {
        FindingCollector.Evidence(message: rule.message?.filled { _ in nil } ?? rule.title, group: [], example: nil)
      }
    }
    progress.forget(life)
  }

  /// Ends the input.
  package func finish() -> Findings {
    var findings = Findings(of: set)
    findings.findings = collector.finish()
    findings.unkept = collector.unkept
    if collector.hasFoldedGroups {
      findings.notes.append("a rule has more than \(FindingCollector.mostGroups) groups; the rest of them is one, (other)")
    }
    return findings
  }
}
