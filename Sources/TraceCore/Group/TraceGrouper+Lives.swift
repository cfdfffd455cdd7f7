// Lives of traces: begun, gone on with, closed.

extension TraceGrouper {
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
  mutating func life(
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
  func lastTime(of state: Int) -> Int64 {
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
  mutating func closeEnded() {
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
  struct Newborn: BitwiseCopyable, Sendable {
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

  mutating func rememberAll() { remember(newborn.count) }

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
