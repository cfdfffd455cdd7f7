internal import Analysis
internal import TraceCore

/// What happened shortly before an incident, or while it went on: releases that appear, lines that tell of one, marks.
struct IncidentDeploys {
  /// A release counts as shortly before the onset up to here (nanoseconds), or up to the length of the incident.
  static let lead: Int64 = 900 * EventTime.nanosecondsPerSecond
  /// Lines about a release belong to it from so long before it is seen, to so long after the recovery (nanoseconds). What
  /// begins at most so long before the onset may have begun it.
  static let nearby: Int64 = 60 * EventTime.nanosecondsPerSecond

  struct Deploy {
    var time: Int64
    /// Of a line or a mark.
    var text: String
    /// That were seen first about then.
    var releases: [SurveyResult.FirstSeen] = []
    var evidence: [String] = []
    /// It may have begun the incident at once.
    var isNear = false
    /// By release: all requests of the incident are of it.
    var ofAll: [String] = []

    func isOfAll(_ seen: SurveyResult.FirstSeen) -> Bool { ofAll.contains("\(seen.field)=\(seen.value)") }
  }

  private let builder: IncidentBuilder
  private let span: IncidentSpan

  init(_ builder: IncidentBuilder, _ span: IncidentSpan) {
    self.builder = builder
    self.span = span
  }

  /// The nearest to the onset first; what came after it last.
  var list: [Deploy] {
    let lead = max(IncidentDeploys.lead, span.recovery.less(span.onset))
    let times = span.onset.less(lead)..<span.recovery
    var values: Set<String> = []
    // A release has one name, whichever fields say it.
    var deploys: [Deploy] = builder.releases.filter { times.contains($0.time) && values.insert($0.value).inserted }.map
    {
      Deploy(
        time: $0.time, text: "", releases: [$0], evidence: IncidentDeploys.evidence($0, builder, span),
        ofAll: share(of: $0) > 0.97 ? ["\($0.field)=\($0.value)"] : [])
    }
    func add(_ time: Int64, _ text: String, _ evidence: String) {
      guard times.contains(time), time < span.onset.plus(slack) else { return }
      // What belongs to a release that appears is told with it.
      let known = deploys.contains { abs($0.time.less(time)) <= IncidentDeploys.nearby }
      if !known { deploys.append(Deploy(time: time, text: text, evidence: [evidence])) }
    }
    for mark in builder.marks { add(mark.time, mark.text, "\(IncidentDeploys.distance(mark.time, span)) (a mark)") }
    for line in builder.survey.releaseLines {
      add(
        line.time, line.text.isEmpty ? line.message : line.text,
        "\(line.message), \(IncidentDeploys.distance(line.time, span)) (\(line.path):\(line.line))")
    }
    for index in deploys.indices {
      let before = span.onset.less(deploys[index].time)
      deploys[index].isNear = before >= Int64(0).less(slack) && before <= IncidentDeploys.nearby * 2
    }
    return deploys.sorted { a, b in
      (a.time > span.onset.plus(slack) ? 1 : 0, abs(span.onset.less(a.time)), a.time)
        < (b.time > span.onset.plus(slack) ? 1 : 0, abs(span.onset.less(b.time)), b.time)
    }
  }

  /// The onset is not known more closely (nanoseconds).
  private var slack: Int64 {
    max(10 * EventTime.nanosecondsPerSecond, span.recovery.less(span.onset) / 10)
  }

  /// The part of the requests of the incident that are of a release.
  private func share(of seen: SurveyResult.FirstSeen) -> Double {
    var (with, all): (Int64, Int64) = (0, 0)
    for row in builder.survey.routeCells { all += Int64(row.cells[builder.focus].all) }
    for row in builder.survey.facts
    where row.fact.kind == .field && row.fact.name == seen.field && row.fact.value == seen.value {
      with += Int64(row.cells[builder.focus].all)
    }
    return all > 0 ? Double(with) / Double(all) : 0
  }

  private static func distance(_ time: Int64, _ span: IncidentSpan) -> String {
    let distance = span.onset.less(time)
    let length = DurationText.text(distance >= 0 ? distance : Int64(0).less(distance))
    return "\(length) \(distance >= 0 ? "before" : "after") the onset"
  }

  /// When a release was seen first, and the lines that tell of it.
  static func evidence(_ seen: SurveyResult.FirstSeen, _ builder: IncidentBuilder, _ span: IncidentSpan) -> [String] {
    let lead = max(IncidentDeploys.lead, span.recovery.less(span.onset))
    guard seen.time >= span.onset.less(lead), seen.time < span.recovery else { return [] }
    var evidence = [
      "first seen \(EventTime.timeOfDay(seen.time)), \(distance(seen.time, span)) (\(seen.path):\(seen.line))"
    ]
    let near = seen.time.less(nearby)..<span.recovery.plus(nearby)
    for line in builder.survey.releaseLines where near.contains(line.time) {
      evidence.append("\(EventTime.timeOfDay(line.time)) \(line.message) (\(line.path):\(line.line))")
    }
    return evidence
  }
}
