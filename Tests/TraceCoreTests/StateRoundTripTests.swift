import TestKit
import Testing

@testable import TraceCore

/// The state of each type, saved and loaded again and again while it goes on beside one that is left alone.
struct StateRoundTripTests {
  private func copy<T: StateCodable>(_ value: inout T, into empty: T) throws -> T {
    let state = try StateRoundTrip.saved(&value)
    var loaded = empty
    try StateRoundTrip.load(&loaded, state)
    #expect(try StateRoundTrip.saved(&loaded) == state)
    return loaded
  }

  @Test(arguments: QuantileSketchTests.Shape.allCases)
  func sketches(shape: QuantileSketchTests.Shape) throws {
    for (seed, count) in [0, 1, 999, 1_000, 1_001, 4_000].enumerated() {
      let values = QuantileSketchTests.values(shape, count, seed: UInt64(seed))
      var sketch = QuantileSketch()
      for (index, value) in values.enumerated() {
        if index % 977 == 976 { sketch = try copy(&sketch, into: QuantileSketch()) }
        sketch.add(value)
      }
      let loaded = try copy(&sketch, into: QuantileSketch())
      QuantileSketchTests.check(loaded, values)
      #expect(loaded.count == sketch.count && loaded.min == sketch.min && loaded.max == sketch.max)
      var (a, b) = (sketch, loaded)
      a.merge(sketch)
      b.merge(loaded)
      #expect(a.quantiles(QuantileSketchTests.quantiles) == b.quantiles(QuantileSketchTests.quantiles))
    }
  }

  /// A counter that ran over.
  @Test func carries() throws {
    var sketch = QuantileSketch()
    for _ in 0..<3 { sketch.add(700_000, times: .max) }
    let loaded = try copy(&sketch, into: QuantileSketch())
    #expect(loaded.count == sketch.count && loaded.quantile(0.5) == sketch.quantile(0.5))
  }

  @Test func watermarks() throws {
    var random = SplitMix64(seed: 4)
    for _ in 0..<50 {
      var (whole, cut) = (Watermark(), Watermark())
      var now = Int64(1_795_413_600_000_000_000)
      for _ in 0..<60 {
        now += Int64(random.below(20)) * EventTime.nanosecondsPerSecond
        let time =
          now + (random.below(6) == 0 ? Int64(random.below(4_000) - 1_000) * EventTime.nanosecondsPerSecond : 0)
        cut = try copy(&cut, into: Watermark())
        let isLate = (whole.observe(time), cut.observe(time))
        #expect(isLate.0 == isLate.1 && whole == cut)
      }
    }
  }

