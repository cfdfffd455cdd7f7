/// Counting each exchange once: what a closing record tells, whether another one told it before, and what is counted when no
/// further telling is waited for.
extension TraceGrouper {
  /// A closing record, or one that ends what its trace has open.
  mutating func end(
    _ record: Record, _ index: Int, _ state: Int, _ source: Int32, _ stream: Int32, route: Int32, group: Int32,
    _ lastTime: Int64
  ) {
    tellingCount &+= 1
    var telling = telling(of: record, source, stream, route: route, group: group, lastTime)
    telling.request.telling = tellingCount
    if state >= 0 { telling.request.life = table[state].life }
    var opening: OpenRequest?
    if telling.isCompletion {
      opening = endOpening(state) { $0.source == source }
      if let opening {
        telling.request.route = opening.route
        if telling.request.group < 0 || options.groupsAreRoutes { telling.request.group = opening.group }
      }
    }
    let isPaired = !telling.isCompletion || opening != nil
    if isPaired, sources.note(telling, isNumber: tellingCount) { exchanges.offerAll(sources) }
    if state >= 0, isPaired { noteTeller(state, source) }
    let known = isPaired ? find(telling, state) : nil
    let exchange: UInt64
    var isLate = false
    if let known {
      if telling.hasID, !sources.bare[Int(stream)].isEmpty, let other = exchanges.match(telling, seekerIsBare: false) {
        if other != known { absorb(other, into: known) }
      }
      exchange = exchanges[known].number
      isLate = exchanges[known].flags.contains(.counted)
      join(telling, to: known, state, opening: opening != nil)
    } else {
      exchange = tellingCount
      open(telling, state, isPaired: isPaired, opening: opening != nil)
    }
    if options.keepsTellings {
      tellings.append(
        TellingNote(
          record: Int32(truncatingIfNeeded: index), exchange: exchange, telling: telling.request.telling, isLate: isLate
        ))
    }
  }

  @inline(__always)
  private func telling(
    of record: Record, _ source: Int32, _ stream: Int32, route: Int32, group: Int32, _ lastTime: Int64
  ) -> Telling {
    let isCompletion = record.kind == .completion
    var request = RequestEvent(
      time: record.time, duration: record.duration, route: route, group: group, status: record.status,
      level: record.level, watermark: watermark.time, isSelected: record.predicates >> 32 & 3 == 1,
      truths: UInt32(truncatingIfNeeded: record.predicates >> 32), stream: stream)
    request.source = source
    let end = record.time != EventTime.none ? record.time : lastTime
    var completeness: UInt8 = 0
    if sources.sources[Int(source)].isWanted {
      completeness = 1 + (record.method != 0 || isCompletion ? 1 : 0) + (record.textHash != 0 || isCompletion ? 1 : 0)
      if record.duration >= 0 { completeness += 1 }
    }
    return Telling(
      request: request, start: end == EventTime.none ? end : record.duration > 0 ? end.less(record.duration) : end,
      end: end, source: source, pathHash: isCompletion ? 0 : record.textHash, method: isCompletion ? 0 : record.method,
      completeness: completeness, hasID: record.idHash != 0, isCompletion: isCompletion)
  }

  /// An id under which sources of two streams tell of requests is one that they share.
  private mutating func noteTeller(_ state: Int, _ source: Int32) {
    let teller = table[state].teller
    guard teller >= 0 else {
      table[state].teller = source
      return
    }
    guard teller != source else { return }
    let (a, b) = (sources.sources[Int(teller)], sources.sources[Int(source)])
    if a.stream != b.stream { sources.link(a.kind, b.kind) }
    if sources.links != linksSeen { countHeldBack() }
  }

  // MARK: Evidence

  /// The exchange that the telling is another one of; nil if it tells one that nobody told yet.
  @inline(__always)
  private mutating func find(_ telling: Telling, _ state: Int) -> Int32? {
    guard telling.end != EventTime.none else { return nil }
    if state >= 0, table[state].exchange >= 0, let found = findByID(telling, state) { return found }
    let stream = Int(telling.request.stream)
    if telling.hasID {
      guard !sources.bare[stream].isEmpty else { return nil }
      return exchanges.match(telling, seekerIsBare: false)
    }
    return exchanges.match(telling, seekerIsBare: true)
  }

