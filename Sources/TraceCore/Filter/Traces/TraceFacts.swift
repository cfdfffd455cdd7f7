/// What a `TraceExpression` is told about a closed trace.
package struct TraceFacts: Sendable {
  /// Worst level of its records.
  package var level = Level.none
  /// Records' first lines and continuation lines.
  package var lines: Int64 = 0
  package var records: Int64 = 0
  /// Requests finished, and opened without a close.
  package var requests: Int64 = 0
  package var unfinished: Int64 = 0
  package var tracebacks: Int64 = 0
  /// Records at error or above.
  package var errors: Int64 = 0
  package var reopened = false
  /// Event time of the first and last record, or EventTime.none.
  package var start = EventTime.none
  package var end = EventTime.none
  /// For each of `TraceExpression.requestAtoms` what it said about the last closing record; without one
  /// `TraceExpression.requestAtomDefaults`.
  package var atoms: [Truth]
  /// For each of `TraceExpression.recordPredicates` what it said about the records.
  package var counts: [PredicateCounts]

  /// A trace without records; `expression` tells how many atoms and counts there are.
  package init(for expression: TraceExpression) {
    atoms = expression.requestAtomDefaults
    counts = Array(repeating: PredicateCounts(), count: expression.recordPredicates.count)
  }

  /// A trace without records, with the truths of its atoms.
  package init(atoms: [Truth]) {
    self.atoms = atoms
    counts = []
  }

  /// Takes what a summary says.
  package mutating func take(_ trace: TraceSummary) {
    level = trace.level
    lines = Int64(trace.lines)
    records = Int64(trace.records)
    requests = Int64(trace.requests)
    unfinished = Int64(trace.unfinished)
    tracebacks = Int64(trace.tracebacks)
    errors = Int64(trace.errors)
    reopened = trace.reopened
    start = trace.start
    end = trace.end
  }
}

/// How often a predicate was yes, no and unknown over the records of a trace.
package struct PredicateCounts: Sendable, BitwiseCopyable, Equatable {
  package var yes: Int32 = 0
  package var no: Int32 = 0
  package var unknown: Int32 = 0

  package init() {}

  @inline(__always)
  package mutating func add(_ truth: Truth) {
    switch truth {
    case .yes: yes &+= 1
    case .no: no &+= 1
    case .unknown: unknown &+= 1
    }
  }

  /// Adds what another part of the trace came to.
  package mutating func add(_ other: PredicateCounts) {
    yes &+= other.yes
    no &+= other.no
    unknown &+= other.unknown
  }
}
