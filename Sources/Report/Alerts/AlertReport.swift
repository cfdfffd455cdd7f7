package import Analysis
package import TraceCore

/// What `skein alerts` says: who is told of what, and what would have been sent.
package enum AlertReport {
  package static let checkSchema = "skein.alerts-check/1"
  package static let backtestSchema = "skein.alerts-backtest/1"

  /// A receiver of a file of alerts.
  package struct Receiver: Sendable, Equatable {
    package var name: String
    package var kind: String
    /// Why it cannot be sent to; nil where nothing is known against it.
    package var problem: String?
    /// Severities that it is told of.
    package var severities: [String]

    package init(name: String, kind: String, problem: String?, severities: [String]) {
      self.name = name
      self.kind = kind
      self.problem = problem
      self.severities = severities
    }
  }

  /// An objective of a file of alerts.
  package struct Promise: Sendable, Equatable {
    package var name: String
    package var text: String
    /// Its `where`.
    package var condition: String?
    /// Nanoseconds.
    package var window: Int64
    package var severity: String
    /// To whom it would be reported if its budget burnt.
    package var receivers: [String]

    package init(
      name: String, text: String, condition: String?, window: Int64, severity: String, receivers: [String]
    ) {
      self.name = name
      self.text = text
      self.condition = condition
      self.window = window
      self.severity = severity
      self.receivers = receivers
    }
  }

  /// A message that would have been sent.
  package struct Sent: Sendable, Equatable {
    /// Event time.
    package var time: Int64
    package var receiver: String
    /// `opened`, `worse`, `changed`, `over`.
    package var kind: String
    /// It makes somebody look.
    package var isPage: Bool
    package var message: AlertMessage

    package init(time: Int64, receiver: String, kind: String, isPage: Bool, message: AlertMessage) {
      self.time = time
      self.receiver = receiver
      self.kind = kind
      self.isPage = isPage
      self.message = message
    }
  }

  /// All of them over some logs.
  package struct Backtest: Sendable {
    package var messages: [Sent]
    package var incidents: Int64
    /// Event times of the logs; EventTime.none without times.
    package var first: Int64
    package var last: Int64
    /// How the objectives stand at the end, in the order of the file.
    package var budgets: [ErrorBudget.Standing] = []

    package init(
      messages: [Sent], incidents: Int64, first: Int64, last: Int64, budgets: [ErrorBudget.Standing] = []
    ) {
      self.budgets = budgets
      self.messages = messages
      self.incidents = incidents
      self.first = first
      self.last = last
    }
  }

  // MARK: A file

  package static func text(
    _ receivers: [Receiver], objectives: [Promise] = [], style: Style, into sink: inout TextSink
  ) {
    var table = Table([
      .init("receiver", .left), .init("kind", .left), .init("told of", .left),
      .init("can be sent to", .left, shrinksTo: 20, opensSection: true),
    ])
    for receiver in receivers {
      table.append([
        .init(receiver.name), .init(receiver.kind),
        .init(receiver.severities.isEmpty ? "nothing" : receiver.severities.joined(separator: " ")),
        receiver.problem.map { .init("no: \($0)", .red) } ?? .init("yes, as far as can be seen from here"),
      ])
    }
    _ = table.write(style, into: &sink)
    for receiver in receivers where receiver.severities.isEmpty {
      Prose.write(
        "! \(Escape.terminal(receiver.name)) is told of nothing: no route leads to it", paint: .yellow, style,
        into: &sink)
    }
    guard !objectives.isEmpty else { return }
    sink.writeLine()
    for objective in objectives {
      let condition = objective.condition.map { " where \($0)" } ?? ""
      let told =
        objective.receivers.isEmpty
        ? "reported to nobody" : "reported to \(objective.receivers.joined(separator: ", "))"
      Prose.write(
        Escape.terminal(
          "objective \(objective.name): \(objective.text)\(condition) over \(BudgetText.duration(Double(objective.window))), "
            + "\(objective.severity), \(told)"),
        paint: objective.receivers.isEmpty ? .yellow : nil, style, into: &sink)
    }
  }

  package static func json(
    _ receivers: [Receiver], objectives: [Promise] = [], pretty: Bool, into sink: inout TextSink
  ) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", checkSchema)
      json.array("receivers", of: receivers) { json, receiver in
        json.beginObject()
        json.member("name", receiver.name)
        json.member("kind", receiver.kind)
        json.array("severities", of: receiver.severities) { $0.string($1) }
        json.member("problem", receiver.problem)
        json.endObject()
      }
      json.array("objectives", of: objectives) { json, objective in
        json.beginObject()
        json.member("name", objective.name)
        json.member("objective", objective.text)
        json.member("where", objective.condition)
        json.member("window_s", objective.window / EventTime.nanosecondsPerSecond)
        json.member("severity", objective.severity)
        json.array("receivers", of: objective.receivers) { $0.string($1) }
        json.endObject()
      }
      json.endObject()
    }
  }

  // MARK: Logs of the past

  package static func text(
    _ backtest: Backtest, style: Style, ledger: Ledger, detail: LedgerDetail = .line, into sink: inout TextSink
  ) {
    if backtest.first == EventTime.none {
      Prose.write("no record has a time, so nothing would have been sent", paint: .yellow, style, into: &sink)
    } else {
      Prose.write(StatsReport.span(backtest.first, backtest.last, style), paint: .bold, style, into: &sink)
    }
    Prose.write(summary(backtest), style, into: &sink)
    for budget in backtest.budgets {
      let burning = budget.burningSince.map {
        "; burning since \(EventTime.date($0)) \(EventTime.timeOfDay($0).prefix(8))"
      }
      Prose.write(
        "\(Escape.terminal(budget.name)), \(Escape.terminal(budget.text)): \(CountText.text(budget.failures)) of "
          + "\(CountText.text(budget.requests, "request")) did not keep it. \(BudgetText.left(budget))\(burning ?? "")",
        paint: budget.burningSince == nil ? .none : .yellow, style, into: &sink)
    }
    if !backtest.messages.isEmpty { sink.writeLine() }
    for sent in backtest.messages where sent.isPage {
      let time = "\(EventTime.date(sent.time)) \(EventTime.timeOfDay(sent.time).prefix(8))"
      Prose.write(
        "\(time)  \(Escape.terminal(sent.receiver))  \(sent.kind): \(Escape.terminal(AlertPayload.heading(sent.message)))",
        paint: sent.kind == "over" ? .green : sent.message.severity == 0 ? .boldRed : .yellow, style, into: &sink)
      for line in sent.message.lines { Prose.write(Escape.terminal(line), indent: 4, style, into: &sink) }
      if !sent.message.example.isEmpty, sent.kind != "over" {
        Prose.write(Escape.terminal(sent.message.example), indent: 4, paint: .dim, style, into: &sink)
      }
    }
    sink.writeLine()
    LedgerReport.text(ledger, style: style, detail: detail, into: &sink)
  }

  private static func summary(_ backtest: Backtest) -> String {
    guard !backtest.messages.isEmpty else {
      return backtest.incidents == 0
        ? "no incident: nothing would have been sent"
        : "\(CountText.text(backtest.incidents, "incident")), of which nobody would have been told"
    }
    var receivers: [String: (pages: Int64, changes: Int64)] = [:]
    for sent in backtest.messages {
      if sent.isPage {
        receivers[sent.receiver, default: (0, 0)].pages += 1
      } else {
        receivers[sent.receiver, default: (0, 0)].changes += 1
      }
    }
    let parts = receivers.sorted { $0.key < $1.key }.map { name, count in
      let changes = count.changes > 0 ? " and \(CountText.text(count.changes, "change")) of one that stands there" : ""
      return "\(Escape.terminal(name)) \(CountText.text(count.pages, "message"))\(changes)"
    }
    return "\(CountText.text(backtest.incidents, "incident")); sent would have been: \(parts.joined(separator: "; "))"
  }

  package static func json(_ backtest: Backtest, ledger: Ledger, pretty: Bool, into sink: inout TextSink) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", backtestSchema)
      json.member("first", time: backtest.first)
      json.member("last", time: backtest.last)
      json.member("incidents", backtest.incidents)
      json.array("budgets", of: backtest.budgets) { json, budget in
        json.beginObject()
        json.member("name", budget.name)
        json.member("objective", budget.text)
        json.member("window_s", budget.window / EventTime.nanosecondsPerSecond)
        json.member("covered_s", budget.covered / EventTime.nanosecondsPerSecond)
        json.member("requests", budget.requests)
        json.member("failures", budget.failures)
        json.member("left", budget.left)
        json.member("left_lower", budget.left == nil ? nil : budget.lower)
        json.member("left_upper", budget.left == nil ? nil : budget.upper)
        json.member("burning_since", time: budget.burningSince ?? EventTime.none)
        json.endObject()
      }
      json.array("messages", of: backtest.messages) { json, sent in
        json.beginObject()
        json.member("time", time: sent.time)
        json.member("receiver", sent.receiver)
        json.member("kind", sent.kind)
        json.member("page", sent.isPage)
        json.member("key", sent.message.key)
        json.member("severity", "P\(sent.message.severity)")
        json.member("title", sent.message.title)
        json.array("lines", of: sent.message.lines) { $0.string($1) }
        json.member("example", sent.message.example)
        json.member("place", sent.message.place)
        json.member("trace_id", sent.message.trace)
        json.endObject()
      }
      json.key("ledger")
      LedgerReport.json(ledger, into: &json)
      json.endObject()
    }
  }
}