  /// Under the same id: of those that agree the ones with its status first, then the oldest.
  private func findByID(_ telling: Telling, _ state: Int) -> Int32? {
    var found: (index: Int32, hasStatus: Bool)?
    var index = table[state].exchange
    // The list begins with the newest.
    while index >= 0 {
      if isSame(exchanges[index], telling) {
        let hasStatus = exchanges[index].hasStatus(telling.request.status)
        if found == nil || hasStatus || !(found?.hasStatus ?? false) { found = (index, hasStatus) }
      }
      index = exchanges[index].next
    }
    return found?.index
  }

  private func isSame(_ exchange: Exchange, _ telling: Telling) -> Bool {
    if exchange.isTold(by: telling.source) {
      // A source that ends its requests without naming their paths and one with it are one that does both.
      return exchange.flags.contains(.byCompletion) && !telling.isCompletion
        && exchange.request.route == telling.request.route
        && exchange.overlaps(telling, sameStream: true, isReplica: false)
    }
    if exchange.flags.contains(.byCompletion) || telling.isCompletion {
      guard exchange.request.route == telling.request.route else { return false }
    } else if !exchange.agrees(with: telling) {
      return false
    }
    let first = sources.sources[Int(exchange.told[0].source)]
    let own = sources.sources[Int(telling.source)]
    let sameStream = first.stream == own.stream
    return exchange.overlaps(
      telling, sameStream: sameStream, isReplica: !sameStream && first.kind == own.kind && first.logger == own.logger)
  }

  // MARK: Tellings of one exchange

  private mutating func open(_ telling: Telling, _ state: Int, isPaired: Bool, opening: Bool) {
    var flags: Exchange.Flags = isPaired ? [.live, .paired] : [.live]
    if opening { flags.formUnion([.endedOpening, .endedOwnOpening]) }
    var exchange = Exchange(telling, number: tellingCount, flags: flags)
    if state >= 0 {
      exchange.state = Int32(state)
      if isPaired { exchange.next = table[state].exchange }
    }
    if exchanges.isFull, let oldest = exchanges.popFirst() { settle(oldest) }
    let hasOthers = sources.streamNames.count > 1
    let isUntimed = telling.request.time == EventTime.none && (telling.end != EventTime.none || hasOthers)
    let index = exchanges.insert(exchange, isUntimed: isUntimed, high: watermark.high)
    if isPaired {
      exchanges.offer(index, telling, sources)
      if state >= 0 {
        table[state].exchange = index
        if exchange.next >= 0 { forgetOldest(of: state) }
        table[state].requests += 1
        note(exchange.request, in: state)
        endOpening(of: index, state, telling)
      }
    }
    // Nothing says when it ended, and nothing that comes can tell the same.
    if telling.end == EventTime.none, !hasOthers, let first = exchanges.popFirst() { settle(first) }
    // Its record is late: no window waits for it.
    if exchanges.isDue(before: watermark.time) { settle(before: watermark.time) }
  }

  private mutating func join(_ telling: Telling, to index: Int32, _ state: Int, opening: Bool) {
    let isCounted = exchanges[index].flags.contains(.counted)
    let isBetter = !isCounted && telling.isBetter(than: exchanges[index])
    if isBetter {
      let (number, other) = (exchanges[index].number, exchanges[index].request)
      exchanges[index].request = telling.request
      exchanges[index].request.exchange = number
      exchanges[index].request.complete(from: other)
      exchanges[index].completeness = telling.completeness
      if !telling.isCompletion { exchanges[index].flags.remove(.byCompletion) }
    } else if !isCounted {
      exchanges[index].request.complete(from: telling.request)
    }
    let isRemembered = exchanges[index].tellings < Exchange.mostTellings
    if isCounted || !isRemembered { sources.sources[Int(telling.source)].hops += 1 }
    exchanges[index].note(telling)
    if opening { exchanges[index].flags.formUnion([.endedOpening, .endedOwnOpening]) }
    if state >= 0 {
      // One that was told without an id has its trace now.
      if exchanges[index].state < 0, !isCounted {
        attach(index, to: state)
        exchanges[index].request.life = table[state].life
        note(index, in: state, isNew: true)
      } else if isBetter {
        note(index, in: state, isNew: false)
      }
      endOpening(of: index, state, telling)
    }
    if !isCounted { exchanges.offer(index, telling, sources) }
  }

