internal import Analysis
internal import TraceCore

/// The sentences of an incident document: what a person would say of its figures, and no more than they say.
struct IncidentText: Sendable {
  /// Whether it is over.
  enum State: Sendable, Equatable {
    case nothing, ongoing, over, unconfirmed

    var word: String {
      switch self {
      case .nothing: "nothing found"
      case .ongoing: "not over in this log"
      case .over: "over, confirmed"
      case .unconfirmed: "end not confirmed"
      }
    }
  }

  let document: IncidentDocument
  let clock: IncidentClock
  let before: IncidentDocument.Segment?
  let during: IncidentDocument.Segment?
  let after: IncidentDocument.Segment?
  let all: IncidentDocument.Segment?

  init(_ document: IncidentDocument) {
    self.document = document
    func segment(_ name: String) -> IncidentDocument.Segment? { document.segments.first { $0.name == name } }
    before = segment("before")
    during = segment("during")
    after = segment("after")
    all = segment("all")
    clock = IncidentClock(
      document.segments.flatMap { [$0.from, $0.to] } + document.timeline.map(\.time)
        + document.series.flatMap { [$0.start, $0.end] })
  }

  var state: State {
    guard let span = document.span else { return .nothing }
    if span.isOngoing { return .ongoing }
    return document.cleanWindows >= document.cleanWindowsNeeded && document.cleanWindows > 0 ? .over : .unconfirmed
  }

  // MARK: Title

  /// The logs as the user named them; of very many the first.
  var title: String { IncidentText.clipped(document.title, 160) }

  /// Text of the log that shall stay on a page: at most so many columns, and something to see where it is blank.
  static func clipped(_ text: String, _ columns: Int) -> String {
    let shown = Escape.terminal(text)
    return shown.allSatisfy { $0 == " " } ? "(blank)" : DisplayWidth.fit(shown, columns, ellipsis: "…")
  }

  var heading: String {
    guard let span = document.span else { return "No incident found" }
    if document.slowStart != nil {
      return "Slow start of \(IncidentClock.span(span.onset, span.recovery)) UTC, no incident"
    }
    return "Incident of \(IncidentClock.span(span.onset, span.recovery)) UTC"
  }

  /// Below the heading: what was read.
  var subject: PageText {
    var text: PageText = "\(code: title)"
    if let all = covered { text += PageText(", \(IncidentClock.span(all.lowerBound, all.upperBound)) UTC") }
    return text
  }

  /// From the begin of the first segment to the end of the last.
  var covered: Range<Int64>? {
    guard let from = document.segments.map(\.from).min(), let to = document.segments.map(\.to).max(), from < to else {
      return nil
    }
    return from..<to
  }

  // MARK: The three sentences

  var summary: [PageText] { [what, howBad, whenOver] }

  /// What happened.
  private var what: PageText {
    guard let span = document.span else {
      return "Neither the share of failed requests nor latency in \(code: title) left its baseline."
    }
    let from = IncidentClock.span(span.onset, span.recovery)
    let length = DurationText.short(TimeSpan.between(span.onset, span.recovery))
    let when: PageText = "From \(strong: from) UTC (\(length))"
    if span.isGiven { return "\(when), the span that was given, \(code: title) is examined." }
    let baseline = before != nil ? "before" : after != nil ? "afterwards" : nil
    let fails = span.signals.contains(.errors)
    let slow = span.signals.contains(.latency)
    let requests: PageText = "of the requests\(onRoutes(span)) in \(code: title)"
    guard let baseline else {
      return "\(when), which is the whole log, requests in \(code: title) failed or were slow: "
        + "there is no time without it to compare with."
    }
    if let start = document.slowStart {
      return
        "\(when), after \(start), \(requests) more were slow than \(baseline), most at first and then fewer and fewer, "
        + "as with a service that was just started. Nothing else left its baseline."
    }
    let begin: PageText = span.beginsBefore ? " The log begins inside it: when it began is not known." : ""
    let sign: PageText =
      !fails && slow
      ? "more \(requests) were slow than \(baseline)"
      : "a greater share \(requests) failed than \(baseline)\(slow ? ", and more of them were slow" : "")"
    return "\(when), \(sign).\(begin)"
  }

  /// Where routes alone show it.
  private func onRoutes(_ span: IncidentSpan) -> PageText {
    let names = span.routes.map { IncidentText.clipped($0, IncidentPage.mostName) }
    guard let first = names.first else { return "" }
    if names.count == 1 { return " to \(code: first)" }
    return " to \(code: first) and \(CountText.text(Int64(names.count - 1), "other route"))"
  }

