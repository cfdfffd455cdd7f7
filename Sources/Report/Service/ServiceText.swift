internal import TraceCore

/// The words of the pages: times, spans, states and changes, as the terminal's screen says them.
enum ServiceText {
  // MARK: Times

  /// `06:50:35`; with the date in front where it is not the day of `now`; `-` for none.
  static func clock(_ time: Int64, now: Int64) -> String {
    guard time != EventTime.none else { return "-" }
    let clock = String(EventTime.timeOfDay(time).prefix(8))
    let date = EventTime.date(time)
    return now != EventTime.none && date == EventTime.date(now) ? clock : "\(date) \(clock)"
  }

  /// `2026-11-23 06:50:52 UTC`
  static func instant(_ time: Int64) -> String {
    "\(EventTime.date(time)) \(EventTime.timeOfDay(time).prefix(8)) UTC"
  }

  /// `2026-11-23, 06:35:52 to 06:50:52 UTC`
  static func range(_ range: Range<Int64>) -> String {
    let (from, to) = (range.lowerBound, range.upperBound)
    return "\(EventTime.date(from)), \(clock(from, now: from)) to \(clock(to, now: from)) UTC"
  }

  // MARK: Spans

  /// In the chooser.
  static func name(_ span: ServiceSpan) -> String {
    switch span {
    case .quarter: "15 min"
    case .hour: "1 h"
    case .day: "24 h"
    case .month: "30 d"
    case .release: "release"
    }
  }

  /// In a sentence: `in the last 15 minutes`, `since the last release`.
  static func during(_ span: ServiceSpan) -> String {
    switch span {
    case .quarter: "in the last 15 minutes"
    case .hour: "in the last hour"
    case .day: "in the last 24 hours"
    case .month: "in the last 30 days"
    case .release: "since the last release"
    }
  }

  /// After the name of a page: `last 15 minutes`.
  static func heading(_ span: ServiceSpan) -> String {
    let words = during(span)
    return words.hasPrefix("in the ") ? String(words.dropFirst(7)) : words
  }

  /// What the figures are compared with: `the 15 minutes before`, `the time before version v2`.
  static func before(_ view: ServiceView) -> String {
    if view.beforeName.isEmpty { return "the time before" }
    let name = IncidentText.clipped(view.beforeName, 100)
    return name.hasPrefix("before ") ? "the time " + name : name
  }

  // MARK: State

  static func state(_ view: ServiceView) -> String {
    var parts: [String] = []
    switch view.progress {
    case .following: parts.append("following")
    case .catchingUp(let bytes):
      parts.append("catching up" + (bytes.map { ", \(BytesText.text(max($0, 0))) left" } ?? ""))
    case .waiting: parts.append("waiting for a log")
    case .ended: parts.append("the log has ended")
    }
    if view.time != EventTime.none { parts.append(instant(view.time)) }
    if let lag = view.lag, lag > 5 * EventTime.nanosecondsPerSecond { parts.append("\(LiveNumber.age(lag)) behind") }
    return parts.joined(separator: ", ")
  }

  /// Names of the logs, the first ones.
  static func logs(_ view: ServiceView) -> String {
    let most = 4
    guard !view.logs.isEmpty else { return "no log" }
    let names = view.logs.prefix(most).map { IncidentText.clipped($0, 60) }.joined(separator: ", ")
    return view.logs.count > most ? names + " and \(view.logs.count - most) more" : names
  }

  // MARK: Numbers

  static func rate(_ value: Double?) -> String { value.map(LiveNumber.rate) ?? "-" }
  static func share(_ value: Double?) -> String { value.map(PercentText.text) ?? "-" }
  static func duration(_ value: Int64?) -> String { value.map { DurationText.text($0) } ?? "-" }

  /// Neither p95 of so few durations nor p99 says much: `~`.
  static func isWeak(_ timed: Int64, p99: Bool) -> Bool { timed < (p99 ? 100 : 20) }

  // MARK: Changes

  /// How a value differs from the one before; nil where one of them is missing or of too few requests to say.
  static func change(_ now: Double?, _ before: Double?, _ kind: LiveScreen.FigureKind, isThin: Bool) -> LiveScreen
    .Change?
  {
    guard let now, let before, !isThin else { return nil }
    return LiveScreen.change(LiveFigure(now: now, baseline: before), kind)
  }

  static func errors(_ now: ServiceFigures, _ before: ServiceFigures?) -> LiveScreen.Change? {
    change(now.errorRate, before?.errorRate, .share, isThin: min(now.requests, before?.requests ?? 0) < 20)
  }

  static func latency(_ quantile: KeyPath<ServiceFigures, Int64?>, _ now: ServiceFigures, _ before: ServiceFigures?)
    -> LiveScreen.Change?
  {
    let timed = min(now.timed, before?.timed ?? 0)
    return change(
      now[keyPath: quantile].map(Double.init), before?[keyPath: quantile].map(Double.init), .latency,
      isThin: isWeak(timed, p99: quantile == \ServiceFigures.p99))
  }

  static func word(_ change: LiveScreen.Change?) -> String {
    switch change {
    case .worse: "worse"
    case .better: "better"
    case .same: "about the same"
    case nil: ""
    }
  }

  /// How much more or less, of what is neither good nor bad: `1.4 × as many`; nil where there is nothing to say.
  static func amount(_ now: Double?, _ before: Double?) -> String? {
    guard let now, let before, before > 0, now.isFinite, before.isFinite else { return nil }
    let ratio = now / before
    if ratio > 0.8 && ratio < 1.25 { return "about as many" }
    return ratio < 999.5 ? "\(ThreeDigits.text(ratio)) × as many" : "far more"
  }
}