  /// A record with an id has shown that an exchange told without one is one that another log told under the id.
  private mutating func absorb(_ other: Int32, into index: Int32) {
    let exchange = exchanges[other]
    for place in 0..<exchange.remembered {
      let told = exchange.told[place]
      let stream = sources.sources[Int(told.source)].stream
      join(Telling(exchange, told, stream: stream), to: index, -1, opening: false)
    }
    if options.keepsTellings { dropped.append(exchange.number) }
    exchanges.abandon(other)
  }

  private mutating func attach(_ index: Int32, to state: Int) {
    exchanges[index].state = Int32(state)
    exchanges[index].next = table[state].exchange
    table[state].exchange = index
    if exchanges[index].next >= 0 { forgetOldest(of: state) }
  }

  /// The last request of a trace is what its `status`, `route` and `duration` are.
  private mutating func note(_ index: Int32, in state: Int, isNew: Bool) {
    let request = exchanges[index].request
    if isNew { table[state].requests += 1 }
    if isNew || request.time >= table[state].requestEnd { note(request, in: state) }
  }

  @inline(__always)
  private mutating func note(_ request: RequestEvent, in state: Int) {
    table[state].route = request.route
    table[state].status = request.status
    table[state].duration = request.duration
    table[state].requestEnd = request.time
    table[state].atoms = request.truths
  }

  /// The opening record of its route, if there is one and the exchange has ended none yet; and that of its own source, if
  /// another log's telling has ended one for the exchange: that was another's.
  @inline(__always)
  private mutating func endOpening(of index: Int32, _ state: Int, _ telling: Telling) {
    guard table[state].openRequest >= 0, !exchanges[index].flags.contains(.endedOwnOpening) else { return }
    endAnyOpening(of: index, state, telling)
  }

  private mutating func endAnyOpening(of index: Int32, _ state: Int, _ telling: Telling) {
    let (source, route) = (telling.source, telling.request.route)
    let latest = telling.start.plus(Telling.resolution(of: telling.start))
    let isMine = endOpening(state) {
      $0.source == source && $0.route == route && ($0.start <= latest || telling.request.duration < 0)
    }
    if isMine != nil {
      exchanges[index].flags.formUnion([.endedOpening, .endedOwnOpening])
    } else if !exchanges[index].flags.contains(.endedOpening), endOpening(state, where: { $0.route == route }) != nil {
      exchanges[index].flags.insert(.endedOpening)
    }
  }

  // MARK: Counting

  /// Counts what ended before `time` and waits no longer.
  package mutating func settle(before time: Int64) {
    while let index = exchanges.popDue(before: time) { settle(index) }
  }

  mutating func settle(_ index: Int32) {
    let flags = exchanges[index].flags
    guard !flags.contains(.abandoned) else { return exchanges.release(index) }
    exchanges[index].flags.insert(.counted)
    if flags.contains(.paired) && !flags.contains(.byCompletion) {
      count(index)
    } else {
      settleCompletion(index)
    }
    if exchanges[index].tellings > 1 {
      noteHops(index)
    } else if flags.contains(.paired) {
      sources.noteAlone(exchanges[index].request.source, number: exchanges[index].number)
      if sources.links != linksSeen { countHeldBack() }
    }
    if exchanges[index].state < 0 || !flags.contains(.paired) { exchanges.release(index) }
  }

  /// An end that names no path counts where that is how its source tells it: it has ended what was open, and never told a path.
  private mutating func settleCompletion(_ index: Int32) {
    let isPaired = exchanges[index].flags.contains(.paired)
    let source = sources.sources[Int(exchanges[index].request.source)]
    let counts = source.closings == 0 && (isPaired || source.completions > 0)
    let state = Int(exchanges[index].state)
    let isInTrace = state >= 0 && table[state].isLive && table[state].life == exchanges[index].request.life
    if counts {
      count(index)
      if !isPaired, isInTrace { note(index, in: state, isNew: true) }
    } else {
      if isPaired, isInTrace { table[state].requests -= 1 }
      if options.keepsTellings { dropped.append(exchanges[index].number) }
    }
  }

