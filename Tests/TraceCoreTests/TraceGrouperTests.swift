import TestKit
import Testing

@testable import TraceCore

/// Grouping depends on the ids and nothing else: not on how they hash, nor on how records come in batches.
struct TraceGrouperTests {
  /// Interleaved requests under ids of every length, which come back after their lives have ended.
  static func log(_ seed: UInt64) -> [UInt8] {
    var random = SplitMix64(seed: seed)
    let ids = (0..<12).map { index in
      // 1 to 60 bytes: in one word, in the state, and beside it. Some differ in their last byte only.
      String(repeating: "a", count: [0, 3, 7, 8, 15, 16, 35, 39, 40, 41, 59, 59][index])
        + String("123456789xyw".dropFirst(index).first ?? "z")
    }
    var text = ""
    var second = 0
    for _ in 0..<200 {
      second += random.below(12) == 0 ? 70 : 0
      let (minute, id) = (second / 60, ids[random.below(ids.count)])
      let time = "2026-11-23 0\(minute / 60):\(minute / 10 % 6)\(minute % 10):\(second / 10 % 6)\(second % 10),123"
      let words = [
        "request started method=GET path=/x", "request finished method=GET path=/x status=200 ms=1", "query",
      ]
      text += "\(time) INFO [api.access] [\(id)] \(words[random.below(3)])\n"
      second += random.below(2)
    }
    return Array(text.utf8)
  }

  static func traces(_ log: [UInt8], hashMask: UInt64, blockSize: Int, isCut: Bool = false) throws -> [String] {
    let catalog = FieldCatalog.plain
    let layouts = try LayoutDetector(catalog: catalog, zone: .utc).named("python-request-id").layouts
    var parser = BlockParser(plan: ParsePlan(catalog: catalog), layouts: layouts, zone: .utc, referenceTime: 0)
    var options = TraceGrouper.Options()
    options.hashMask = hashMask
    options.keepsClosed = true
    var grouper = TraceGrouper(options: options)
    let origin = grouper.sources.origin(stream: 0, layouts: ["python-request-id"], wrapping: "")
    var members: ContiguousArray<TraceGrouper.Membership> = []
    var rest = log[...]
    while !rest.isEmpty {
      // Whole lines only.
      let most = rest.prefix(blockSize)
      let end = most.count < rest.count ? (most.lastIndex(of: 0x0A) ?? rest.firstIndex(of: 0x0A)) : rest.indices.last
      guard let end else { break }
      let block = Block(capacity: 64)
      block.append(copying: Array(rest[...end]).span)
      if isCut {
        // The state has no place for results: they stay with their owner.
        let state = try StateRoundTrip.saved(&grouper)
        var other = TraceGrouper(options: options)
        try StateRoundTrip.load(&other, state)
        other.closed = grouper.closed
        grouper = other
        #expect(try StateRoundTrip.saved(&grouper) == state)
      }
      rest = rest[(end + 1)...]
      var batch = RecordBatch()
      parser.run(block, into: &batch)
      grouper.consume(&batch, 0..<batch.records.count, in: block, from: origin, members: &members)
    }
    grouper.finish()
    let distinct = grouper.distinctIDs
    #expect(distinct == 12)
    return grouper.closed.map { trace in
      "\(trace.id) \(trace.state.first) \(trace.state.last) \(trace.state.records) \(trace.state.requests) "
        + "\(trace.state.unfinished) \(trace.state.reopened) \(trace.state.life)"
    }
  }

  /// With no hash at all, and with one of two bits, ids that collide stay apart.
  @Test func aWeakHashJoinsNoTraces() throws {
    for seed in UInt64(1)...20 {
      let log = Self.log(seed)
      let whole = try Self.traces(log, hashMask: .max, blockSize: .max)
      #expect(whole.contains { $0.contains(" true ") } && whole.count > 12)
      for (mask, size) in [(UInt64(0), Int.max), (3, 700), (UInt64(1) << 40, 100), (.max, 1)] {
        #expect(try Self.traces(log, hashMask: mask, blockSize: size) == whole, "seed \(seed), mask \(mask)")
      }
    }
  }
}

/// Ids seen, against a set of them.
struct DistinctIDsTests {
  @Test func exactUpToTheLimit() {
    var random = SplitMix64(seed: 3)
    var ids = DistinctIDs(limit: 40_000)
    var seen: Set<UInt64> = []
    for _ in 0..<60_000 {
      // Half of them come again.
      let id = UInt64(random.below(19_000))
      let isKnown = ids.insert(Self.hash(id, 1), Self.hash(id, 2))
      let wasSeen = !seen.insert(id).inserted
      #expect(isKnown == wasSeen)
    }
    let (isEstimate, count) = (ids.isEstimate, ids.count)
    #expect(!isEstimate && count == Int64(seen.count))
  }

  /// Beyond the limit the number is an estimate, and the newest ids are remembered.
  @Test func estimatedBeyondTheLimit() {
    var ids = DistinctIDs(limit: 1_000)
    var known = 0
    for id in UInt64(0)..<50_000 where ids.insert(Self.hash(id, 1), Self.hash(id, 2)) { known += 1 }
    let (isEstimate, count) = (ids.isEstimate, ids.count)
    #expect(known == 0 && isEstimate)
    #expect(abs(Double(count) - 50_000) < 50_000 * 0.03)
    for id in UInt64(49_600)..<50_000 where ids.insert(Self.hash(id, 1), Self.hash(id, 2)) { known += 1 }
    #expect(known == 400)
  }

  /// Ids that a client chose so that one of their hashes collides reach the limit early: memory follows the ids, not the
  /// fullest region.
  @Test func chosenIDs() {
    var ids = DistinctIDs()
    var known = 0
    for id in UInt64(0)..<5_000 where ids.insert(id, Self.hash(id, 2)) { known += 1 }
    let (isEstimate, count) = (ids.isEstimate, ids.count)
    #expect(known == 0 && isEstimate)
    #expect(abs(Double(count) - 5_000) < 5_000 * 0.03)
    for id in UInt64(4_970)..<5_000 where ids.insert(id, Self.hash(id, 2)) { known += 1 }
    #expect(known == 30)
  }

  private static func hash(_ id: UInt64, _ seed: UInt64) -> UInt64 {
    var random = SplitMix64(seed: id &* 0x9E37_79B9 &+ seed << 40)
    return random.next()
  }
}
