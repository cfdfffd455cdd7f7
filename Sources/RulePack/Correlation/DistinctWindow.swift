internal import TraceCore

/// value_count and temporal of one group: how many different values (or rules) occur in the window.
///
/// A value that occurs again and again is remembered about twice a timespan: what lies between two others of its own that
/// are no further apart than the timespan is in no window without one of them. So windows are asked about that end with
/// what is remembered: for an event that comes late, a condition with an upper bound may miss one that ended between.
struct DistinctWindow<Key: Hashable & Sendable>: Sendable {
  /// Occurrences of each value in the window, by its number.
  struct Occurrences: WindowAggregate {
    private(set) var distinct = 0
    private var counts: ContiguousArray<Int32> = []

    mutating func add(_ value: Int32) {
      let number = Int(value)
      while counts.count <= number { counts.append(0) }
      if counts[number] == 0 { distinct += 1 }
      counts[number] += 1
    }

    mutating func remove(_ value: Int32) {
      counts[Int(value)] -= 1
      if counts[Int(value)] == 0 { distinct -= 1 }
    }
  }

  /// A value that is remembered.
  private struct Known: Sendable {
    var key: Key
    var entries = 0
    /// Times of its newest entry and of the one before; Int64.min where that is not known.
    var last = Int64.min
    var second = Int64.min
  }

  private var window = SlidingWindow(Occurrences())
  private var numbers: [Key: Int32] = [:]
  private var known: ContiguousArray<Known> = []
  private var unused: ContiguousArray<Int32> = []
  private var previous: Int64?

  init() {}

  var remembered: Int { window.count }

  mutating func take(_ key: Key, at time: Int64, _ plan: CorrelationPlan, _ losses: inout CorrelationLosses)
    -> CorrelationWindowHit?
  {
    let bounds = plan.forgotten(time, previous ?? time)
    previous = time
    while let entry = window.popFirst(notAfter: bounds.older) { release(entry) }
    while let entry = window.popLast(after: bounds.newer) { release(entry) }
    while window.count >= plan.rememberedLimit, let entry = window.popFarthest(from: time) {
      release(entry)
      losses.eventsForgotten += 1
    }
    let index = note(number(of: key), time, plan)
    guard let end = window.last(with: index, plan, where: { values, _ in plan.holds(count: values.distinct) }) else {
      return nil
    }
    let distinct = window.aggregate.distinct
    return CorrelationWindowHit(time: end, first: window.windowStart, count: distinct, value: Double(distinct))
  }

  func isSpent(at time: Int64, _ plan: CorrelationPlan) -> Bool {
    window.count == 0 || window[window.count - 1].time <= plan.forgotten(time, time).older
  }

  /// The index of the entry that tells of the value at `time`: a new one, or one that was there.
  private mutating func note(_ number: Int32, _ time: Int64, _ plan: CorrelationPlan) -> Int {
    let value = known[Int(number)]
    if value.entries > 0 && (time == value.last || time == value.second) { return window.end(of: time) - 1 }
    if time > value.last {
      let isRedundant = value.second != Int64.min && CorrelationPlan.add(time, -value.second) <= plan.timespan
      if isRedundant {
        removeEntry(of: number, at: value.last)
      } else {
        known[Int(number)].second = value.last
      }
      known[Int(number)].last = time
    } else {
      known[Int(number)].second = max(value.second, time)
    }
    known[Int(number)].entries += 1
    return window.insert(time, number)
  }

  private mutating func removeEntry(of number: Int32, at time: Int64) {
    var index = window.end(of: time) - 1
    while index >= 0, window[index].time == time {
      if window[index].value == number {
        _ = window.remove(at: index)
        known[Int(number)].entries -= 1
        return
      }
      index -= 1
    }
  }

  // MARK: Numbers of values

  private mutating func number(of key: Key) -> Int32 {
    if let number = numbers[key] { return number }
    let number: Int32
    if let free = unused.popLast() {
      number = free
      known[Int(free)] = Known(key: key)
    } else {
      number = Int32(known.count)
      known.append(Known(key: key))
    }
    numbers[key] = number
    return number
  }

  /// An entry is gone; with the last of its value its number is free.
  private mutating func release(_ entry: SlidingWindow<Occurrences>.Entry) {
    let number = Int(entry.value)
    known[number].entries -= 1
    if entry.time == known[number].last {
      known[number].last = known[number].second
      known[number].second = Int64.min
    } else if entry.time == known[number].second {
      known[number].second = Int64.min
    }
    guard known[number].entries == 0 else { return }
    numbers[known[number].key] = nil
    unused.append(entry.value)
  }
}

/// value_count of one group.
struct ValueCountWindow: CorrelationWindow {
  private var values = DistinctWindow<String>()

  init(_ plan: CorrelationPlan) {}

  var remembered: Int { values.remembered }

  mutating func take(_ event: CorrelationWindowEvent, _ plan: CorrelationPlan, _ losses: inout CorrelationLosses)
    -> CorrelationWindowHit?
  {
    values.take(event.text, at: event.time, plan, &losses)
  }

  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try values.code(&coder, empty: "") { value, coder throws(StateError) in try coder.code(&value) }
  }

  func isSpent(at time: Int64, _ plan: CorrelationPlan) -> Bool { values.isSpent(at: time, plan) }
}

/// temporal of one group: all rules hit in the window, in any order.
struct TemporalWindow: CorrelationWindow {
  private var rules = DistinctWindow<Int>()

  init(_ plan: CorrelationPlan) {}

  var remembered: Int { rules.remembered }

  mutating func take(_ event: CorrelationWindowEvent, _ plan: CorrelationPlan, _ losses: inout CorrelationLosses)
    -> CorrelationWindowHit?
  {
    rules.take(event.rule, at: event.time, plan, &losses)
  }

  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try rules.code(&coder, empty: 0) { rule, coder throws(StateError) in try coder.code(&rule) }
  }

  func isSpent(at time: Int64, _ plan: CorrelationPlan) -> Bool { rules.isSpent(at: time, plan) }
}

// MARK: State

extension DistinctWindow {
  /// - Parameter key: codes a value.
  mutating func code(
    _ coder: inout StateCoder, empty: Key, _ key: StateCoder.Body<Key>
  ) throws(StateError) {
    try coder.code(&known, empty: Known(key: empty)) { value, coder throws(StateError) in
      try key(&value.key, &coder)
      try coder.code(&value.entries)
      try coder.code(time: &value.last)
      try coder.code(time: &value.second)
    }
    try coder.code(&unused)
    try coder.code(&previous)
    let count = known.count
    try window.code(&coder, empty: 0) { number, coder throws(StateError) in
      try coder.code(&number)
      guard number >= 0, Int(number) < count else { throw .invalid("value of a window") }
    }
    guard coder.isLoading else { return }
    var entries = ContiguousArray(repeating: 0, count: count)
    for index in 0..<window.count { entries[Int(window[index].value)] += 1 }
    var isSound = unused.allSatisfy { $0 >= 0 && Int($0) < count && entries[Int($0)] == 0 }
    numbers = [:]
    for (number, value) in known.enumerated() {
      isSound = isSound && value.entries == entries[number]
      if value.entries > 0 { isSound = isSound && numbers.updateValue(Int32(number), forKey: value.key) == nil }
    }
    guard isSound else { throw .invalid("value of a window") }
  }
}
