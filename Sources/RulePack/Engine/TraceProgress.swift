internal import TraceCore

/// How far the open traces are with what trace rules ask of their records. Only traces with a hit are in it.
struct TraceProgress {
  /// One trace.
  fileprivate struct Progress {
    /// Records by trace rule and part of its expression.
    var counts: [Part: Int32] = [:]
    /// Of each sequence, for each of its steps: when the latest of those began that are done up to there.
    var steps: [Int: [Int64?]] = [:]
    var completed: Set<Int> = []
    /// Trace rules of which something has begun and not ended.
    var begun: Set<Int> = []
  }

  fileprivate struct Part: Hashable {
    var trace: Int
    var part: Int
  }

  private let plans: [RuleSet.TracePlan]
  private var lives: [UInt64: Progress] = [:]

  init(_ plans: [RuleSet.TracePlan]) { self.plans = plans }

  /// A condition on records holds for a record of the trace.
  mutating func take(_ role: RuleSet.Role, life: UInt64, time: Int64) {
    guard life != 0 else { return }
    switch role {
    case .rule: return
    case .count(let trace, let part):
      lives[life, default: Progress()].counts[Part(trace: trace, part: part), default: 0] += 1
    case .begun(let trace): lives[life, default: Progress()].begun.insert(trace)
    case .ended(let trace): lives[life]?.begun.remove(trace)
    case .step(let trace, let step):
      lives[life, default: Progress()].take(trace: trace, step: step, time: time, plans[trace].condition)
    }
  }

  /// Whether the rule holds for the trace, which has closed; `evaluate` gives its expression the rest.
  func holds(
    _ trace: Int, _ closed: TraceFacts, life: UInt64, evaluate: (TraceExpression, TraceFacts) -> Truth
  ) -> Bool {
    let condition = plans[trace].condition
    let progress = lives[life]
    if !condition.sequence.isEmpty, progress?.completed.contains(trace) != true { return false }
    if condition.begun != nil, progress?.begun.contains(trace) != true { return false }
    guard let expression = condition.expression else { return true }
    var facts = closed
    facts.counts = expression.recordPredicates.indices.map { part in
      var counts = PredicateCounts()
      counts.yes = progress?.counts[Part(trace: trace, part: part)] ?? 0
      return counts
    }
    return evaluate(expression, facts) == .yes
  }

  mutating func forget(_ life: UInt64) { lives[life] = nil }
}

extension TraceProgress.Progress {
  /// A sequence goes on with its next step, in the time that it may take. Of several that are done up to a step the one that
  /// began last has the most time left, so it stands for all.
  ///
  /// A record that several steps hold for must come with the last of them first: then it is one step of a sequence.
  fileprivate mutating func take(trace: Int, step: Int, time: Int64, _ condition: TraceCondition) {
    guard !completed.contains(trace) else { return }
    var begun = steps[trace] ?? Array(repeating: nil, count: condition.sequence.count)
    if step == 0 {
      begun[0] = max(begun[0] ?? EventTime.none, time)
    } else if let first = begun[step - 1] {
      if let within = condition.within, time != EventTime.none, first != EventTime.none, time - first > within {
        return
      }
      begun[step] = first
    }
    if begun[condition.sequence.count - 1] != nil { completed.insert(trace) }
    steps[trace] = begun
  }
}

// MARK: State

extension TraceProgress.Part: Comparable {
  fileprivate static func < (a: TraceProgress.Part, b: TraceProgress.Part) -> Bool {
    (a.trace, a.part) < (b.trace, b.part)
  }
}

extension TraceProgress: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    let plans = plans
    try coder.code(&lives, empty: Progress()) { progress, coder throws(StateError) in
      try coder.code(&progress.counts, emptyKey: Part(trace: 0, part: 0), empty: 0) { part, coder throws(StateError) in
        try coder.code(&part.trace)
        try coder.code(&part.part)
      } _: { count, coder throws(StateError) in
        try coder.code(&count)
      }
      try coder.code(&progress.steps, empty: []) { steps, coder throws(StateError) in
        try coder.code(&steps, empty: nil) { step, coder throws(StateError) in try coder.code(&step) }
      }
      guard progress.steps.allSatisfy({ plans.indices.contains($0) && $1.count == plans[$0].condition.sequence.count })
      else { throw .invalid("sequence of a trace rule") }
      try coder.code(&progress.completed, empty: 0) { trace, coder throws(StateError) in try coder.code(&trace) }
      try coder.code(&progress.begun, empty: 0) { trace, coder throws(StateError) in try coder.code(&trace) }
    }
  }
}
