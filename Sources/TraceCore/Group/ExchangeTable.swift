/// Exchanges that wait for further tellings, and those of open traces that were counted already.
///
/// An exchange waits until the watermark passes the end that its first telling gives, that is for two seconds of event time:
/// as long as a window waits for late records, so that waiting delays no figure. What comes out, and in which order (by that
/// end, then by first telling), depends on the sequence of records alone.
///
/// Memory: what ended within two seconds, `mostWaiting` at most (then the oldest is counted without waiting), and the last
/// `mostOfTrace` of each open trace. Cost: a place in a ring (of records that are not in order one in a heap), and a walk over
/// the exchanges of the trace.
///
/// Meaning: docs/semantics.md#what-counts-as-a-request.
struct ExchangeTable: Sendable {
  /// Exchanges that wait at most.
  static let mostWaiting = 100_000
  /// Exchanges of one trace that are remembered.
  static let mostOfTrace = 16

  private struct Due: BitwiseCopyable, Sendable {
    var time: Int64
    var number: UInt64
    var index: Int32

    @inline(__always)
    static func < (a: Due, b: Due) -> Bool { a.time != b.time ? a.time < b.time : a.number < b.number }
  }

  private(set) var exchanges: ContiguousArray<Exchange> = []
  private var free: Int32 = -1
  /// Those that are due no sooner than the one before them, as most are: a ring that grows.
  private var ring = ContiguousArray(repeating: Due(time: 0, number: 0, index: -1), count: 64)
  private var head = 0
  private var inRing = 0
  private var lastDue = Int64.min
  /// The others: a heap, the next one first.
  private var heap: ContiguousArray<Due> = []
  /// When the first is due; never, where there is none.
  private var firstDue = Int64.max
  /// Of each stream, exchanges that a record without a time told since the last record with one: when they ended shows with
  /// the next one.
  private(set) var untimed: ContiguousArray<ContiguousArray<Int32>> = []
  /// Of one stream at most; then the oldest goes by the time before it.
  static let mostUntimed = 1_000
  private var evidence = EvidenceQueues()

  @inline(__always)
  subscript(index: Int32) -> Exchange {
    _read { yield exchanges[Int(index)] }
    _modify { yield &exchanges[Int(index)] }
  }

  private var waitingCount: Int { inRing + heap.count }
  var isFull: Bool { inRing + heap.count >= ExchangeTable.mostWaiting }

  /// Whether one is due before `now`.
  @inline(__always)
  func isDue(before now: Int64) -> Bool { firstDue < now }

  /// Adds an exchange that waits; its end is when it is due.
  ///
  /// - Parameters:
  ///   - isUntimed: it waits for the next time in its stream first. If its stream has told none yet, perhaps never does, it
  ///     waits as one that ended just now, so that other streams can tell what they have.
  ///   - high: the highest time of all streams.
  mutating func insert(_ exchange: Exchange, isUntimed: Bool, high: Int64) -> Int32 {
    let index: Int32
    if free >= 0 {
      index = free
      free = exchanges[Int(index)].next
      exchanges[Int(index)] = exchange
    } else {
      index = Int32(exchanges.count)
      exchanges.append(exchange)
    }
    guard isUntimed else {
      push(Due(time: exchange.end, number: exchange.number, index: index))
      return index
    }
    if exchange.end == EventTime.none {
      push(Due(time: high, number: exchange.number, index: index))
      if high == EventTime.none { waitsForFirstTime = true }
      return index
    }
    let stream = Int(exchange.request.stream)
    while untimed.count <= stream { untimed.append([]) }
    if untimed[stream].count >= ExchangeTable.mostUntimed {
      let oldest = untimed[stream].removeFirst()
      push(Due(time: exchanges[Int(oldest)].end, number: exchanges[Int(oldest)].number, index: oldest))
    }
    untimed[stream].append(index)
    hasUntimed = true
    return index
  }

  /// Some stream has exchanges that wait for a time.
  private(set) var hasUntimed = false