  @inline(__always)
  private mutating func count(_ index: Int32) {
    guard exchanges[index].completeness > 0 else { return leaveOut(exchanges[index].request) }
    guard sources.isOutdone(exchanges[index].request.source) else {
      sources.countRequest(exchanges[index].request.source)
      noteRoute(exchanges[index].request.route)
      requests.append(exchanges[index].request)
      return
    }
    if heldBack.count < TraceGrouper.mostHeldBack { heldBack.append(exchanges[index].request) }
    leaveOut(exchanges[index].request)
  }

  @inline(__always)
  private mutating func noteRoute(_ route: Int32) {
    guard route >= 0, Int(route) >= countedRoutes.count || !countedRoutes[Int(route)] else { return }
    while countedRoutes.count <= Int(route) { countedRoutes.append(false) }
    countedRoutes[Int(route)] = true
  }

  /// Whether an opening that nothing has ended is an unfinished request: where its source tells ends, or where its trace has
  /// told none and its route is one of requests. Else it can be a line about a path on the way.
  func isUnfinished(_ opening: OpenRequest, in state: Int) -> Bool {
    if sources.countsUnfinished(opening.source) { return true }
    return table[state].requests == 0 && countedRoutes.indices.contains(Int(opening.route))
      && countedRoutes[Int(opening.route)] && sources.isWanted(opening.source)
  }

  private mutating func leaveOut(_ request: RequestEvent) {
    let source = Int(request.source)
    sources.sources[source].uncounted += 1
    if request.isError { sources.sources[source].uncountedErrors += 1 }
    uncounted.append(request)
  }

  private mutating func noteHops(_ index: Int32) {
    let exchange = exchanges[index]
    for place in 0..<exchange.remembered where exchange.told[place].source != exchange.request.source {
      sources.sources[Int(exchange.told[place].source)].hops += 1
    }
  }

  /// Two layouts that seemed to have nothing in common have: what was held back of them is counted after all. It is late.
  mutating func countHeldBack() {
    linksSeen = sources.links
    guard !heldBack.isEmpty else { return }
    var left: ContiguousArray<RequestEvent> = []
    for var request in heldBack {
      guard !sources.isOutdone(request.source) else {
        left.append(request)
        continue
      }
      let source = Int(request.source)
      sources.sources[source].uncounted -= 1
      if request.isError { sources.sources[source].uncountedErrors -= 1 }
      sources.sources[source].requests += 1
      request.watermark = watermark.time
      requests.append(request)
    }
    heldBack = left
  }

  // MARK: Memory

  /// A trace has ended: what it told and was counted is forgotten, what waits goes on without it.
  mutating func forgetExchanges(of state: Int) {
    var index = table[state].exchange
    while index >= 0 {
      let next = exchanges[index].next
      if exchanges[index].flags.contains(.counted) {
        exchanges.release(index)
      } else {
        exchanges[index].state = -1
        exchanges[index].next = -1
      }
      index = next
    }
    table[state].exchange = -1
  }

  private mutating func forgetOldest(of state: Int) {
    var index = table[state].exchange
    var count = 1
    while count < ExchangeTable.mostOfTrace, index >= 0 {
      index = exchanges[index].next
      count += 1
    }
    guard index >= 0 else { return }
    let last = exchanges[index].next
    guard last >= 0 else { return }
    exchanges[index].next = -1
    if exchanges[last].flags.contains(.counted) {
      exchanges.release(last)
    } else {
      exchanges[last].state = -1
    }
  }
}

extension RequestEvent {
  /// Takes from another telling of the same request what this one does not say: its group, and conditions that are unknown.
  mutating func complete(from other: RequestEvent) {
    if group == -1 { group = other.group }
    if life == 0 { life = other.life }
    let unknown = truths & 0xAAAA_AAAA
    guard unknown != 0 else { return }
    let mask = unknown | unknown >> 1
    truths = truths & ~mask | other.truths & mask
    isSelected = truths & 3 == 1
  }
}
