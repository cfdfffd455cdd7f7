internal import TraceCore

/// What went wrong: findings, causes, new messages and the requests that failed, each one click from a request that shows it.
extension ServicePage {
  static func errors(_ view: ServiceView) -> ServiceMarkup {
    var out = heading("Errors", view)
    if let empty = emptiness(view), view.findings.isEmpty, view.failures.isEmpty, view.causes.isEmpty {
      out += empty
    }
    return out + findings(view) + causes(view) + failures(view) + messages(view)
  }

  /// What a severity asks of people.
  static func urgency(_ severity: Int) -> String {
    switch severity {
    case ...0: "page now"
    case 1: "within the hour"
    case 2: "look today"
    default: "note"
    }
  }

  private static func findings(_ view: ServiceView) -> ServiceMarkup {
    guard view.hasRules else {
      return section("findings", "Findings", "<p>No rules are applied (<code>--rules</code>).</p>\n")
    }
    guard !view.findings.isEmpty else {
      return section("findings", "Findings", "<p>None: no rule has held \(ServiceText.during(view.span)).</p>\n")
    }
    var table = ServiceTable(
      "findings-table", "Findings", .texts,
      [
        .init("severity"), .text("finding"), .init("hits", .number), .init("since", isMinor: true), .init("last"),
        .init("request"),
      ])
    // Stable: of one severity the newest stays first.
    let ordered = view.findings.enumerated().sorted {
      ($0.element.severity, $0.offset) < ($1.element.severity, $1.offset)
    }
    for finding in ordered.prefix(mostFindings).map(\.element) {
      let severity = min(max(finding.severity, 0), 3)
      let title = finding.title.isEmpty ? finding.rule : finding.title
      var text: ServiceMarkup = "<strong>\(IncidentText.clipped(title, mostSentence))</strong>"
      if !finding.message.isEmpty, finding.message != title {
        text += "<br>\(ServiceMarkup.code(finding.message, most: mostSentence))"
      }
      let place = finding.place.isEmpty ? "" : ", \(IncidentText.clipped(finding.place, mostName))"
      text += "<br>\(ServiceMarkup.faint("rule \(IncidentText.clipped(finding.rule, 80))\(place)"))"
      table.append(
        [
          "<span class=\"severity p\(String(severity))\">P\(String(severity))</span> <span class=\"urgency\">\(urgency(severity))</span>",
          text,
          ServiceMarkup(CountText.text(finding.count)),
          ServiceMarkup(ServiceText.clock(finding.first, now: view.time)),
          ServiceMarkup(ServiceText.clock(finding.last, now: view.time)), .trace(finding.trace),
        ])
    }
    let counts = (0...3).compactMap { severity -> String? in
      let count = view.findings.count { min(max($0.severity, 0), 3) == severity }
      return count > 0 ? "\(CountText.text(count)) P\(severity)" : nil
    }
    let body: ServiceMarkup =
      "<p>\(counts.joined(separator: ", ")); the most urgent first, then the newest.</p>\n\(table.markup)"
      + leftOut(view.findings.count - mostFindings, "finding", "<code>skein scan</code> shows them all")
    return section("findings", "Findings", body)
  }

  private static func causes(_ view: ServiceView) -> ServiceMarkup {
    guard !view.causes.isEmpty else { return "" }
    var table = ServiceTable(
      "causes-table", "Stack traces by cause", .texts,
      [
        .init("cause"), .init("count", .number), .init("since", isMinor: true), .init("last"), .init("request"),
      ])
    for cause in view.causes.prefix(mostCauses) {
      var text = ServiceMarkup.code(cause.title, most: mostSentence)
      if !cause.place.isEmpty {
        text += "<br>\(ServiceMarkup.faint("from \(IncidentText.clipped(cause.place, mostName))"))"
      }
      table.append([
        text, ServiceMarkup(CountText.text(cause.count)),
        ServiceMarkup(ServiceText.clock(cause.first, now: view.time)),
        ServiceMarkup(ServiceText.clock(cause.last, now: view.time)), .trace(cause.trace),
      ])
    }
    return section(
      "causes", "Stack traces by cause",
      table.markup
        + leftOut(view.causes.count - mostCauses, "cause", "<code>skein report</code> shows the most frequent"))
  }

  private static func failures(_ view: ServiceView) -> ServiceMarkup {
    let wanted = LiveView.Filter(view.filter)
    let rows = view.failures.filter { wanted.takes($0.route) }
    guard !rows.isEmpty else {
      let text =
        view.filter.isEmpty ? "No request failed." : "No request failed whose route contains the text asked for."
      return section("failures", "Failed requests", "<p>\(text)</p>\n")
    }
    var table = ServiceTable(
      "failures-table", "Failed requests, the newest first", .texts,
      [
        .init("time"), .text("route"), .init("status", .number), .init("took", .number), .init("request"),
      ])
    for trace in rows.prefix(mostFailures) {
      table.append([
        ServiceMarkup(ServiceText.clock(trace.time, now: view.time)), .code(trace.route, most: mostName),
        ServiceMarkup(trace.status.map { String($0) } ?? "-"), ServiceMarkup(ServiceText.duration(trace.duration)),
        .trace(trace.id),
      ])
    }
    return section(
      "failures", "Failed requests",
      table.markup
        + leftOut(
          rows.count - mostFailures, "request",
          "<code>skein traces --where 'status &gt;= 500' --top 0</code> shows them all"))
  }

  private static func messages(_ view: ServiceView) -> ServiceMarkup {
    guard let release = view.release else { return "" }
    let since =
      "\(IncidentText.clipped(release.text, mostName)), \(ServiceText.clock(release.time, now: view.time)) UTC"
    var body: ServiceMarkup = ""
    if view.newMessages.isEmpty {
      body += "<p>None since \(since).</p>\n"
    } else {
      var table = ServiceTable(
        "messages-table", "New messages", .texts,
        [
          .init("message"), .init("level"), .init("count", .number), .init("first", isMinor: true), .init("request"),
        ])
      for message in view.newMessages.prefix(mostMessages) {
        table.append([
          .code(message.pattern, most: mostSentence), ServiceMarkup(message.level.name),
          ServiceMarkup(CountText.text(message.count)),
          ServiceMarkup(ServiceText.clock(message.first, now: view.time)), .trace(message.trace),
        ])
      }
      body += "<p>Not logged before \(since); counts are since then. <code>&lt;*&gt;</code> stands for values.</p>\n"
      body += table.markup
      body += leftOut(
        view.newMessages.count - mostMessages, "message", "<code>skein templates --top 0</code> shows all")
    }
    if !view.newMessagesNote.isEmpty { body += "<p class=\"faint\">\(view.newMessagesNote)</p>\n" }
    return section("messages", "Messages that are new", body)
  }
}