  /// How bad it was.
  private var howBad: PageText {
    guard let segment = during ?? all else { return "No request ended in it." }
    let total = segment.total
    guard total.requests > 0 else {
      return total.unfinished > 0
        ? "No request ended; \(CountText.text(total.unfinished, "request")) had begun." : "No request ended in it."
    }
    let count = CountText.text(total.requests, "request")
    guard total.errors > 0 else {
      return total.requests == 1
        ? "Its one request did not fail\(latencyChange(segment))."
        : "None of its \(count) failed\(latencyChange(segment))."
    }
    let some = "\(CountText.text(total.errors)) of \(count)"
    var text: PageText =
      total.requests == total.errors
      ? "\(strong: total.requests == 1 ? "Its one request failed" : "All of its \(count) failed")"
      : "\(strong: some) failed (\(PercentText.text(total.errorRate ?? 0))\(rateBefore))"
    let routes = segment.routes.filter { $0.errors > 0 }
    if let worst = routes.max(by: { ($0.errors, $1.name) < ($1.errors, $0.name) }), !segment.routes.isEmpty {
      let name = IncidentText.clipped(worst.name, IncidentPage.mostName)
      if routes.count == 1 {
        text += segment.routes.count == 1 ? ", on \(code: name)" : ", all on \(code: name)"
      } else {
        text += ", on \(routes.count) of \(segment.routes.count) routes, most on \(code: name)"
        text += PageText(" (\(CountText.text(worst.errors)))")
      }
    }
    return "\(text)\(latencyChange(segment))."
  }

  private var rateBefore: String {
    guard during != nil, let rate = (before ?? after)?.total.errorRate else { return "" }
    return ", \(before != nil ? "before" : "afterwards") \(PercentText.text(rate))"
  }

  private func latencyChange(_ segment: IncidentDocument.Segment) -> PageText {
    guard let now = segment.total.p95 else { return "; durations are not logged" }
    if during != nil, let other = (before ?? after)?.total.p95 {
      let name = before != nil ? "before" : "afterwards"
      return PageText("; p95 was \(DurationText.text(now)), \(name) \(DurationText.text(other))")
    }
    return PageText("; p95 was \(DurationText.text(now))")
  }

  /// When it was over.
  private var whenOver: PageText {
    guard document.span != nil else {
      return document.series.count > 1
        ? "All \(document.series.count) windows of \(windowLength) were searched."
        : "There is too little to compare: one window at most."
    }
    return recovery
  }

  var windowLength: String { DurationText.short(document.series.first?.length ?? EventTime.nanosecondsPerSecond) }

  /// Whether the end is confirmed, and by what.
  var recovery: PageText {
    guard let span = document.span else { return "" }
    let end = clock.text(span.recovery)
    let clean = Int64(document.cleanWindows)
    let length = document.cleanWindowLength > 0 ? DurationText.short(document.cleanWindowLength) : windowLength
    let windows = "\(CountText.text(clean, "window")) of \(length)"
    switch state {
    case .ongoing, .nothing:
      return "The log ends inside it at \(strong: end): whether and when it was over is not known."
    case .over:
      return
        "It was over at \(strong: end): the \(windows) after it show no sign of it (\(document.cleanWindowsNeeded) "
        + "were required)."
    case .unconfirmed where clean == 0:
      return "Its end at \(strong: end) is not confirmed: no window after it is free of signs "
        + "(\(document.cleanWindowsNeeded) were required)."
    case .unconfirmed:
      return
        "Its end at \(strong: end) is not confirmed: \(windows) after it \(clean == 1 ? "is" : "are") free of signs, "
        + "\(document.cleanWindowsNeeded) were required."
    }
  }

  // MARK: Charts in words

  var overview: PageText {
    let windows = document.series
    var parts: [String] = []
    if let highest = windows.compactMap({ $0.errorRate }).max() {
      let at = windows.first { $0.errorRate == highest }
      parts.append(
        highest > 0
          ? "the highest error rate is \(PercentText.text(highest)) at \(clock.text(at?.start ?? 0))"
          : "no request failed")
    }
    let tails = windows.compactMap(\.p95)
    if let least = tails.min(), let most = tails.max() {
      parts.append("p95 \(range(DurationText.text(least), DurationText.text(most)))")
    }
    let rates = ChartSeries(windows, covered: covered).throughput.compactMap { $0 }
    if let least = rates.min(), let most = rates.max() {
      parts.append("throughput \(range(ThreeDigits.text(least), ThreeDigits.text(most))) requests a second")
    }
    let empty = windows.count { $0.requests == 0 }
    if empty > 0 { parts.append("in \(CountText.text(Int64(empty), "window")) nothing ended") }
    let count = "\(CountText.text(Int64(windows.count), "window")) of \(windowLength)"
    return PageText("\(count): \(parts.joined(separator: "; ")).")
  }

  private func range(_ least: String, _ most: String) -> String {
    least == most ? "is \(most)" : "is between \(least) and \(most)"
  }

  /// What the shade is.
  var key: String {
    guard let span = document.span else { return "" }
    return " The shaded part is the incident, \(clock.span(span.onset, span.recovery))."
  }
}
