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
  var newborn: ContiguousArray<Newborn> = []

  /// Names of routes, and of `--by`'s groups where those are not the routes.
  package internal(set) var routes = GroupNames()
  var groups = GroupNames()
  package var groupNames: GroupNames { options.groupsAreRoutes ? routes : groups }

  package internal(set) var watermark = Watermark()
  package internal(set) var firstTime = EventTime.none
  package internal(set) var evicted: Int64 = 0
  package internal(set) var lateRecords: Int64 = 0

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
  var ending: ArraySlice<Int>?

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
