/// Groups records by request id into traces and tells the requests in them: a pure state machine over the sequence of
/// records (docs/semantics.md#trace-life, docs/semantics.md#what-counts-as-a-request).
///
/// Its answers depend on the records and their order alone, never on how they came in batches. A trace that has ended
/// by event time leaves the table at the latest one idle period later; that it has ended is decided at each look-up.
package struct TraceGrouper: ~Copyable, Sendable {
  package struct Options: Sendable, Equatable {
    /// A trace ends this long after its last record (nanoseconds).
    package var idle: Int64 = 60 * EventTime.nanosecondsPerSecond
    /// A trace with an open request lives at most this long after the request began (nanoseconds).
    package var maxOpen: Int64 = 900 * EventTime.nanosecondsPerSecond
    /// Open traces at most; beyond, the oldest are closed and counted as evicted.
    package var mostOpen = 200_000
    /// Predicates of the plan that are counted on each trace.
    package var predicates = 0
    /// For tests: bits of the id's hash in use.
    package var hashMask: UInt64 = .max
    /// Distinct ids remembered exactly.
    package var distinctLimit = DistinctIDs.defaultLimit
    /// Requests are grouped by route (no `--by`).
    package var groupsAreRoutes = true
    /// Whether closed traces are wanted as values.
    package var keepsClosed = false
    /// Whether the life of every record is wanted.
    package var keepsMembers = false
    /// Whether `tellings` is wanted.
    package var keepsTellings = false
    package init() {}
  }

  package let options: Options
  var table: RequestTable
  var openRequests: ContiguousArray<OpenRequest> = []
  var freeRequests: ContiguousArray<Int32> = []
  /// Counts of yes, no and unknown for each predicate, `3 * options.predicates` a trace.
  var predicateCounts: ContiguousArray<Int32> = []
  var freeCounts: ContiguousArray<Int32> = []
  var queue = CloseQueue()
  var ids: DistinctIDs
  var lives: UInt64 = 0
  private var newborn: ContiguousArray<Newborn> = []

  /// Names of routes, and of `--by`'s groups where those are not the routes.
  package internal(set) var routes = GroupNames()
  var groups = GroupNames()
  package var groupNames: GroupNames { options.groupsAreRoutes ? routes : groups }

  package internal(set) var watermark = Watermark()
  package internal(set) var firstTime = EventTime.none
  package internal(set) var evicted: Int64 = 0
  package internal(set) var lateRecords: Int64 = 0
  package var openTraces: Int { table.count }
  /// Lives that have begun.
  package var traceCount: Int64 { Int64(lives) }
  package var distinctIDs: Int64 { ids.count }
  package var distinctIDsEstimated: Bool { ids.isEstimate }

  /// Who tells of requests.
  package var sources: TellingSources
  var exchanges = ExchangeTable()
  /// Tellings so far.
  var tellingCount: UInt64 = 0
  /// The last time in each stream.
  var lastTimes: ContiguousArray<Int64> = []
  /// Requests that are not counted because another layout tells its own more completely: counted after all, if ids that both
  /// share show up.
  var heldBack: ContiguousArray<RequestEvent> = []
  /// Requests held back at most.
  static let mostHeldBack = 10_000
  var linksSeen: UInt64 = 0
  /// By route, whether a request of it was counted.
  var countedRoutes: ContiguousArray<Bool> = []

  /// A record that opens or closes a request.
  package struct TellingNote: BitwiseCopyable, Sendable {
    /// Place in its batch.
    package var record: Int32
    /// The exchange that it tells, and its own number; both 0 for an opening.
    package var exchange: UInt64
    package var telling: UInt64
    /// The exchange was counted already, or left out: what the record says of it comes too late.
    package var isLate = false
  }

  /// Of the records consumed since they were last taken, in order, where `keepsTellings`. The owner empties them.
  package var tellings: ContiguousArray<TellingNote> = []
  /// Results of the records consumed since they were last taken. The owner empties them.
  package var requests: ContiguousArray<RequestEvent> = []
  /// Requests that are not counted.
  package var uncounted: ContiguousArray<RequestEvent> = []
  /// Numbers of exchanges that turned out to be none, where `keepsTellings`.
  package var dropped: ContiguousArray<UInt64> = []
  package var unfinished: ContiguousArray<UnfinishedRequest> = []
  package var closed: ContiguousArray<ClosedTrace> = []
  /// While the input ends: the traces that are still open.
  private var ending: ArraySlice<Int>?

  package init(options: Options = Options(), sources: TellingSources = TellingSources(streamNames: [""])) {
    self.options = options
    self.sources = sources
    table = RequestTable(hashMask: options.hashMask)
    ids = DistinctIDs(limit: options.distinctLimit)
  }

  /// Takes the next records in order. `lastMember` is then the life of the last one.
  ///
  /// - Parameters:
  ///   - origin: where they come from, as `sources` says it.
  ///   - members: receives the life of each record, where that is wanted (it slows the loop).
  package mutating func consume(
    _ batch: inout RecordBatch, _ range: Range<Int>, in block: Block, from origin: TellingSources.Origin,
    members: inout ContiguousArray<Membership>
  ) {
    let bytes = block.bytes
    let arena = batch.arena
    let all = batch.records
    let records = all.span
    let stream = origin.stream
    while lastTimes.count <= Int(stream) { lastTimes.append(EventTime.none) }
    var lastTime = lastTimes[Int(stream)]
    var state = -1
    for index in range {
      CurrentPlace.at(Int(records[index].offset))
      if index &+ 12 < records.count { table.prefetch(hash: records[index &+ 12].idHash) }
      let time = records[index].time
      if time != EventTime.none {
        if exchanges.waitsForFirstTime { exchanges.timeFirst(time) }
        pass(time)
        lastTime = time
        if exchanges.hasUntimed { exchanges.time(Int(stream), time) }
      }
      if records[index].kind != .plain && records[index].kind != .outbound {
        state = consumeTelling(records[index], index, in: bytes, arena: arena.span, &batch, origin, lastTime)
      } else if records[index].idHash != 0 {
        state = life(of: records[index], bytes, arena.span, counts: false)
        table[state].note(records[index], high: watermark.high)
        if options.predicates > 0 { count(records[index], state) }
      } else {
        state = -1
      }
      if options.keepsMembers { members.append(member(state)) }
    }
    lastTimes[Int(stream)] = lastTime
    if !range.isEmpty { lastMember = member(state) }
    rememberAll()
  }

  private func member(_ state: Int) -> Membership {
    state < 0 ? Membership(state: -1, life: 0) : Membership(state: Int32(state), life: table[state].life)
  }

  /// Moves event time on, and closes what has ended by it.
  @inline(__always)
  private mutating func pass(_ time: Int64) {
    let isLate = watermark.observe(time)
    if isLate { lateRecords += 1 }
    if time < firstTime || firstTime == EventTime.none, firstTime == EventTime.none || !isLate { firstTime = time }
    if exchanges.isDue(before: watermark.time) { settle(before: watermark.time) }
    if queue.isDue(at: watermark.time) { closeEnded() }
  }

  /// The run's number of a batch's route label, looked up once a batch.
  @inline(__always)
  mutating func routeIndex(_ label: Int32, _ batch: inout RecordBatch) -> Int32 {
    guard label >= 0 else { return -1 }
    if batch.routeIndex.isEmpty { batch.prepareIndexes() }
    let known = batch.routeIndex[Int(label)]
    if known != RecordBatch.unmapped { return known }
    let index = routes.index(of: batch.labels, Int(label))
    batch.routeIndex[Int(label)] = index
    return index
  }

  mutating func groupIndex(_ label: Int32, _ batch: inout RecordBatch) -> Int32 {
    guard label >= 0 else { return -1 }
    if batch.groupIndex.isEmpty { batch.prepareIndexes() }
    let known = batch.groupIndex[Int(label)]
    if known != RecordBatch.unmapped { return known }
    let index = groups.index(of: batch.labels, Int(label))
    batch.groupIndex[Int(label)] = index
    return index
  }

  /// The life of the last record consumed.
  package internal(set) var lastMember = Membership(state: -1, life: 0)

  /// Which life a record belongs to; `state` is -1 without one.
  package struct Membership: BitwiseCopyable, Sendable {
    package var state: Int32
    package var life: UInt64
    package init(state: Int32, life: UInt64) {
      self.state = state
      self.life = life
    }
  }

  /// Adds continuation lines that came in a later block than their record.
  package mutating func amend(_ member: Membership, lines: Int, traceback: Bool) {
    guard member.state >= 0, table[Int(member.state)].isLive,
      table[Int(member.state)].life == member.life
    else { return }
    table[Int(member.state)].lines += Int32(lines)
    if traceback { table[Int(member.state)].tracebacks += 1 }
  }

  // MARK: Lives

  /// The state of the record's life, opened if need be.
  @inline(__always)
  mutating func life(
    of record: Record, _ bytes: Span<UInt8>, _ arena: Span<UInt8>, counts: Bool
  ) -> Int {
    let id = record.id
    guard !id.isInArena else { return life(of: record, arena, id.start, id.end, counts) }
    if let state = table.find(record.idHash, bytes, id.start, id.end), !hasEnded(state) { return state }
    return life(of: record, bytes, id.start, id.end, counts)
  }

  @inline(never)
  private mutating func life(
    of record: Record, _ source: Span<UInt8>, _ start: Int, _ end: Int, _ counts: Bool
  ) -> Int {
    if let state = table.find(record.idHash, source, start, end) {
      if !hasEnded(state) || joins(record, state, counts: counts) { return state }
      close(state)
    }
    let state = table.insert(record.idHash, source, start, end)
    lives += 1
    table[state].life = lives
    newborn.append(
      Newborn(
        state: Int32(state), life: lives, a: record.idHash,
        b: ByteSearch.hash(source, from: start, to: end, seed: 0x2545_F491_4F6C_DD1D)))
    ids.prefetch(newborn[newborn.count - 1].a, newborn[newborn.count - 1].b)
    if newborn.count == 32 { remember(16) }
    if options.predicates > 0 { table[state].counts = takeCounts() }
    queue.push(state: Int32(state), life: lives, due: watermark.time == EventTime.none ? .min : due)
    if table.count > options.mostOpen { evictOldest(except: state) }
    return state
  }

  private var due: Int64 { watermark.time + options.idle }

  /// The trace's last event time, without a clock jump that nothing has confirmed: that would keep it for ever.
  @inline(__always)
  private func lastTime(of state: Int) -> Int64 {
    table[state].lastTime(high: watermark.high)
  }

  /// Whether the trace's life has ended by event time.
  @inline(__always)
  private func hasEnded(_ state: Int) -> Bool {
    table[state].hasEnded(
      at: watermark.time, high: watermark.high, idle: options.idle, maxOpen: options.maxOpen)
  }

  /// A closing record whose logged start precedes the end of a life without a request belongs to that life: it was that
  /// request that took so long. Up to `maxOpen`, to the record: whether the life is still in the table must not matter.
  private func joins(_ record: Record, _ state: Int, counts: Bool) -> Bool {
    counts && record.kind == .closing && record.duration > 0 && table[state].requests == 0
      && EventTime.difference(record.time, record.duration) <= table[state].last
      && table[state].last + options.maxOpen >= watermark.time
  }

  /// Closes what the watermark has passed. A trace without a request stays up to `maxOpen`, for `joins`.
  private mutating func closeEnded() {
    let now = watermark.time
    while let entry = queue.first, entry.due < now {
      queue.removeFirst()
      // These were last touched an idle period ago.
      if let soon = queue.state(behindFirst: 8) { table.prefetch(state: soon) }
      if let soon = queue.state(behindFirst: 4) { table.prefetchPlace(ofState: soon) }
      let state = Int(entry.state)
      guard table[state].isLive, table[state].life == entry.life else { continue }
      let waits =
        table[state].requests == 0 && lastTime(of: state) != EventTime.none
        && lastTime(of: state) + options.maxOpen >= now
      if hasEnded(state) && !waits {
        close(state)
      } else {
        queue.push(state: entry.state, life: entry.life, due: due)
      }
    }
  }

  private mutating func evictOldest(except newest: Int) {
    while let entry = queue.first {
      queue.removeFirst()
      let state = Int(entry.state)
      guard table[state].isLive, table[state].life == entry.life else { continue }
      guard state != newest else { return queue.push(state: entry.state, life: entry.life, due: due) }
      if !hasEnded(state) { evicted += 1 }
      return close(state)
    }
  }

  /// Closes every trace, oldest life first: the end of the input.
  package mutating func finish() { while finishSome() {} }

  /// As `finish`, some traces at a time, so that what has closed can be taken in between. Returns whether there are more.
  package mutating func finishSome() -> Bool {
    if ending == nil {
      rememberAll()
      exchanges.timeAll()
      while let index = exchanges.popFirst() { settle(index) }
      countHeldBack()
      ending = table.byLife[...]
    }
    for state in ending?.prefix(TraceGrouper.mostClosedAtOnce) ?? [] { close(state) }
    ending = ending?.dropFirst(TraceGrouper.mostClosedAtOnce)
    guard ending?.isEmpty ?? true else { return true }
    ending = nil
    watermark.finish()
    return false
  }

  private static let mostClosedAtOnce = 4_096

  /// A life whose id has yet to be looked up among those seen before: a little later, when its place is in the cache.
  private struct Newborn: BitwiseCopyable, Sendable {
    var state: Int32
    var life: UInt64
    var a: UInt64
    var b: UInt64
  }

  /// Looks up the ids of the first lives that wait for it.
  private mutating func remember(_ count: Int) {
    for i in 0..<count {
      let life = newborn[i]
      table[Int(life.state)].reopened = ids.insert(life.a, life.b)
    }
    newborn.removeFirst(count)
  }

  private mutating func rememberAll() { remember(newborn.count) }

  private mutating func close(_ state: Int) {
    if let first = newborn.first, table[state].life >= first.life { rememberAll() }
    var request = table[state].openRequest
    while request >= 0 {
      let open = openRequests[Int(request)]
      if isUnfinished(open, in: state) {
        unfinished.append(UnfinishedRequest(start: open.start, route: open.route, group: open.group))
        table[state].unfinished += 1
      }
      freeRequests.append(request)
      request = open.next
    }
    forgetExchanges(of: state)
    let counts = table[state].counts
    if options.keepsClosed {
      var trace = table[state]
      // A jump that was taken back is not its end; one at the end of the input may be.
      if trace.last != watermark.pending { trace.last = lastTime(of: state) }
      closed.append(ClosedTrace(state: trace, longID: table.longID(of: trace), counts: copyCounts(counts)))
    }
    if counts >= 0 { freeCounts.append(counts) }
    table.remove(state)
  }
}

/// A trace that has closed. Its id is made into text when it is asked for: most are not.
package struct ClosedTrace: Sendable {
  package var state: OpenTrace
  /// The id, where it does not stand in the state.
  let longID: String?
  /// Counts of yes, no, unknown for each predicate of the plan.
  package var counts: [Int32]

  /// Invalid UTF-8 repaired.
  package var id: String { longID ?? state.shortID }
}
