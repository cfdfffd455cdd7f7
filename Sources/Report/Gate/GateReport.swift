package import Analysis
internal import RulePack
internal import TraceCore

/// What a gate says: a line and a table for people, an event for scripts. The page for a release ticket stands beside it.
package enum GateReport {
  // MARK: JSON

  package static func json(_ verdict: Verdict, gate: String, into sink: inout TextSink) {
    EventReport.write("verdict", id: eventID(verdict, gate: gate), into: &sink) { json in
      json.member("gate", gate)
      json.member("state", verdict.state.rawValue)
      json.member("final", verdict.isFinal)
      json.member("early", verdict.isEarly)
      json.member("stage", verdict.stageName)
      json.member("stage_number", verdict.stage.map { Int64($0 + 1) })
      json.member("time", time: verdict.time)
      json.member("start", time: verdict.start)
      json.member("end", time: verdict.end)
      json.member("exit_code", Int64(verdict.exitCode))
      json.member("objectives_start", time: verdict.judgedFrom)
      json.member("objectives_end", time: verdict.judgedTo)
      json.array("objectives", of: verdict.objectives) { objective($1, into: &$0) }
      json.array("notes", of: verdict.notes + verdict.stageNotes) { $0.string($1) }
    }
  }

  /// The same for the same verdict, however often it is told.
  package static func eventID(_ verdict: Verdict, gate: String) -> String {
    EventID.make([
      "skein.verdict/1", gate, verdict.stage.map(String.init) ?? "", String(verdict.isFinal), verdict.state.rawValue,
      String(verdict.start), String(verdict.time),
    ])
  }

  private static func objective(_ objective: ObjectiveVerdict, into json: inout JSONWriter) {
    json.beginObject()
    json.member("objective", objective.text)
    json.member("route", objective.route)
    json.member("instance", objective.instance)
    json.member("state", objective.state.rawValue)
    json.member("unit", unit(objective.unit))
    for (name, value) in [
      ("value", objective.value), ("lower", objective.lower), ("upper", objective.upper), ("limit", objective.limit),
      ("baseline", objective.baseline),
    ] {
      json.key(name)
      if let value, value.isFinite {
        json.double(scaled(value, objective.unit))
      } else {
        json.null()
      }
    }
    json.member("requests", objective.requests)
    json.member("bad", objective.bad)
    json.member("needed", objective.needed)
    json.key("dispersion")
    json.double(objective.dispersion)
    json.member("informative", objective.isInformative)
    json.member("reason", objective.reason)
    json.key("finding")
    if let finding = objective.finding { self.finding(finding, into: &json) } else { json.null() }
    worst("worst_route", objective.worstRoute, into: &json)
    worst("worst_instance", objective.worstInstance, into: &json)
    json.endObject()
  }

  /// Without its place, which a rotation changes.
  private static func finding(_ finding: GateFinding, into json: inout JSONWriter) {
    json.beginObject()
    json.member("rule", finding.rule)
    json.member("severity", "P\(finding.severity)")
    json.member("message", finding.message)
    json.member("time", time: finding.time)
    json.member("trace_id", finding.trace)
    json.endObject()
  }

  private static func worst(_ key: String, _ worst: ObjectiveVerdict.Worst?, into json: inout JSONWriter) {
    json.key(key)
    guard let worst else { return json.null() }
    json.beginObject()
    json.member("name", worst.name)
    json.member("requests", worst.requests)
    json.member("bad", worst.bad)
    json.endObject()
  }

  private static func unit(_ unit: Objective.Unit) -> String {
    switch unit {
    case .share: "share"
    case .nanoseconds: "ms"
    case .thousandths: "number"
    case .perSecond: "per_second"
    case .count: "count"
    }
  }

  private static func scaled(_ value: Double, _ unit: Objective.Unit) -> Double {
    switch unit {
    case .nanoseconds: value / 1e6
    case .thousandths: value / 1e3
    case .share, .perSecond, .count: value
    }
  }

  // MARK: Text

  /// `06:50:34  FAIL  stage deploy50  (… UTC)`, then each objective on a line of its own. Of the verdict on the whole the
  /// decision alone: what it rests on was told with the stage that decided.
  package static func text(_ verdict: Verdict, gate: String, style: Style, into sink: inout TextSink) {
    let what = verdict.isFinal ? "gate \(Escape.terminal(gate))" : Escape.terminal(stage(verdict))
    let when = verdict.isEarly ? ", before its end" : ""
    let state = style.painted(word(verdict.state), paint(verdict.state))
    sink.writeLine(
      "\(EventReport.clock(verdict.time))  \(state)  \(style.painted(what, .bold))\(when)"
        + style.painted("  (\(span(verdict)) UTC)", .dim))
    if !verdict.isFinal {
      for objective in verdict.objectives { line(objective, style, into: &sink) }
    }
    for note in verdict.notes + verdict.places {
      Prose.write("- " + Escape.terminal(note), indent: 10, paint: .dim, style, into: &sink)
    }
  }

  private static func line(_ objective: ObjectiveVerdict, _ style: Style, into sink: inout TextSink) {
    let route = (objective.route ?? objective.instance).map { " [\(Escape.terminal($0))]" } ?? ""
    let mark = style.painted(word(objective.state).lowercased(), paint(objective.state))
    let text = "          \(mark)  \(Escape.terminal(objective.text))\(route): \(measured(objective))"
    sink.writeLine(text)
    if !isTold(objective) {
      Prose.write(Escape.terminal(objective.reason), indent: 16, paint: .dim, style, into: &sink)
    }
    if let finding = objective.finding {
      let text = objective.bad > 1 ? "the first: \(finding.text)" : finding.text
      Prose.write(Escape.terminal(text), indent: 16, paint: .dim, style, into: &sink)
    }
    if let worst = worst(objective) {
      Prose.write(Escape.terminal(worst), indent: 16, paint: .dim, style, into: &sink)
    }
  }

  /// `mostly on GET /orders: 29 of 40 requests; in web-2: 29 of 60 requests`; nil where nothing is to be named.
  static func worst(_ objective: ObjectiveVerdict) -> String? {
    let parts = [("on", objective.worstRoute), ("in", objective.worstInstance)].compactMap { word, worst in
      worst.map { "\(word) \($0.name): \(CountText.text($0.bad)) of \(CountText.text($0.requests, "request"))" }
    }
    return parts.isEmpty ? nil : "mostly " + parts.joined(separator: "; ")
  }

  /// Whether the reason says nothing that its line does not: the interval, and the limit that stands in the objective.
  private static func isTold(_ objective: ObjectiveVerdict) -> Bool {
    if objective.unit == .count { return true }
    guard objective.baseline == nil, let lower = objective.lower, let upper = objective.upper,
      let limit = objective.limit
    else { return false }
    return objective.reason == GateText.undecided(lower: lower, upper: upper, limit: limit, objective.unit)
  }

  /// `8.1 % (5.9 % to 10.9 %) of 470 requests; about 300 more would decide`
  package static func measured(_ objective: ObjectiveVerdict) -> String {
    if objective.unit == .count {
      return objective.finding == nil ? objective.reason : CountText.text(objective.bad, "finding")
    }
    guard let value = objective.value else { return "nothing measured" }
    var text = GateText.value(value, objective.unit)
    if let lower = objective.lower, let upper = objective.upper {
      text += " (\(GateText.value(lower, objective.unit)) to \(GateText.value(upper, objective.unit)))"
    }
    text += " of \(CountText.text(objective.requests, "request"))"
    if let needed = objective.needed { text += "; about \(CountText.text(needed)) more would decide" }
    return text
  }

  private static func span(_ verdict: Verdict) -> String {
    guard verdict.start != EventTime.none, verdict.end != EventTime.none else { return "no time" }
    // A span between whole seconds needs no milliseconds; in any other they are what it is about.
    let second = EventTime.nanosecondsPerSecond
    let isWhole = verdict.start % second == 0 && verdict.end % second == 0
    func clock(_ time: Int64) -> String {
      isWhole ? String(EventTime.timeOfDay(time).prefix(8)) : EventTime.timeOfDay(time)
    }
    let (from, to) = (EventTime.date(verdict.start), EventTime.date(verdict.end))
    return "\(from) \(clock(verdict.start)) to \(from == to ? "" : to + " ")\(clock(verdict.end))"
  }

  /// `stage 10 %`; a stage without a name of its own is called `stage 1`.
  static func stage(_ verdict: Verdict) -> String {
    let name = verdict.stageName ?? "?"
    return name.hasPrefix("stage ") ? name : "stage \(name)"
  }

  package static func word(_ state: Verdict.State) -> String {
    switch state {
    case .pass: "PASS"
    case .fail: "FAIL"
    case .inconclusive: "INCONCLUSIVE"
    case .goesOn: "CONTINUE"
    }
  }

  private static func paint(_ state: Verdict.State) -> Style.Paint {
    switch state {
    case .pass: .green
    case .fail: .boldRed
    case .inconclusive: .yellow
    case .goesOn: .cyan
    }
  }
}
