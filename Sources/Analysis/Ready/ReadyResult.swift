package import TraceCore

/// What was found of an item, or of a whole checklist.
package enum ReadyState: String, Sendable, CaseIterable {
  case pass, fail, unknown

  /// Any fail fails; else anything unknown is unknown; of nothing, nothing is known.
  package init(of states: some Collection<ReadyState>) {
    self = states.contains(.fail) ? .fail : states.isEmpty || states.contains(.unknown) ? .unknown : .pass
  }

  package var exitCode: Int32 {
    switch self {
    case .pass: 0
    case .fail: 1
    case .unknown: 2
    }
  }
}

/// What was found of one item.
package struct ItemResult: Sendable {
  /// What a reader can check it by.
  package enum Evidence: Sendable, Equatable {
    case note(String)
    /// The last lines that a command wrote, and how many bytes before them are not kept.
    case output([String], omitted: Int64)
  }

  package var state: ReadyState
  /// One line without a full stop.
  package var reason: String
  /// What to do where it does not pass; nil where the reason says it.
  package var advice: String?
  package var evidence: [Evidence]

  package init(_ state: ReadyState, _ reason: String, advice: String? = nil, evidence: [Evidence] = []) {
    self.state = state
    self.reason = reason
    self.advice = advice
    self.evidence = evidence
  }
}

/// A checklist with what was found of each of its items: all that its page says.
package struct ReadyResult: Sendable {
  package struct Item: Sendable {
    /// Of the checklist, as its author wrote it.
    package var title: String
    package var why: String?
    package var how: String?
    /// `run`, `file`, `manual`, `log`.
    package var kind: String
    package var found: ItemResult

    package init(_ item: Checklist.Item, _ found: ItemResult) {
      title = item.title
      why = item.why
      how = item.how
      kind = item.check.kind
      self.found = found
    }
  }

  package struct Section: Sendable {
    package var title: String
    package var items: [Item]

    package init(title: String, items: [Item]) {
      self.title = title
      self.items = items
    }
  }

  /// A set of logs that was read for some of the items.
  package struct Reading: Sendable {
    /// As they were named.
    package var logs: [String]
    package var ledger: Ledger

    package init(logs: [String], ledger: Ledger) {
      self.logs = logs
      self.ledger = ledger
    }
  }

  package var name: String
  /// As it was named.
  package var path: String
  /// SHA-256 of the checklist's bytes, 64 hexadecimal digits.
  package var digest: String
  /// Nanoseconds since 1970: when it was looked at.
  package var time: Int64
  package var sections: [Section]
  /// Items of the checklist that nobody wanted to know (`--only`).
  package var leftOut: Int
  /// What `--only` named.
  package var only: [String]
  package var command: String
  package var readings: [Reading]
  /// Kinds of which values were replaced, with how many.
  package var redacted: [(kind: String, values: Int)] = []

  package init(
    name: String, path: String, digest: String, time: Int64, sections: [Section], leftOut: Int = 0, only: [String] = [],
    command: String, readings: [Reading] = []
  ) {
    self.name = name
    self.path = path
    self.digest = digest
    self.time = time
    self.sections = sections
    self.leftOut = leftOut
    self.only = only
    self.command = command
    self.readings = readings
  }

  package var items: [Item] { sections.flatMap(\.items) }
  package var state: ReadyState { ReadyState(of: items.map(\.found.state)) }
  package func count(_ state: ReadyState) -> Int { items.count { $0.found.state == state } }
}
