/// The state of a grouper between two batches, when its results have been taken. What waits to be looked up (`newborn`) is
/// empty then.
extension TraceGrouper: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("traces")
    try coder.check(options.predicates, "conditions on records")
    try coder.check(options.groupsAreRoutes ? 1 : 0, "groups")
    try coder.code(&table)
    try coder.code(
      &openRequests, empty: OpenRequest(start: 0, route: -1, group: -1, messageHash: 0, source: -1, next: -1))
    try coder.code(&freeRequests)
    try coder.code(&predicateCounts)
    try coder.code(&freeCounts)
    try coder.code(&sources)
    try coder.code(&exchanges)
    try coder.code(word: &tellingCount)
    try coder.code(&lastTimes, empty: EventTime.none) { time, coder throws(StateError) in try coder.code(time: &time) }
    try coder.code(&heldBack, empty: .empty)
    try coder.code(word: &linksSeen)
    try coder.code(&countedRoutes, empty: false) { isCounted, coder throws(StateError) in try coder.code(&isCounted) }
    try coder.code(&queue)
    try coder.code(&ids)
    try coder.code(&lives)
    try coder.code(&routes)
    try coder.code(&groups)
    try coder.code(&watermark)
    try coder.code(time: &firstTime)
    try coder.code(count: &evicted)
    try coder.code(count: &lateRecords)
    try coder.code(&lastMember)
    guard coder.isLoading else { return }
    guard isSound else { throw .invalid("list of open traces") }
    exchanges.offerAll(sources)
  }

  /// Whether all numbers point at what is there, and every open request is in one list.
  private var isSound: Bool {
    guard lives <= 1 << 60, queue.isWithin(table.stateCount), lastMember.state < table.stateCount else { return false }
    var seen = ContiguousArray(repeating: false, count: openRequests.count)
    func see(_ index: Int32) -> Bool {
      guard openRequests.indices.contains(Int(index)), !seen[Int(index)] else { return false }
      seen[Int(index)] = true
      return true
    }
    for index in freeRequests where !see(index) { return false }
    let names = options.groupsAreRoutes ? routes : groups
    guard exchanges.isWithin(states: table.stateCount, sources: sources.sources.count), areExchangesSound(names) else {
      return false
    }
    for state in 0..<table.stateCount where table[state].isLive {
      guard routes.isNumber(table[state].route), areCounts(table[state].counts, isOwned: true) else { return false }
      var index = table[state].openRequest
      while index >= 0 {
        guard see(index), routes.isNumber(openRequests[Int(index)].route),
          names.isNumber(openRequests[Int(index)].group)
        else { return false }
        index = openRequests[Int(index)].next
      }
    }
    return freeCounts.allSatisfy { areCounts($0, isOwned: false) }
  }

  /// Whether every exchange is in one list at most, and says what there is.
  private func areExchangesSound(_ names: GroupNames) -> Bool {
    var seen = ContiguousArray(repeating: false, count: exchanges.exchanges.count)
    func see(_ index: Int32) -> Bool {
      guard exchanges.exchanges.indices.contains(Int(index)), !seen[Int(index)] else { return false }
      seen[Int(index)] = true
      return true
    }
    for state in 0..<table.stateCount where table[state].isLive {
      guard Int(table[state].teller) < sources.sources.count else { return false }
      var index = table[state].exchange
      while index >= 0 {
        guard see(index), exchanges[index].flags.contains(.live) else { return false }
        index = exchanges[index].next
      }
    }
    let requests = exchanges.exchanges.filter { $0.flags.contains(.live) }.map(\.request) + heldBack
    return requests.allSatisfy {
      routes.isNumber($0.route) && names.isNumber($0.group) && sources.sources.indices.contains(Int($0.source))
    } && openRequests.allSatisfy { Int($0.source) < sources.sources.count }
  }

  /// Whether the counts of a trace begin there.
  private func areCounts(_ start: Int32, isOwned: Bool) -> Bool {
    let size = 3 * options.predicates
    if size == 0 { return start == -1 && isOwned }
    return start >= 0 && Int(start) % size == 0 && Int(start) + size <= predicateCounts.count
  }
}

extension TraceGrouper.Membership: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&state)
    try coder.code(&life)
  }

  /// Whether it can be one of a grouper.
  package func isWithin(_ grouper: borrowing TraceGrouper) -> Bool { Int(state) < grouper.table.stateCount }
}

extension OpenRequest: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(time: &start)
    try coder.code(&route)
    try coder.code(&group)
    try coder.code(&messageHash)
    try coder.code(&source)
    try coder.code(&next)
  }
}

extension UnfinishedRequest: StateCodable {
  /// What loading fills.
  package static var empty: UnfinishedRequest { UnfinishedRequest(start: 0, route: -1, group: -1) }

  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(time: &start)
    try coder.code(&route)
    try coder.code(&group)
  }
}
