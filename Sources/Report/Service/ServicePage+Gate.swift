internal import TraceCore

/// The gate: where it stands, each objective, and what was decided.
extension ServicePage {
  static func gate(_ view: ServiceView) -> ServiceMarkup {
    guard let gate = view.gate else {
      return
        """
        <div class="lead"><h1>Gate</h1></div>
        <p class="answer">No gate is given. With <code>--gate FILE</code> the service judges a deploy by the objectives of a \
        file, stage by stage, and this page shows where it stands.</p>

        """
    }
    let state = ServiceGateText.state(gate)
    let name = IncidentText.clipped(gate.name, 80)
    let style: ServiceMarkup = state == .fail ? "answer worse" : "answer"
    var out: ServiceMarkup = "<div class=\"lead\"><h1>Gate \(name)</h1><p>\(reached(gate, view))</p></div>\n"
    let word = ServiceGateText.short(gate)
    out += "<p class=\"\(style)\"><strong>\(word.prefix(1).uppercased() + word.dropFirst())</strong>. "
    out += "\(ServiceGateText.stage(gate))\(reason(gate)).</p>\n"
    out += objectives(gate)
    out += verdicts(gate, view)
    return out
  }

  private static func reached(_ gate: LiveGate, _ view: ServiceView) -> String {
    guard let final = gate.final, final.time != EventTime.none else { return "" }
    return "decided at \(ServiceText.clock(final.time, now: view.time)) UTC"
  }

  private static func reason(_ gate: LiveGate) -> String {
    let text: String
    if let final = gate.final {
      text = final.reason
    } else if let failing = gate.objectives.first(where: { $0.state == .fail }) {
      text = failing.reason.isEmpty ? "\(LiveScreen.name(failing)) does not hold" : failing.reason
    } else if gate.objectives.isEmpty || gate.stage == nil {
      return ""
    } else {
      let holding = gate.objectives.count { $0.state == .pass }
      let open = gate.objectives.count - holding
      text = "\(holding) of \(gate.objectives.count) objectives hold" + (open > 0 ? ", \(open) open" : "")
    }
    guard !text.isEmpty else { return "" }
    let sentence = IncidentText.clipped(text, 2 * mostSentence)
    return ": " + (sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence)
  }

  private static func objectives(_ gate: LiveGate) -> ServiceMarkup {
    guard !gate.objectives.isEmpty else { return "" }
    let style = Style(unicode: true)
    let order: [LiveGate.State] = [.fail, .open, .goesOn, .pass]
    let all = order.flatMap { state in gate.objectives.filter { $0.state == state } }
    var table = ServiceTable(
      "objectives-table", "Objectives, those that fail first", .plain,
      [
        .init("objective"), .init("state"), .init("value", .number), .init("between", .number, isMinor: true),
        .init("limit", .number), .init("requests", .number, isMinor: true), .init("needed", .number, isMinor: true),
      ])
    for one in all.prefix(mostObjectives) {
      var text = ServiceMarkup.code(one.text, most: mostName)
      if let route = one.route { text += "<br>of \(ServiceMarkup.code(route, most: mostName))" }
      if !one.reason.isEmpty { text += "<br>\(ServiceMarkup.faint(IncidentText.clipped(one.reason, mostSentence)))" }
      let word = ServiceGateText.holds(one)
      table.append(
        [
          text, one.state == .fail ? "<strong>\(word)</strong>" : ServiceMarkup(word),
          ServiceMarkup(LiveNumber.value(one.value, one.unit, style)),
          ServiceMarkup(LiveNumber.interval(one.lower, one.upper, one.unit, style)),
          ServiceMarkup(LiveNumber.limit(one.limit, one.unit, style)), ServiceMarkup(CountText.text(one.requests)),
          ServiceMarkup(one.needed.flatMap { $0 > 0 ? CountText.text($0) : nil } ?? "-"),
        ], isAccent: one.state == .fail)
    }
    let body: ServiceMarkup =
      "\(table.markup)<p class=\"faint\">between: where the true value lies, as far as these requests say; "
      + "needed: so many more requests would decide, at this value.</p>\n"
      + leftOut(all.count - mostObjectives, "objective", "<code>skein gate</code> shows them all")
    return section("objectives", "Objectives", body)
  }

  private static func verdicts(_ gate: LiveGate, _ view: ServiceView) -> ServiceMarkup {
    guard !gate.verdicts.isEmpty else {
      return section("verdicts", "Verdicts", "<p>No stage has ended yet.</p>\n")
    }
    var table = ServiceTable(
      "verdicts-table", "Verdicts, by stage", .texts,
      [.init("stage"), .text("verdict"), .text("time"), .text("reason")])
    for verdict in gate.verdicts.prefix(mostObjectives) {
      let word = ServiceGateText.word(verdict.state) + (verdict.isEarly ? " early" : "")
      table.append(
        [
          ServiceMarkup(IncidentText.clipped(verdict.stage, 60)),
          verdict.state == .fail ? "<strong>\(word)</strong>" : ServiceMarkup(word),
          ServiceMarkup(ServiceText.clock(verdict.time, now: view.time)),
          verdict.reason.isEmpty ? "" : ServiceMarkup(IncidentText.clipped(verdict.reason, mostSentence)),
        ], isAccent: verdict.state == .fail)
    }
    let ahead = gate.final == nil ? gate.stages - gate.verdicts.count - (gate.stage == nil ? 0 : 1) : 0
    let rest: ServiceMarkup =
      ahead > 0 ? "<p class=\"faint\">Then \(CountText.text(Int64(ahead), "more stage")).</p>\n" : ""
    return section("verdicts", "Verdicts", table.markup + rest)
  }
}
