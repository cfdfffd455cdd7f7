package import TraceCore

/// The objectives of a run: takes its requests, and says as windows end which budgets burn.
///
/// What it says depends on the order of the requests and on event time alone, as windows do.
///
/// Meaning: docs/alerts.md#budgets.
package struct BudgetBook: Sendable {
  /// What a window has changed.
  package struct Change: Sendable, Equatable {
    package enum Kind: Sendable { case begins, goesOn, ends }

    package var kind: Kind
    package var rule: String
    /// 0 (P0) ... 3 (P3).
    package var severity: UInt8
    /// For people: one line, and sentences.
    package var title: String
    package var message: String
    /// Names the alert: the same in every run over the same log.
    package var id: String
    /// Event times: since when, and of the change.
    package var since: Int64
    package var time: Int64
  }

  package let objectives: [BudgetObjective]
  private var tracks: [BudgetTrack]
  /// By objective, the number of its first condition.
  private let firstConditions: [UInt32]
  /// End of the last window.
  private var time = EventTime.none

  /// - Parameter firstCondition: number of the objectives' first condition among the questions about a request.
  package init(_ objectives: [BudgetObjective], firstCondition: Int = 0) {
    self.objectives = objectives
    tracks = objectives.map { BudgetTrack($0) }
    var next = UInt32(clamping: firstCondition)
    var firsts: [UInt32] = []
    for objective in objectives {
      firsts.append(next)
      next += UInt32(clamping: objective.conditions.count)
    }
    firstConditions = firsts
  }

  package var isEmpty: Bool { objectives.isEmpty }

  /// A request that counts.
  ///
  /// - Parameters:
  ///   - window: start of its window, or of the oldest one that is open where it is late.
  ///   - truths: of all questions about a request, two bits each.
  package mutating func take(
    isError: Bool, duration: Int64, truths: UInt32, kind: RouteKind, window: Int64
  ) {
    for place in objectives.indices {
      let answer = objectives[place].answer(
        isError: isError, duration: duration, truths: truths >> (2 * firstConditions[place]), kind: kind)
      if answer != .notConcerned { tracks[place].take(isBad: answer == .bad, window: window) }
    }
  }

  /// Windows that end at `end` or before it are over.
  package mutating func close(upTo end: Int64, length: Int64) -> [Change] {
    time = time == EventTime.none ? end : max(time, end)
    var changes: [Change] = []
    for place in objectives.indices {
      let before = tracks[place].detector.burn
      let change = tracks[place].close(upTo: end, length: length)
      if change == nil, before == nil || !tracks[place].isFresh { continue }
      guard let burn = tracks[place].detector.burn ?? before else { continue }
      changes.append(self.change(change, burn, place, at: end))
    }
    return changes
  }

  private func change(
    _ change: BurnDetector.Change?, _ burn: BurnDetector.Burn, _ place: Int, at time: Int64
  ) -> Change {
    let objective = objectives[place]
    let kind: Change.Kind =
      switch change {
      case .begins: .begins
      case .ends: .ends
      case nil: .goesOn
      }
    return Change(
      kind: kind, rule: objective.rule, severity: objective.severity, title: BudgetText.title(objective),
      message: BudgetText.sentences(burn, standing(place, burningSince: burn.since), objective),
      id: "\(objective.rule)-\(EventTime.rfc3339(burn.reported))", since: burn.since, time: time)
  }

  private func standing(_ place: Int, burningSince: Int64?) -> ErrorBudget.Standing {
    tracks[place].budget.standing(of: objectives[place], at: time, burningSince: burningSince)
  }

  /// How each objective stands, in their order. Costs a pass over the hours of the window for each.
  package var standings: [ErrorBudget.Standing] {
    objectives.indices.map { standing($0, burningSince: tracks[$0].detector.burn?.since) }
  }
}

extension BudgetBook: StateCodable {
  /// A saved state may be of other objectives: each is found again by what it says; what is new begins anew.
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("budgets")
    try coder.code(time: &time)
    var saved: [String: ContiguousArray<UInt8>] = [:]
    if !coder.isLoading {
      for place in objectives.indices {
        var track = tracks[place]
        let block = try StateCoder.saved { (coder: inout StateCoder) throws(StateError) in try track.code(&coder) }
        var bytes = ContiguousArray<UInt8>()
        bytes.reserveCapacity(block.bytes.count)
        for index in block.bytes.indices { bytes.append(block.bytes[index]) }
        saved[objectives[place].identity] = bytes
      }
    }
    try coder.code(
      &saved, emptyKey: "", empty: [], key: { identity, coder throws(StateError) in try coder.code(&identity) },
      { bytes, coder throws(StateError) in try coder.code(&bytes) })
    guard coder.isLoading else { return }
    for place in objectives.indices {
      guard let bytes = saved[objectives[place].identity] else { continue }
      var track = tracks[place]
      try StateCoder.load(bytes.span) { (coder: inout StateCoder) throws(StateError) in try track.code(&coder) }
      tracks[place] = track
    }
  }
}
