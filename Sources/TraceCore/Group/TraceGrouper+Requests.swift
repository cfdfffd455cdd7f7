/// What a record adds to its trace: the beginning or the end of a request, and counts of the plan's predicates.
extension TraceGrouper {
  /// Takes a record that opens or closes a request; returns the state of its trace, -1 without one.
  @inline(never)
  mutating func consumeTelling(
    _ record: Record, _ index: Int, in bytes: Span<UInt8>, arena: Span<UInt8>, _ batch: inout RecordBatch,
    _ origin: TellingSources.Origin, _ lastTime: Int64
  ) -> Int {
    let source = sources.number(of: record, origin, &batch)
    // Where a source tells ends with their paths, what names none is a step on the way.
    let isTelling =
      record.kind == .closing
      || (record.kind == .completion && record.idHash != 0 && sources.sources[Int(source)].closings == 0)
    var state = -1
    if record.idHash != 0 {
      state = life(of: record, bytes, arena, counts: isTelling)
      table[state].note(record, high: watermark.high)
      if options.predicates > 0 { count(record, state) }
    }
    guard isTelling || (record.kind == .opening && state >= 0) else { return state }
    let route = routeIndex(record.route, &batch)
    let group = options.groupsAreRoutes ? route : groupIndex(record.group, &batch)
    if isTelling {
      end(record, index, state, source, origin.stream, route: route, group: group, lastTime)
    } else {
      sources.noteOpening(source)
      if sources.heedsOpening(source), begin(record, state, source, route: route, group: group), options.keepsTellings {
        tellings.append(TellingNote(record: Int32(truncatingIfNeeded: index), exchange: 0, telling: 0))
      }
    }
    return state
  }

  /// A request begins. The same words of the same source about a request that is open already are another request; other
  /// words, or another source's, are not. Returns whether it is one.
  private mutating func begin(_ record: Record, _ state: Int, _ source: Int32, route: Int32, group: Int32) -> Bool {
    var other = table[state].openRequest
    while other >= 0 {
      let open = openRequests[Int(other)]
      if open.route == route && (open.messageHash != record.textHash || open.source != source) { return false }
      other = open.next
    }
    let new = OpenRequest(
      start: record.time, route: route, group: group, messageHash: record.textHash, source: source, next: -1)
    let index: Int32
    if let reused = freeRequests.popLast() {
      index = reused
      openRequests[Int(reused)] = new
    } else {
      index = Int32(openRequests.count)
      openRequests.append(new)
    }
    // At the end of the list: the oldest stands first.
    if table[state].openRequest < 0 {
      table[state].openRequest = index
      table[state].openedAt = record.time
    } else {
      var last = table[state].openRequest
      while openRequests[Int(last)].next >= 0 { last = openRequests[Int(last)].next }
      openRequests[Int(last)].next = index
    }
    return true
  }

  /// Takes the oldest open request of a route (or, without one, of a source) out of its trace; nil if there is none.
  @inline(__always)
  mutating func endOpening(_ state: Int, where isMeant: (OpenRequest) -> Bool) -> OpenRequest? {
    var previous: Int32 = -1
    var index = table[state].openRequest
    while index >= 0 {
      let open = openRequests[Int(index)]
      if isMeant(open) {
        if previous < 0 {
          table[state].openRequest = open.next
          table[state].openedAt = open.next >= 0 ? openRequests[Int(open.next)].start : EventTime.none
        } else {
          openRequests[Int(previous)].next = open.next
        }
        freeRequests.append(index)
        sources.noteOpeningEnded(open.source)
        return open
      }
      previous = index
      index = open.next
    }
    return nil
  }

  /// The requests that have begun and not ended, the oldest life first. Costs a walk over what is open.
  package var openRequestList: [(start: Int64, route: Int32)] {
    var list: [(start: Int64, route: Int32)] = []
    for state in table.byLife {
      var request = table[state].openRequest
      while request >= 0 {
        let open = openRequests[Int(request)]
        if isUnfinished(open, in: state) { list.append((open.start, open.route)) }
        request = open.next
      }
    }
    return list
  }

  mutating func takeCounts() -> Int32 {
    let size = 3 * options.predicates
    if let reused = freeCounts.popLast() {
      for i in 0..<size { predicateCounts[Int(reused) + i] = 0 }
      return reused
    }
    let start = predicateCounts.count
    for _ in 0..<size { predicateCounts.append(0) }
    return Int32(start)
  }

  mutating func count(_ record: Record, _ state: Int) {
    let base = Int(table[state].counts)
    for index in 0..<options.predicates {
      let truth = Int(truncatingIfNeeded: record.predicates >> (UInt64(index) * 2)) & 3
      // Bits: 0 no, 1 yes, 2 unknown; places: yes, no, unknown.
      predicateCounts[base + index * 3 + (truth == 1 ? 0 : truth == 0 ? 1 : 2)] += 1
    }
  }

  func copyCounts(_ start: Int32) -> [Int32] {
    start < 0 ? [] : Array(predicateCounts[Int(start)..<Int(start) + 3 * options.predicates])
  }
}
