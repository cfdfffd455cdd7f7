internal import TraceCore

/// One objective through a run: its requests by window of event time until the window is over, then its detector and its budget.
struct BudgetTrack: Sendable, Equatable {
  /// Requests of a window that is not over.
  struct Span: Sendable, Equatable {
    var start: Int64
    var requests: Int64 = 0
    var failures: Int64 = 0
  }

  /// Windows that are open at once at most: a clock that runs ahead opens no more.
  private static let mostSpans = 64

  private(set) var spans: [Span] = []
  private(set) var detector: BurnDetector
  private(set) var budget: ErrorBudget
  /// Whether the window that closed last had failures, or its burn changed otherwise.
  private(set) var isFresh = false

  init(_ objective: BudgetObjective) {
    detector = BurnDetector(limit: objective.limit, window: objective.window)
    budget = ErrorBudget(window: objective.window)
  }

  mutating func take(isBad: Bool, window start: Int64) {
    var place = spans.count
    while place > 0, spans[place - 1].start > start { place -= 1 }
    if place == 0 || spans[place - 1].start != start {
      guard spans.count < BudgetTrack.mostSpans else { return }
      spans.insert(Span(start: start), at: place)
      place += 1
    }
    spans[place - 1].requests = spans[place - 1].requests.plus(1)
    if isBad { spans[place - 1].failures = spans[place - 1].failures.plus(1) }
  }

  /// The windows that end at `end` or before it are over; they are `length` long.
  mutating func close(upTo end: Int64, length: Int64) -> BurnDetector.Change? {
    isFresh = false
    var change: BurnDetector.Change?
    var isFed = false
    while let span = spans.first, span.start.plus(length) <= end {
      spans.removeFirst()
      let spanEnd = span.start.plus(length)
      budget.add(failures: span.failures, of: span.requests, at: span.start)
      let next = detector.add(failures: span.failures, of: span.requests, from: span.start, to: spanEnd)
      // What begins and ends in windows that close together was nothing.
      if let next { change = change == nil ? next : nil }
      isFresh = isFresh || span.failures > 0
      isFed = true
    }
    if !isFed, let next = detector.add(failures: 0, of: 0, from: end, to: end) { change = next }
    return change
  }
}

extension BudgetTrack: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&spans, empty: Span(start: 0)) { span, coder throws(StateError) in
      try coder.code(time: &span.start)
      try coder.code(count: &span.requests)
      try coder.code(count: &span.failures)
      guard span.failures <= span.requests else { throw .invalid("window of a budget") }
    }
    try coder.code(&detector)
    try coder.code(&budget)
    let isOrdered = zip(spans, spans.dropFirst()).allSatisfy { $0.start < $1.start }
    guard isOrdered, spans.count <= BudgetTrack.mostSpans else { throw .invalid("windows of a budget") }
  }
}
