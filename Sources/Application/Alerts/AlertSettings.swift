package import Analysis
package import Report
package import TraceCore

/// Who is sent what about incidents: the values of an `alerts.yml`.
package struct AlertSettings: Sendable {
  package var receivers: [AlertReceiver] = []
  /// The first that fits decides, unless it goes on.
  package var routes: [AlertRoute] = []
  package var quiet: [QuietHours] = []
  /// What is promised over weeks: a budget that burns is an alert.
  package var objectives: [BudgetObjective] = []
  /// Begin of the addresses of `skein serve`'s pages, for links; nil without one.
  package var link: String?
  /// How long an incident has to go on before it is sent, in nanoseconds of event time.
  package var hold: Int64 = 0
  /// Nanoseconds between two changes of one message that only say that it goes on.
  package var updateEvery: Int64 = 30 * EventTime.nanosecondsPerSecond

  package init() {}

  /// The least severe finding that anybody is told of; P1 where no route says.
  package var leastSeverity: UInt8 {
    let named = routes.filter(\.namesSeverity).map(\.severities.upperBound)
    return named.max() ?? 1
  }

  /// Names of the receivers of an incident, in the order of the file, each once. Without routes all of them.
  package func receivers(of message: AlertMessage) -> [String] {
    guard !routes.isEmpty else { return receivers.map(\.name) }
    var names: [String] = []
    for route in routes where route.fits(message) {
      for name in route.receivers where !names.contains(name) { names.append(name) }
      if !route.goesOn { break }
    }
    return names
  }
}

/// Somebody who is told.
package struct AlertReceiver: Sendable {
  package enum Kind: Sendable {
    /// A new message each time: a webhook cannot change what it has sent.
    case slackWebhook(url: AlertSecret)
    /// One message, which is changed.
    case slackBot(token: AlertSecret, channel: String, base: String)
    case pagerDuty(key: AlertSecret, base: String)
    case alertmanager(url: String, authorization: AlertSecret?)
    case webhook(url: AlertSecret, authorization: AlertSecret?)
    case command([String])

    /// As `alerts.yml` names it.
    var name: String {
      switch self {
      case .slackWebhook, .slackBot: "slack"
      case .pagerDuty: "pagerduty"
      case .alertmanager: "alertmanager"
      case .webhook: "webhook"
      case .command: "command"
      }
    }

    /// What goes on is said again and again, by itself: else the other side takes it for over.
    var isRepeated: Bool { if case .alertmanager = self { true } else { false } }

    /// Whether a message can be changed after it was sent. PagerDuty keeps what an incident was first reported as, and logs
    /// each further event: it is sent what it acts on.
    var canChange: Bool {
      switch self {
      case .slackBot, .alertmanager: true
      case .pagerDuty, .slackWebhook, .webhook, .command: false
      }
    }
  }

  package var name: String
  package var kind: Kind
  /// Certificates to trust in place of the system's.
  package var authorities: String?
  /// Of one attempt, in milliseconds.
  package var timeout = 10_000

  package init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }
}

/// Which incidents go to whom. What is empty fits all.
package struct AlertRoute: Sendable {
  /// 0 (P0) ... 3 (P3).
  package var severities: ClosedRange<UInt8> = 0...3
  /// The file gives them.
  package var namesSeverity = false
  package var packs: [String] = []
  package var rules: [String] = []
  /// Beginnings of names of routes: `POST /api/`.
  package var requestRoutes: [String] = []
  /// Names of files or folders in the paths of logs: an instance.
  package var logs: [String] = []
  package var receivers: [String] = []
  /// Routes after it are looked at, too.
  package var goesOn = false

  package init() {}

  func fits(_ message: AlertMessage) -> Bool {
    (message.rule != AlertMessage.watchRule || rules.contains(AlertMessage.watchRule))
      && severities.contains(message.severity) && (packs.isEmpty || packs.contains(message.pack))
      && (rules.isEmpty || rules.contains(message.rule))
      && (requestRoutes.isEmpty || requestRoutes.contains { message.route.hasPrefix($0) })
      && (logs.isEmpty || !Set(logs).isDisjoint(with: message.place.split { $0 == "/" || $0 == ":" }.map(String.init)))
  }
}

/// Hours in which only the most severe is sent.
package struct QuietHours: Sendable {
  /// 1 (Monday) ... 7; of the day on which they begin.
  package var days: Set<Int> = Set(1...7)
  /// Minutes of the day; where `to` is not after `from` they end on the next day.
  package var from = 0
  package var to = 0
  package var zone = TimeZoneRules.utc
  /// What is at least this severe is sent all the same.
  package var except: UInt8 = 0

  package init() {}
}

/// A key that is not in the file: where it is.
package enum AlertSecret: Sendable, Equatable {
  case file(String)
  case environment(String)
  /// No secret: an address without a key in it.
  case plain(String)
}
