internal import Analysis
internal import TraceCore
internal import RulePack

/// What happened when, and how each number is made again.
extension IncidentBuilder {
  /// Moments of findings on the timeline at most: those of the worst severity first.
  static let mostFindingMoments = 15

  /// In order of time; equal times in the order of kinds.
  var timeline: [IncidentDocument.Moment] {
    var moments: [IncidentDocument.Moment] = []
    func add(
      _ time: Int64, _ kind: IncidentDocument.Moment.Kind, _ text: String, _ place: IncidentDocument.Place? = nil
    ) {
      if time != EventTime.none { moments.append(.init(time: time, kind: kind, text: text, place: place)) }
    }
    add(stats.firstTime, .begin, "the log begins")
    for mark in marks { add(mark.time, .mark, mark.text) }
    for line in survey.releaseLines {
      let place = IncidentDocument.Place(path: line.path, line: line.line, hash: line.hash)
      add(line.time, .release, line.text.isEmpty ? line.message : "\(line.message): \(line.text)", place)
    }
    for seen in releases where !survey.releaseLines.contains(where: { $0.path == seen.path && $0.line == seen.line }) {
      add(
        seen.time, .release, "\(seen.field)=\(seen.value) appears",
        IncidentDocument.Place(path: seen.path, line: seen.line, hash: seen.hash))
    }
    for finding in touching.prefix(IncidentBuilder.mostFindingMoments) {
      let place = finding.example.map { IncidentDocument.Place(path: $0.path, line: $0.line, hash: $0.hash) }
      add(finding.first, .finding, "\(finding.rule.severity.name) \(finding.message)", place)
    }
    for verdict in verdicts { add(verdict.time, .verdict, text(of: verdict)) }
    if let span {
      let how =
        span.isGiven ? "the span given begins" : span.beginsBefore ? "the log begins inside the incident" : onsetText
      add(span.onset, .onset, how)
      if let peak { add(peak.time, .peak, peak.text) }
      if span.isOngoing {
        add(span.recovery, .end, "the log ends, and the incident has not")
      } else {
        add(span.recovery, .recovery, span.isGiven ? "the span given ends" : "recovery: everything is as before")
      }
    }
    if span?.isOngoing != true { add(stats.lastTime, .end, "the log ends") }
    let order = moments.indices.sorted { (moments[$0].time, $0) < (moments[$1].time, $1) }
    return order.map { moments[$0] }
  }

  /// `gate, stage deploy50: FAIL, before its end: error_rate 27.6 %, …`.
  private func text(of verdict: Verdict) -> String {
    let name = verdict.isFinal ? "gate" : "gate, \(GateReport.stage(verdict))"
    let told = verdict.objectives.filter { $0.state == verdict.state && $0.state != .pass }.prefix(2).map {
      "\($0.text): \(GateReport.measured($0))"
    }
    return "\(name): \(GateReport.word(verdict.state))\(verdict.isEarly ? ", before its end" : "")"
      + (told.isEmpty ? "" : " (\(told.joined(separator: "; ")))")
  }

  /// What the service had just been through, where it was slow at first and less and less so: a release, a time without requests,
  /// or the beginning of the log. Without any of them a slow time is an incident, whatever its shape.
  var slowStart: String? {
    guard let span, span.isSlowStart, !span.isGiven else { return nil }
    let second = EventTime.nanosecondsPerSecond
    if span.onset <= stats.firstTime + 5 * second { return "the beginning of the log" }
    let began = (span.onset - 120 * second)..<(span.onset + 30 * second)
    let releases = releases.map(\.time) + survey.releaseLines.map(\.time)
    if let time = releases.filter(began.contains).max() { return "the release at \(EventTime.timeOfDay(time)) UTC" }
    if let drop = found.drops.last(where: { began.contains($0.to) }) {
      return "the time until \(EventTime.timeOfDay(drop.to)) UTC in which hardly a request ended"
    }
    return nil
  }

  private var onsetText: String {
    let words = (span?.signals ?? []).map { signal in
      switch signal {
      case .errors: "the error rate"
      case .latency: "latency"
      }
    }
    return "onset: \(words.isEmpty ? "the service" : words.joined(separator: " and ")) "
      + "\(words.count > 1 ? "leave their" : "leaves its") baseline"
  }

  /// Values of release fields that appear while the log goes on: neither the first of a field, nor what was there when the
  /// log began.
  var releases: [SurveyResult.FirstSeen] {
    var seen: Set<String> = []
    let begun = stats.firstTime + max(EventTime.nanosecondsPerSecond, (stats.lastTime - stats.firstTime) / 200)
    return survey.releases.filter { !seen.insert($0.field).inserted && $0.time > begun }
  }

  /// The window of the span with the greatest share of failed requests; of slow ones where latency alone left its baseline.
  private var peak: (time: Int64, text: String)? {
    guard let span else { return nil }
    let inside = series.filter { $0.start >= span.onset && $0.end <= span.recovery && $0.requests > 0 }
    if span.signals == [.latency] {
      guard let worst = inside.filter({ $0.p95 != nil }).max(by: { ($0.p95 ?? 0, $1.start) < ($1.p95 ?? 0, $0.start) })
      else { return nil }
      return (worst.start, "peak: p95 \(DurationText.text(worst.p95 ?? 0)) within \(DurationText.short(worst.length))")
    }
    // The finder's stretches are long enough for a share to mean something.
    if let peak = found.peak, peak.time >= span.onset, peak.time < span.recovery {
      return (
        peak.time,
        "peak: \(PercentText.text(peak.errorRate)) of the requests fail within \(DurationText.short(found.resolution))"
      )
    }
    let worst = inside.max { ($0.errorRate ?? 0, $1.start) < ($1.errorRate ?? 0, $0.start) }
    guard let worst, worst.errors > 0 else { return nil }
    return (
      worst.start,
      "peak: \(PercentText.text(worst.errorRate ?? 0)) of the requests fail within \(DurationText.short(worst.length))"
    )
  }

  // MARK: Commands

  func commands(
    _ document: IncidentDocument, _ command: (IncidentDocument.Recipe) -> String
  ) -> [IncidentDocument.Command] {
    var commands: [IncidentDocument.Command] = []
    func add(_ purpose: String, _ recipe: IncidentDocument.Recipe) {
      commands.append(.init(purpose: purpose, command: command(recipe)))
    }
    for segment in document.segments {
      if segment.name == "all" {
        add("all figures", .stats(span: nil))
      } else {
        add("figures \(segment.name) the incident", .stats(span: segment.from..<max(segment.from, segment.to)))
      }
    }
    if let window = series.first { add("charts", .windows(length: window.length)) }
    if findings != nil { add("findings", .findings) }
    if span != nil, !document.templates.isEmpty {
      for (index, name) in ["before", "during"].enumerated() {
        let (from, to) = segmentSpan(index)
        add("message templates \(name) the incident", .templates(span: from..<max(from, to)))
      }
    }
    for exemplar in document.exemplars { add(exemplar.reason, .trace(id: exemplar.trace.id)) }
    return commands
  }
}