  /// The stream has come to `time`: what was told since the time before it ended until then.
  mutating func time(_ stream: Int, _ time: Int64) {
    guard stream < untimed.count, !untimed[stream].isEmpty else { return }
    for index in untimed[stream] {
      exchanges[Int(index)].end = max(exchanges[Int(index)].end, time)
      push(Due(time: exchanges[Int(index)].end, number: exchanges[Int(index)].number, index: index))
    }
    untimed[stream].removeAll(keepingCapacity: true)
    hasUntimed = untimed.contains { !$0.isEmpty }
  }

  /// Something was told before any stream had a time.
  private(set) var waitsForFirstTime = false

  /// The first time of all streams has come: what was told before any waits as if it had ended just now.
  mutating func timeFirst(_ time: Int64) {
    for i in 0..<inRing {
      let place = (head + i) & (ring.count - 1)
      if ring[place].time == EventTime.none { ring[place].time = time }
    }
    lastDue = max(lastDue, time)
    waitsForFirstTime = false
    findFirst()
  }

  /// The input has ended: no time comes any more.
  mutating func timeAll() {
    for stream in untimed.indices { time(stream, .min) }
  }

  /// It has turned out to be another one. Its place is given back when it is due.
  mutating func abandon(_ index: Int32) {
    exchanges[Int(index)].flags.insert(.abandoned)
  }

  /// Gives a place back.
  @inline(__always)
  mutating func release(_ index: Int32) {
    exchanges[Int(index)].flags = []
    exchanges[Int(index)].state = -1
    exchanges[Int(index)].next = free
    free = index
  }

  /// Takes out the next one that is due before `now`.
  @inline(__always)
  mutating func popDue(before now: Int64) -> Int32? { firstDue < now ? popFirst() : nil }

  /// Takes out the next one, due or not.
  mutating func popFirst() -> Int32? {
    guard inRing > 0 else {
      guard let first = heap.first else { return nil }
      popHeap()
      findFirst()
      return first.index
    }
    let first = ring[head]
    if let other = heap.first, other < first {
      popHeap()
      findFirst()
      return other.index
    }
    head = (head &+ 1) & (ring.count &- 1)
    inRing &-= 1
    findFirst()
    return first.index
  }

  @inline(__always)
  private mutating func findFirst() {
    var first = Int64.max
    if inRing > 0 { first = ring[head].time }
    if let other = heap.first { first = min(first, other.time) }
    firstDue = first
  }

  @inline(__always)
  private mutating func push(_ due: Due) {
    if due.time >= lastDue || inRing == 0 {
      if inRing == ring.count { growRing() }
      ring[(head &+ inRing) & (ring.count &- 1)] = due
      inRing &+= 1
      lastDue = due.time
    } else {
      pushHeap(due)
    }
    if due.time < firstDue { firstDue = due.time }
  }

  private mutating func growRing() {
    var bigger = ContiguousArray(repeating: Due(time: 0, number: 0, index: -1), count: ring.count * 2)
    for i in 0..<inRing { bigger[i] = ring[(head + i) & (ring.count - 1)] }
    ring = bigger
    head = 0
  }

  private mutating func pushHeap(_ due: Due) {
    heap.append(due)
    var at = heap.count - 1
    while at > 0 {
      let parent = (at - 1) >> 1
      guard due < heap[parent] else { break }
      heap[at] = heap[parent]
      at = parent
    }
    heap[at] = due
  }

  private mutating func popHeap() {
    let last = heap.removeLast()
    let count = heap.count
    guard count > 0 else { return }
    var at = 0
    while true {
      var child = at * 2 + 1
      guard child < count else { break }
      if child + 1 < count, heap[child + 1] < heap[child] { child += 1 }
      guard heap[child] < last else { break }
      heap[at] = heap[child]
      at = child
    }
    heap[at] = last
  }

  /// All that wait, in the order in which they are due.
  private var waiting: ContiguousArray<Due> {
    var all = heap
    for i in 0..<inRing { all.append(ring[(head + i) & (ring.count - 1)]) }
    all.sort { $0 < $1 }
    return all
  }

  // MARK: Evidence without an id

