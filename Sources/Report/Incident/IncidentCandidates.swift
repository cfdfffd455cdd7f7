internal import Analysis
internal import RulePack
internal import TraceCore

/// Candidates for the cause, with their evidence: what sets failing requests apart while the rest is held fixed, what happened
/// shortly before the onset, and what was logged. People decide.
struct IncidentCandidates {
  /// Candidates at most, and of them causes and deploys.
  static let most = 6
  static let mostCauses = 3
  static let mostDeploys = 2
  /// A deploy leads where at least this part of the rise is on requests that no fact sets apart.
  static let leastGeneral = 0.5

  let builder: IncidentBuilder
  private let contrasts: [Contrast]
  private let found: CauseFindings

  init(builder: IncidentBuilder, contrasts: [Contrast], found: CauseFindings) {
    self.builder = builder
    self.contrasts = contrasts
    self.found = found
  }

  var list: [IncidentDocument.Candidate] {
    guard let span = builder.span else { return [] }
    let causes = found.causes.prefix(IncidentCandidates.mostCauses).map { candidate($0, span) }
    let named = Set(found.causes.prefix(IncidentCandidates.mostCauses).flatMap { $0.facts + $0.same })
    let deploys = IncidentDeploys(builder, span).list.filter { deploy in
      !deploy.releases.contains { named.contains(Contrast.Fact(name: $0.field, value: $0.value)) }
    }
    let leading = deploys.first { $0.isNear && isGeneral }
    let others = deploys.filter { $0.time != leading?.time }
    var list = leading.map { [candidate($0, span, leads: true)] } ?? []
    list += causes
    list += others.prefix(IncidentCandidates.mostDeploys - list.count { $0.kind == .deploy }).map {
      candidate($0, span, leads: false)
    }
    list += messages
    list += firstFindings(span)
    list += stacks(span)
    return Array(list.prefix(IncidentCandidates.most))
  }

  /// Whether all fail alike, as far as is known.
  private var isGeneral: Bool {
    (found.general ?? (found.causes.contains { !$0.isChronic } ? 0 : 1)) >= IncidentCandidates.leastGeneral
  }

  /// What the incident is about: "failed", or "slow".
  private var word: String { builder.target.rawValue }

  // MARK: What sets them apart

  private func candidate(_ cause: Cause, _ span: IncidentSpan) -> IncidentDocument.Candidate {
    let names = cause.facts.map(IncidentCandidates.name)
    let releases = builder.releases.filter { seen in
      cause.facts.contains { $0.name == seen.field && $0.value == seen.value }
    }
    let text =
      if cause.facts.count > 1 {
        "what \(names.joined(separator: " and ")) do together"
      } else if let release = releases.first {
        "the release that brought \(release.field)=\(release.value)"
      } else if cause.facts[0].name == "route" {
        "what \(cause.facts[0].value) does"
      } else {
        "what \(names[0]) means"
      }
    var evidence: [String] = []
    let have = cause.facts.count > 1 ? "have both" : "have it"
    evidence.append(
      "\(PercentText.text(cause.shareInside)) of the \(word) requests \(have), "
        + "\(PercentText.text(cause.shareOutside)) of the others")
    if cause.facts.count > 1 { evidence.append("either of them without the other makes hardly a difference") }
    evidence.append(accounts(cause))
    if !cause.explains.isEmpty {
      let explained = cause.explains.map(IncidentCandidates.name).joined(separator: ", ")
      evidence.append(
        "explained by it: \(explained) (\(cause.explains.count == 1 ? "stands" : "stand") out, too, but not among requests "
          + "with it nor among those without)")
    }
    if !cause.same.isEmpty {
      evidence.append("true of the same requests: \(cause.same.map(IncidentCandidates.name).joined(separator: ", "))")
    }
    if cause.isChronic { evidence.append("requests with it were as much worse than others around the incident") }
    evidence += releases.prefix(1).flatMap { IncidentDeploys.evidence($0, builder, span) }
    return IncidentDocument.Candidate(
      kind: cause.facts.count > 1 ? .facts : .fact, text: text, evidence: Array(evidence.prefix(8)), cause: cause)
  }

