internal import Analysis
internal import RulePack
internal import TraceCore

/// Candidates for the cause, with their evidence: what appeared shortly before or at the onset, and what failing requests have
/// in common. It ranks nothing by plausibility beyond that; people decide.
struct IncidentCandidates {
  /// Candidates at most.
  static let most = 6
  /// A release counts as shortly before the onset up to here (nanoseconds), or up to the length of the incident.
  static let lead: Int64 = 900 * EventTime.nanosecondsPerSecond

  /// Lines about a release belong to it from so long before it is seen, to so long after the recovery (nanoseconds).
  static let nearby: Int64 = 60 * EventTime.nanosecondsPerSecond

  private let builder: IncidentBuilder
  private let contrasts: [Contrast]

  init(builder: IncidentBuilder, contrasts: [Contrast]) {
    self.builder = builder
    self.contrasts = contrasts
  }

  var list: [IncidentDocument.Candidate] {
    guard let span = builder.span else { return [] }
    var list = releases(span)
    list += values(notIn: list)
    list += messages
    list += firstFindings(span)
    list += stacks(span)
    return Array(list.prefix(IncidentCandidates.most))
  }

  /// A version that appeared before the recovery and not long before the onset.
  private func releases(_ span: IncidentSpan) -> [IncidentDocument.Candidate] {
    let lead = max(IncidentCandidates.lead, span.recovery - span.onset)
    var values: Set<String> = []
    // A release has one name, whichever fields say it.
    let new = builder.releases.filter {
      $0.time >= span.onset - lead && $0.time < span.recovery && values.insert($0.value).inserted
    }
    return new.map { seen in
      let distance = span.onset - seen.time
      let when =
        distance >= 0
        ? "\(DurationText.text(distance)) before the onset" : "\(DurationText.text(-distance)) after the onset"
      let names = builder.releases.filter { $0.value == seen.value }.map(\.field)
      var evidence = ["first seen \(EventTime.timeOfDay(seen.time)), \(when) (\(seen.path):\(seen.line))"]
      evidence += rows { $0.fact.kind == .field && names.contains($0.fact.name) && $0.fact.value == seen.value }
      let near = (seen.time - IncidentCandidates.nearby)..<(span.recovery + IncidentCandidates.nearby)
      for line in builder.survey.releaseLines where near.contains(line.time) {
        evidence.append("\(EventTime.timeOfDay(line.time)) \(line.message) (\(line.path):\(line.line))")
      }
      return IncidentDocument.Candidate(
        text: "the release that brought \(names.last ?? seen.field)=\(seen.value)", evidence: Array(evidence.prefix(8)))
    }
  }

  /// Where a fact stands out, in words, the greatest difference first.
  private func rows(_ isWanted: (Contrast.Count) -> Bool) -> [String] {
    let found = contrasts.compactMap { contrast in
      contrast.rows.first { isWanted($0.count) && $0.difference.value > 0 }.map { (contrast.inside, $0) }
    }
    return found.sorted { $0.1.difference.value > $1.1.difference.value }.map { inside, row in
      "\(PercentText.text(row.shareInside)) of the \(inside) have it, \(PercentText.text(row.shareOutside)) of the others"
    }
  }

  /// Values of fields that stand out clearly: in half of the failing requests, and by half more than elsewhere.
  private func values(notIn known: [IncidentDocument.Candidate]) -> [IncidentDocument.Candidate] {
    var seen: [Contrast.Fact] = []
    for contrast in contrasts {
      for row in contrast.rows
      where row.count.fact.kind == .field && row.count.fact.name != "route" && row.shareInside >= 0.5
        && row.difference.lower >= 0.25
      {
        let fact = row.count.fact
        if !seen.contains(fact), !known.contains(where: { $0.text.hasSuffix(" \(fact.name)=\(fact.value)") }) {
          seen.append(fact)
        }
      }
    }
    return seen.prefix(2).map { fact in
      IncidentDocument.Candidate(text: "what \(fact.name)=\(fact.value) stands for", evidence: rows { $0.fact == fact })
    }
  }

  /// What failing requests log and others hardly do.
  private var messages: [IncidentDocument.Candidate] {
    let row = contrasts.first?.rows.first {
      $0.count.fact.kind == .template && $0.shareInside >= 0.25 && $0.shareOutside < 0.05
    }
    return row.map { row in
      let fact = row.count.fact
      return [
        IncidentDocument.Candidate(
          text: "what makes the service log \"\(fact.value)\"", evidence: rows { $0.fact == fact })
      ]
    } ?? []
  }

  /// The worst findings in the order in which they began: what came first is nearer to the cause.
  private func firstFindings(_ span: IncidentSpan) -> [IncidentDocument.Candidate] {
    builder.worstFindings.prefix(3).map { finding in
      let place = finding.example.map { " (\($0.path):\($0.line))" } ?? ""
      return IncidentDocument.Candidate(
        text: finding.message,
        evidence: [
          "\(finding.rule.severity.name) \(finding.rule.id), \(CountText.text(finding.count)) times from "
            + "\(EventTime.timeOfDay(finding.first))\(place)"
        ])
    }
  }

  private func stacks(_ span: IncidentSpan) -> [IncidentDocument.Candidate] {
    builder.survey.stacks.filter { $0.first != EventTime.none && $0.first < span.recovery }.prefix(2).map { stack in
      let frame = stack.frame.map { " in \($0)" } ?? ""
      return IncidentDocument.Candidate(
        text: "\(stack.cause)\(frame)",
        evidence: ["\(CountText.text(stack.count, "stack trace")) in the span (\(stack.path):\(stack.line))"])
    }
  }
}
