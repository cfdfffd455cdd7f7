internal import TraceCore

/// What is known about the entries of a window, kept up as entries come in and go out.
protocol WindowAggregate: Sendable {
  associatedtype Value: Sendable
  mutating func add(_ value: Value)
  mutating func remove(_ value: Value)
}

/// Events of one group in the order of time, and a window over them that moves: entries go in and out of the aggregate one
/// by one, so an event in order costs about constant time, and one that comes late as much as what lies after it.
///
/// Entries of equal time stay in the order in which they came. It forgets nothing by itself.
struct SlidingWindow<Aggregate: WindowAggregate>: Sendable {
  struct Entry: Sendable {
    var time: Int64
    var value: Aggregate.Value
  }

  private(set) var aggregate: Aggregate
  private var entries: ContiguousArray<Entry> = []
  /// Entries in front of it are gone.
  private var head = 0
  /// The window: the entries low ..< high, counted from the first that is there.
  private var low = 0
  private var high = 0

  init(_ aggregate: Aggregate) { self.aggregate = aggregate }

  var count: Int { entries.count - head }

  /// The entry at `index`, from 0, oldest first.
  subscript(index: Int) -> Entry { entries[head + index] }

  // MARK: Entries

  /// Puts an entry after those that are not newer; gives its index.
  mutating func insert(_ time: Int64, _ value: Aggregate.Value) -> Int {
    let index = end(of: time)
    entries.insert(Entry(time: time, value: value), at: head + index)
    if index < low {
      low += 1
      high += 1
    } else if index < high {
      aggregate.add(value)
      high += 1
    }
    return index
  }

  mutating func remove(at index: Int) -> Entry {
    let entry = self[index]
    if index < high {
      if index < low { low -= 1 } else { aggregate.remove(entry.value) }
      high -= 1
    }
    if index > 0 {
      entries.remove(at: head + index)
      return entry
    }
    head += 1
    if head > 64 && head * 2 > entries.count {
      entries.removeFirst(head)
      head = 0
    }
    return entry
  }

  /// Removes the oldest entry if it is not newer than `time`.
  mutating func popFirst(notAfter time: Int64) -> Entry? {
    guard count > 0, self[0].time <= time else { return nil }
    return remove(at: 0)
  }

  /// Removes the newest entry if it is newer than `time`.
  mutating func popLast(after time: Int64) -> Entry? {
    guard count > 0, self[count - 1].time > time else { return nil }
    return remove(at: count - 1)
  }

  /// Removes the entry that is farthest from `time`: the oldest, unless the clock was set back.
  mutating func popFarthest(from time: Int64) -> Entry? {
    guard count > 0 else { return nil }
    let before = CorrelationPlan.add(time, -self[0].time)
    let behind = CorrelationPlan.add(self[count - 1].time, -time)
    return remove(at: behind > before ? count - 1 : 0)
  }

  /// Entries that are not newer than `time`.
  func end(of time: Int64) -> Int {
    var (low, high) = (head, entries.count)
    if high == low || entries[high - 1].time <= time { return high - head }
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].time <= time { low = middle + 1 } else { high = middle }
    }
    return low - head
  }

  // MARK: The window

  /// Entries in the window.
  var windowCount: Int { high - low }
  /// Index after the last of them.
  var windowEnd: Int { high }
  /// Time of the first of them; there must be one.
  var windowStart: Int64 { self[low].time }

  /// Moves the window to the entries in (time - timespan, time].
  mutating func move(to time: Int64, _ plan: CorrelationPlan) {
    let first = end(of: plan.start(ofWindowEndingAt: time))
    let last = end(of: time)
    while low > first {
      low -= 1
      aggregate.add(self[low].value)
    }
    while high < last {
      aggregate.add(self[high].value)
      high += 1
    }
    while low < first {
      aggregate.remove(self[low].value)
      low += 1
    }
    while high > last {
      high -= 1
      aggregate.remove(self[high].value)
    }
  }

  /// Of the windows that the entry at `index` has a part in, and that end at an event: the last that `holds`; the window
  /// is left there. Gives the time at which it ends.
  mutating func last(
    with index: Int, _ plan: CorrelationPlan, where holds: (Aggregate, _ count: Int) -> Bool
  ) -> Int64? {
    var end = self.end(of: plan.reach(of: self[index].time))
    while end > index {
      let time = self[end - 1].time
      move(to: time, plan)
      if holds(aggregate, windowCount) { return time }
      repeat { end -= 1 } while end > index && self[end - 1].time == time
    }
    return nil
  }
}

// MARK: State

extension SlidingWindow {
  /// The entries, each value by `body`, and where the window stands. What is known about its entries is found out anew.
  mutating func code(
    _ coder: inout StateCoder, empty: Aggregate.Value, _ body: StateCoder.Body<Aggregate.Value>
  ) throws(StateError) {
    var entries = ContiguousArray(self.entries[head...])
    try coder.code(&entries, empty: Entry(time: 0, value: empty)) { entry, coder throws(StateError) in
      try coder.code(time: &entry.time)
      try body(&entry.value, &coder)
    }
    try coder.code(&low)
    try coder.code(&high)
    guard coder.isLoading else { return }
    guard low >= 0, low <= high, high <= entries.count,
      zip(entries, entries.dropFirst()).allSatisfy({ $0.time <= $1.time })
    else { throw .invalid("window") }
    self.entries = entries
    head = 0
    for index in low..<high { aggregate.add(self[index].value) }
  }
}
