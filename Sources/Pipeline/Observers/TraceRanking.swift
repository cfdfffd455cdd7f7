package import TraceCore

/// Keeps the first N traces in an order; memory is N rows, whatever the input.
package struct TraceRanking {
  package enum Order: String, CaseIterable, Sendable {
    /// Longest first.
    case duration
    /// Newest first.
    case start
    /// Most lines first.
    case lines
    /// Most records at error or above first, then the worst status.
    case errors
  }

  /// A row with the number of its life, which makes the order total and finds its records again.
  package struct Row {
    package var trace: TraceSummary
    package var life: UInt64
  }

  private let order: Order
  private let most: Int
  /// Only traces of which records were kept (`show`).
  let isOfEvidence: Bool
  /// Receives every row as its trace closes, instead of keeping rows: for all of them in bounded memory.
  private let stream: ((TraceSummary) -> Void)?
  /// A heap with the row that would go first on top.
  private var heap: [Row] = []
  /// Traces that matched, kept or not.
  package private(set) var matched: Int64 = 0

  /// - Parameter most: rows kept; `Int.max` for all.
  package init(
    order: Order, most: Int, isOfEvidence: Bool = false, stream: ((TraceSummary) -> Void)? = nil
  ) {
    self.order = order
    self.most = most
    self.isOfEvidence = isOfEvidence
    self.stream = stream
  }

  /// Takes a trace that matched. `complete` gives it its texts, if it is kept.
  package mutating func add(_ trace: TraceSummary, life: UInt64, complete: (inout TraceSummary) -> Void) {
    matched += 1
    var row = Row(trace: trace, life: life)
    if let stream {
      complete(&row.trace)
      stream(row.trace)
    } else if heap.count < most {
      complete(&row.trace)
      heap.append(row)
      siftUp(heap.count - 1)
    } else if most > 0, comes(row, before: heap[0]) {
      complete(&row.trace)
      heap[0] = row
      siftDown(0)
    }
  }

  /// The rows, best first.
  package var rows: [Row] { heap.sorted { comes($0, before: $1) } }

  /// Whether `a` stands above `b` in the report; equal rows stand in the order in which their traces began.
  private func comes(_ a: Row, before b: Row) -> Bool {
    switch order {
    case .duration:
      let (x, y) = (a.trace.duration ?? -1, b.trace.duration ?? -1)
      if x != y { return x > y }
    case .start:
      if a.trace.start != b.trace.start { return a.trace.start > b.trace.start }
    case .lines:
      if a.trace.lines != b.trace.lines { return a.trace.lines > b.trace.lines }
    case .errors:
      if a.trace.errors != b.trace.errors { return a.trace.errors > b.trace.errors }
      if a.trace.status != b.trace.status { return a.trace.status > b.trace.status }
    }
    return a.life < b.life
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard comes(heap[parent], before: heap[child]) else { return }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  private mutating func siftDown(_ start: Int) {
    var parent = start
    while true {
      var last = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && comes(heap[last], before: heap[child]) {
        last = child
      }
      guard last != parent else { return }
      heap.swapAt(parent, last)
      parent = last
    }
  }
}

extension TraceSummary {
  /// The summary of a closed trace, without its texts: id and route.
  package init(_ closed: ClosedTrace) {
    let state = closed.state
    let hasTimes = state.first != EventTime.none
    let logged = state.duration >= 0
    self.init(
      id: "", start: state.first, end: state.last,
      duration: logged ? state.duration : hasTimes ? state.last - state.first : nil, inferred: !logged,
      route: nil, status: Int(state.status), level: state.level, records: Int(state.records),
      lines: Int(state.lines), requests: Int(state.requests), unfinished: Int(state.unfinished),
      tracebacks: Int(state.tracebacks), errors: Int(state.errors), reopened: state.reopened)
  }

  /// Adds the texts.
  mutating func complete(from closed: ClosedTrace, routes: GroupNames) {
    id = closed.id
    let number = closed.state.route
    route = number >= 0 ? routes.name(Int(number)) : number == GroupNames.folded ? RequestStats.otherName : nil
  }
}

// MARK: State

extension TraceRanking: StateCodable {
  /// The rows kept; what was passed on to a stream is gone.
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.check(order.rawValue, "--sort")
    try coder.check(most, "--top")
    try coder.code(&heap, empty: Row(trace: .empty, life: 0)) { row, coder throws(StateError) in
      try coder.code(&row.trace)
      try coder.code(&row.life)
    }
    try coder.code(count: &matched)
  }
}
