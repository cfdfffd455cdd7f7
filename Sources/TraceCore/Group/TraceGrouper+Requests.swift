/// What a record adds to its trace: the beginning or the end of a request, and counts of the plan's predicates.
extension TraceGrouper {
  /// A request begins. The same words about a request that is open already are another request; other words are not.
  mutating func begin(_ record: Record, _ state: Int, route: Int32, group: Int32) {
    var other = table[state].openRequest
    while other >= 0 {
      let open = openRequests[Int(other)]
      if open.route == route && open.messageHash != record.messageHash { return }
      other = open.next
    }
    let new = OpenRequest(start: record.time, route: route, group: group, messageHash: record.messageHash, next: -1)
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
  }

  /// A request ends: the oldest open one of its route, if its beginning was logged.
  mutating func end(_ record: Record, _ state: Int, route: Int32) {
    table[state].requests += 1
    table[state].route = route
    table[state].status = record.status
    table[state].duration = record.duration
    table[state].requestEnd = record.time
    table[state].atoms = UInt32(truncatingIfNeeded: record.predicates >> 32)
    var previous: Int32 = -1
    var index = table[state].openRequest
    while index >= 0 {
      let open = openRequests[Int(index)]
      if open.route == route {
        if previous < 0 {
          table[state].openRequest = open.next
          table[state].openedAt = open.next >= 0 ? openRequests[Int(open.next)].start : EventTime.none
        } else {
          openRequests[Int(previous)].next = open.next
        }
        freeRequests.append(index)
        return
      }
      previous = index
      index = open.next
    }
  }

  /// The requests that have begun and not ended, the oldest life first. Costs a walk over what is open.
  package var openRequestList: [(start: Int64, route: Int32)] {
    var list: [(start: Int64, route: Int32)] = []
    for state in table.byLife {
      var request = table[state].openRequest
      while request >= 0 {
        list.append((openRequests[Int(request)].start, openRequests[Int(request)].route))
        request = openRequests[Int(request)].next
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