  /// The exchange of the same stream, method, path and status that ended within a second, that the source has not told, the
  /// oldest first; nil if there is none.
  mutating func match(_ telling: Telling, seekerIsBare: Bool) -> Int32? {
    let key = EvidenceQueues.key(of: telling, seeker: seekerIsBare ? telling.source : -1)
    while let entry = evidence.first(key) {
      let isUsable =
        isWaiting(entry) && !self[entry.index].isTold(by: telling.source)
        && (seekerIsBare || !self[entry.index].flags.contains(.hasID)) && mayBeOne(self[entry.index], telling)
      let end = self[entry.index].end
      guard isUsable, end.plus(EventTime.nanosecondsPerSecond) >= telling.end else {
        evidence.removeFirst(key)
        continue
      }
      guard telling.end.plus(EventTime.nanosecondsPerSecond) >= end else { return nil }
      evidence.removeFirst(key)
      return entry.index
    }
    return nil
  }

  /// Where both say how long it took, the spans have to overlap.
  private func mayBeOne(_ exchange: Exchange, _ telling: Telling) -> Bool {
    guard exchange.flags.contains(.hasSpan), telling.request.duration >= 0 else { return true }
    return exchange.overlaps(telling, sameStream: true, isReplica: false)
  }

  private func isWaiting(_ entry: EvidenceQueues.Entry) -> Bool {
    ExchangeTable.isWaiting(exchanges[Int(entry.index)], entry)
  }

  private static func isWaiting(_ exchange: Exchange, _ entry: EvidenceQueues.Entry) -> Bool {
    exchange.flags.contains(.live) && exchange.flags.isDisjoint(with: [.counted, .abandoned])
      && exchange.number == entry.number
  }

  /// Lets the stream's other sources find the exchange that `telling` tells.
  @inline(__always)
  mutating func offer(_ index: Int32, _ telling: Telling, _ sources: borrowing TellingSources) {
    let stream = Int(telling.request.stream)
    for seeker in sources.bare[stream] where !self[index].isTold(by: seeker) { offer(index, telling, to: seeker) }
    if !telling.hasID && sources.isIdentified[stream] { offer(index, telling, to: -1) }
  }

  private mutating func offer(_ index: Int32, _ telling: Telling, to seeker: Int32) {
    evidence.append(
      EvidenceQueues.Entry(index: index, number: self[index].number),
      EvidenceQueues.key(of: telling, seeker: seeker))
    guard evidence.count > 4 * (waitingCount + ExchangeTable.mostUntimed) else { return }
    let exchanges = exchanges
    evidence.removeAll { !ExchangeTable.isWaiting(exchanges[Int($0.index)], $0) }
  }

  /// A source tells without an id (or with one) for the first time in its stream, or all was loaded: what waits is offered to
  /// those that look for it.
  mutating func offerAll(_ sources: borrowing TellingSources) {
    evidence.removeAll { _ in true }
    let all = waiting.map(\.index) + untimed.flatMap { $0 }
    for index in all.sorted(by: { self[$0].number < self[$1].number }) {
      let exchange = self[index]
      guard !exchange.flags.contains(.abandoned) else { continue }
      for place in 0..<exchange.remembered {
        let told = exchange.told[place]
        offer(index, Telling(exchange, told, stream: sources.sources[Int(told.source)].stream), sources)
      }
    }
  }
}

extension Telling {
  /// One of the tellings of an exchange, as far as that remembers it.
  init(_ exchange: Exchange, _ told: Exchange.Told, stream: Int32) {
    self.init(
      request: exchange.request, start: exchange.start, end: exchange.end, source: told.source,
      pathHash: exchange.pathHash, method: exchange.method,
      completeness: told.source == exchange.request.source ? exchange.completeness : 0,
      hasID: exchange.flags.contains(.hasID),
      isCompletion: exchange.flags.contains(.byCompletion))
    request.status = told.status
    request.stream = stream
  }
}

/// Queues of exchanges by what a telling without an id can be recognised by, and by who looks for it.
private struct EvidenceQueues: Sendable {
  struct Entry: BitwiseCopyable, Sendable {
    var index: Int32
    var number: UInt64
  }