  private func accounts(_ cause: Cause) -> String {
    var text = "it accounts for \(PercentText.text(cause.excess)) of the \(word) requests"
    // An interval that holds one says nothing that the counts do not.
    if let odds = cause.odds, odds.lower > 1 {
      text +=
        "; the odds are \(ThreeDigits.text(odds.value)) times (95 %: \(ThreeDigits.text(odds.lower)) to "
        + "\(ThreeDigits.text(odds.upper))) those of requests without it"
    }
    guard !cause.fixed.isEmpty else { return text }
    let fixed = cause.fixed.map { $0.map(IncidentCandidates.name).joined(separator: " and ") }
    return text + ", with \(fixed.joined(separator: ", ")) held fixed"
  }

  static func name(_ fact: Contrast.Fact) -> String {
    fact.name == "route" ? fact.value : "\(fact.name)=\(fact.value)"
  }

  // MARK: What happened shortly before

  private func candidate(
    _ deploy: IncidentDeploys.Deploy, _ span: IncidentSpan, leads: Bool
  ) -> IncidentDocument.Candidate {
    let seen = deploy.releases.last
    let clock = EventTime.timeOfDay(deploy.time)
    let release = seen.map { "\($0.field)=\($0.value)" }
    let text =
      if let release, !leads || !deploy.isForAll {
        "the release that brought \(release)"
      } else if let release {
        "what the deploy of \(clock) changed for all requests (\(release) appeared)"
      } else {
        "what happened at \(clock): \(deploy.text)"
      }
    var evidence = deploy.evidence
    if leads, let release, !deploy.isForAll {
      if let with = deploy.failures.with, let without = deploy.failures.without {
        evidence.append(
          "\(PercentText.text(with)) of the requests with \(release) are \(word), \(PercentText.text(without)) of the others: "
            + "no more than failures scatter")
      } else if deploy.failures.with != nil {
        evidence.append("nearly all requests of the span have \(release)")
      }
    } else if leads, let general = found.general {
      evidence.append(
        "\(PercentText.text(general)) of the rise is on requests that no field sets apart"
          + (release.map { ": those with \($0) and those without fare alike" } ?? ": all fare alike"))
    } else if let release, let by = explaining(deploy) {
      evidence.append("\(release) stands out as well, but not where \(by) is held fixed")
    } else if !found.causes.isEmpty, let release {
      evidence.append("\(release) makes no difference beyond what is named above")
    }
    return IncidentDocument.Candidate(kind: .deploy, text: text, evidence: Array(evidence.prefix(8)), time: deploy.time)
  }

  /// The cause that explains what a deploy brought.
  private func explaining(_ deploy: IncidentDeploys.Deploy) -> String? {
    let cause = found.causes.first { cause in
      deploy.releases.contains { seen in
        (cause.explains).contains { $0.name == seen.field && $0.value == seen.value }
      }
    }
    return cause.map { $0.facts.map(IncidentCandidates.name).joined(separator: " and ") }
  }

  // MARK: What was logged

  /// Where a fact stands out, in words, the greatest difference first.
  private func rows(_ isWanted: (Contrast.Count) -> Bool) -> [String] {
    let found = contrasts.compactMap { contrast in
      contrast.rows.first { isWanted($0.count) && $0.difference.value > 0 }.map { (contrast.inside, $0) }
    }
    return found.sorted { $0.1.difference.value > $1.1.difference.value }.map { inside, row in
      "\(PercentText.text(row.shareInside)) of the \(inside) have it, \(PercentText.text(row.shareOutside)) of the others"
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
          kind: .message, text: "what makes the service log \"\(fact.value)\"", evidence: rows { $0.fact == fact })
      ]
    } ?? []
  }

  /// The worst findings in the order in which they began: what came first is nearer to the cause.
  private func firstFindings(_ span: IncidentSpan) -> [IncidentDocument.Candidate] {
    builder.worstFindings.prefix(3).map { finding in
      let place = finding.example.map { " (\($0.path):\($0.line))" } ?? ""
      return IncidentDocument.Candidate(
        kind: .finding, text: finding.message,
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
        kind: .stack, text: "\(stack.cause)\(frame)",
        evidence: ["\(CountText.text(stack.count, "stack trace")) in the span (\(stack.path):\(stack.line))"])
    }
  }
}
