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
    /// Shares of bad requests with the release and without it; nil where there are hardly any.
    var failures: (with: Double?, without: Double?) = (nil, nil)

    /// Requests without the release fare as those with it.
    var isForAll: Bool {
      guard let with = failures.with, let without = failures.without else { return false }
      return without >= 0.5 * with
    }
  }

  private let builder: IncidentBuilder
  private let span: IncidentSpan

  init(_ builder: IncidentBuilder, _ span: IncidentSpan) {
    self.builder = builder
    self.span = span
  }

  /// So long before the onset, up to the recovery.
  private var times: Range<Int64> {
    span.onset.less(max(IncidentDeploys.lead, span.recovery.less(span.onset)))..<span.recovery
  }

  /// Releases that appeared about then, by each of the fields that say so.
  var releases: [SurveyResult.FirstSeen] { builder.releases.filter { times.contains($0.time) } }

  /// The nearest to the onset first; what came after it last.
  var list: [Deploy] {
    let times = times
    var deploys: [Deploy] = []
    for seen in releases {
      // A release has one name, whichever fields say it.
      if let index = deploys.firstIndex(where: { $0.releases[0].value == seen.value }) {
        deploys[index].releases.append(seen)
        continue
      }
      deploys.append(
        Deploy(time: seen.time, text: "", releases: [seen], evidence: IncidentDeploys.evidence(seen, builder, span)))
    }
    for index in deploys.indices { deploys[index].failures = failures(of: deploys[index].releases) }
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

  /// The shares of bad requests among those of the incident that are of a release, and among the others; nil where there are
  /// hardly any.
  private func failures(of releases: [SurveyResult.FirstSeen]) -> (with: Double?, without: Double?) {
    func sum(_ cells: [[SurveyResult.Cell]]) -> (bad: Int64, all: Int64) {
      cells.reduce(into: (bad: 0, all: 0)) { sum, cells in
        let cell = cells[builder.focus]
        sum.bad += Int64(builder.target == .failed ? cell.failed : cell.slow)
        sum.all += Int64(cell.all)
      }
    }
    let all = sum(builder.survey.routeCells.map(\.cells))
    let with =
      releases.map { seen in
        sum(
          builder.survey.facts.filter {
            $0.fact.kind == .field && $0.fact.name == seen.field && $0.fact.value == seen.value
          }.map(\.cells))
      }.max { $0.all < $1.all } ?? (bad: 0, all: 0)
    func share(_ bad: Int64, _ sum: Int64) -> Double? {
      sum * 50 >= all.all && sum > 0 ? Double(bad) / Double(sum) : nil
    }
    return (share(with.bad, with.all), share(all.bad - with.bad, all.all - with.all))
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