  private struct Queue: Sendable {
    var entries: ContiguousArray<Entry> = []
    var head = 0
  }

  private var queues: [UInt64: Queue] = [:]
  private(set) var count = 0

  /// - Parameter seeker: the source that looks, or -1 for all that have ids.
  static func key(of telling: Telling, seeker: Int32) -> UInt64 {
    var key = UInt64(telling.pathHash) << 32 | UInt64(UInt32(bitPattern: seeker))
    key = (key ^ key >> 29) &* 0xBF58_476D_1CE4_E5B9
    key ^=
      UInt64(telling.request.status) << 40 | UInt64(telling.method) << 32
      | UInt64(UInt32(bitPattern: telling.request.stream))
    return (key ^ key >> 32) &* 0x94D0_49BB_1331_11EB
  }

  func first(_ key: UInt64) -> Entry? {
    guard let queue = queues[key], queue.head < queue.entries.count else { return nil }
    return queue.entries[queue.head]
  }

  mutating func removeFirst(_ key: UInt64) {
    count -= 1
    guard let place = queues.index(forKey: key) else { return }
    queues.values[place].head += 1
    let (head, length) = (queues.values[place].head, queues.values[place].entries.count)
    if head == length {
      queues.values[place].entries.removeAll(keepingCapacity: true)
      queues.values[place].head = 0
    } else if head > 64, head * 2 > length {
      queues.values[place].entries.removeFirst(head)
      queues.values[place].head = 0
    }
  }

  mutating func append(_ entry: Entry, _ key: UInt64) {
    queues[key, default: Queue()].entries.append(entry)
    count += 1
  }

  /// Forgets what nobody can find any more.
  mutating func removeAll(where isOver: (Entry) -> Bool) {
    var kept: [UInt64: Queue] = [:]
    count = 0
    for (key, queue) in queues {
      let entries = ContiguousArray(queue.entries[queue.head...].filter { !isOver($0) })
      guard !entries.isEmpty else { continue }
      count += entries.count
      kept[key] = Queue(entries: entries, head: 0)
    }
    queues = kept
  }
}

extension ExchangeTable: StateCodable {
  /// Places are kept; the queues of evidence are made anew by `offerAll`.
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("exchanges")
    try coder.code(&exchanges, empty: .empty)
    try coder.code(&free)
    var waiting = waiting
    try coder.code(&waiting, empty: Due(time: 0, number: 0, index: 0)) { due, coder throws(StateError) in
      try coder.code(time: &due.time)
      try coder.code(word: &due.number)
      try coder.code(&due.index)
    }
    try coder.code(&untimed, empty: []) { list, coder throws(StateError) in try coder.code(&list) }
    guard coder.isLoading else { return }
    guard
      untimed.joined().allSatisfy({ exchanges.indices.contains(Int($0)) && exchanges[Int($0)].flags.contains(.live) })
    else {
      throw .invalid("list of requests without a time")
    }
    hasUntimed = untimed.contains { !$0.isEmpty }
    (head, inRing, lastDue, firstDue) = (0, 0, .min, .max)
    heap = []
    waitsForFirstTime = waiting.contains { $0.time == EventTime.none }
    for due in waiting {
      guard exchanges.indices.contains(Int(due.index)), exchanges[Int(due.index)].flags.contains(.live) else {
        throw .invalid("list of requests that wait")
      }
      push(due)
    }
  }

  /// Whether all numbers of places and sources are there.
  func isWithin(states: Int, sources: Int) -> Bool {
    func isPlace(_ index: Int32) -> Bool { index == -1 || exchanges.indices.contains(Int(index)) }
    return isPlace(free)
      && exchanges.allSatisfy { exchange in
        isPlace(exchange.next) && Int(exchange.state) < states && exchange.state >= -1
          && Int(exchange.request.source) < sources
          && (0..<Exchange.mostTellings).allSatisfy { Int(exchange.told[$0].source) < sources }
      }
  }
}