  @Test func names() throws {
    var random = SplitMix64(seed: 5)
    var (whole, cut) = (LabelTable(), LabelTable())
    for step in 0..<3_000 {
      if step % 100 == 0 { cut = try copy(&cut, into: LabelTable()) }
      let name = random.below(50) == 0 ? "" : "/\(random.below(900))"
      let index = whole.intern(name)
      #expect(cut.intern(name) == index && cut.string(index) == name)
    }
    // The same name twice is damage.
    var names = LabelTable()
    _ = names.intern("a")
    _ = names.intern("b")
    let state = try StateRoundTrip.saved(&names)
    #expect(throws: StateError.invalid("list of names")) {
      try StateRoundTrip.load(&names, state.map { $0 == UInt8(ascii: "b") ? UInt8(ascii: "a") : $0 })
    }
  }

  /// Exact, estimated, and with ids that were chosen to collide.
  @Test(arguments: [1_000, 40_000], [false, true])
  func distinctIDs(limit: Int, isChosen: Bool) throws {
    var random = SplitMix64(seed: UInt64(limit))
    var whole = DistinctIDs(limit: limit)
    var cut = DistinctIDs(limit: limit)
    for step in 0..<30_000 {
      if step % 7_001 == 0 {
        let state = try StateRoundTrip.saved(&cut)
        cut = DistinctIDs(limit: limit)
        try StateRoundTrip.load(&cut, state)
        let again = try StateRoundTrip.saved(&cut)
        #expect(again == state)
      }
      var id = SplitMix64(seed: UInt64(random.below(20_000)))
      let (a, b) = (isChosen ? id.next() >> 12 : id.next(), id.next())
      let known = (whole.insert(a, b), cut.insert(a, b))
      #expect(known.0 == known.1)
    }
    let counts = [whole.count, cut.count]
    let areEstimates = [whole.isEstimate, cut.isEstimate]
    #expect(counts[0] == counts[1] && areEstimates[0] == areEstimates[1])
    var other = DistinctIDs(limit: limit + 1)
    let state = try StateRoundTrip.saved(&cut)
    #expect(throws: StateError.mismatch("limit of distinct ids")) { try StateRoundTrip.load(&other, state) }
  }

  @Test func statistics() throws {
    var random = SplitMix64(seed: 6)
    var stats = RequestStats()
    for step in 0..<20_000 {
      if step % 6_001 == 0 { stats = try copy(&stats, into: RequestStats()) }
      stats.add(
        RequestEvent(
          time: 0, duration: Int64(random.below(1_000_000)) - 9, route: 0, group: Int32(random.below(30)) - 2,
          status: [0, 200, 404, 500][random.below(4)], level: .info, watermark: 0))
      if random.below(9) == 0 { stats.addUnfinished(group: Int32(random.below(40)) - 2) }
    }
    var whole = RequestStats()
    random = SplitMix64(seed: 6)
    for _ in 0..<20_000 {
      whole.add(
        RequestEvent(
          time: 0, duration: Int64(random.below(1_000_000)) - 9, route: 0, group: Int32(random.below(30)) - 2,
          status: [0, 200, 404, 500][random.below(4)], level: .info, watermark: 0))
      if random.below(9) == 0 { whole.addUnfinished(group: Int32(random.below(40)) - 2) }
    }
    var names = GroupNames()
    var labels = LabelTable()
    for index in 0..<40 { _ = labels.intern("/\(index)") }
    for index in 0..<40 { _ = names.index(of: labels, index) }
    let rows = [whole.summaries(names: names, span: 1, unmatched: { _ in false })]
    #expect(rows == [stats.summaries(names: names, span: 1, unmatched: { _ in false })] && rows[0].count > 30)
  }

  /// Ids of every length that come back, under good and weak hashes, with predicates: cut before every block.
  @Test func grouping() throws {
    for seed in UInt64(1)...3 {
      let log = TraceGrouperTests.log(seed)
      for (mask, size) in [(UInt64.max, 700), (0, 1_500), (3, 300)] {
        let whole = try TraceGrouperTests.traces(log, hashMask: mask, blockSize: size)
        #expect(try TraceGrouperTests.traces(log, hashMask: mask, blockSize: size, isCut: true) == whole)
      }
    }
  }

  /// A field that is new to a type is new to its state: who adds one codes it, or says here why not.
  @Test func noFieldIsForgotten() {
    func fields(_ value: Any) -> Int { Mirror(reflecting: value).children.count }
    // Of these every stored field is coded.
    #expect(fields(LedgerCounts()) == 21)
    #expect(fields(LedgerNote.empty) == 4)
    #expect(fields(SourceLedger.empty) == 9)
    #expect(fields(Ledger()) == 10)
    #expect(fields(TraceSummary.empty) == 15)
    #expect(fields(GroupSummary(name: "")) == 13)
    #expect(fields(WindowSummary.empty) == 4)
    #expect(fields(GroupStats()) == 6)
    #expect(fields(RequestStats()) == 6)
    #expect(fields(QuantileSketch()) == 7)
    #expect(fields(Watermark()) == 4)
    #expect(fields(Continuation()) == 3)
    #expect(fields(UnfinishedRequest.empty) == 3)
    // All but whether it is live.
    #expect(fields(OpenTrace()) == 27)
    #expect(fields(Exchange.empty) == 11)
    #expect(fields(Exchange.Told()) == 2)
    // The place of a source is found anew, and whether it is wanted.
    #expect(fields(TellingSources.Source(stream: 0, kind: 0, logger: -1)) == 15)
    #expect(fields(TellingSources.Kind(name: "", layout: "")) == 9)
    #expect(fields(RequestEvent.empty) == 14)
    // Names: text and ends; places, hashes and their seed are found anew.
    #expect(fields(LabelTable()) == 6)
    // Queue: ring, head and count; when the first is due is known from it.
    #expect(fields(CloseQueue()) == 4)
  }

  @Test func ledgers() throws {
    var random = SplitMix64(seed: 7)
    for _ in 0..<100 {
      var source = SourceLedger(path: "a\(random.below(9))", stream: "s", compression: "gzip")
      source.bytesRead = Int64(random.below(1 << 40))
      source.counts.lines = Int64(random.below(99))
      source.counts.ambiguousRecords = Int64(random.below(99))
      source.counts.noteStepBack(Int64(random.below(99)))
      source.firstTime = Int64(bitPattern: random.next())
      source.layouts = [
        LayoutUse(name: "x", records: 3, firstLine: 1), LayoutUse(name: "y", records: 2, firstLine: 7),
      ]
      source.notes = [LedgerNote(.possibleLoss, "gap", bytes: Int64(random.below(5)) - 1, span: 7)]
      var ledger = Ledger()
      ledger.sources = [source, .empty]
      ledger.totals.add(source.counts)
      ledger.distinctIDs = Int64(random.below(99))
      ledger.isGrouped = random.below(2) == 0
      ledger.uncounted = [
        UncountedTellings(
          source: "x", stream: random.below(2) == 0 ? nil : "s", requests: 4, errors: 2, reason: .notChosen)
      ]
      #expect(try copy(&ledger, into: Ledger()) == ledger)
    }
  }
}
