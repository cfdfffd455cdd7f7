/// Who tells of requests: every logger of every layout of every stream that has an opening or closing record, with what it
/// has told so far; and whether what it tells counts.
///
/// Everything counts, but for two reasons. `--requests-from` names others. Or a stream of another layout tells more complete
/// requests at the same time and both share no ids: a proxy's log beside the application's, of which nobody can say which line
/// tells which request (`isOutdone`). Depends on the sequence of records alone.
///
/// Meaning: docs/semantics.md#what-counts-as-a-request.
package struct TellingSources: Sendable {
  /// Sources that have figures of their own; later ones share one.
  static let most = 4_096
  /// Layouts that are told apart.
  static let mostKinds = 64
  /// Openings that are looked at, of a source none of whose openings was ever ended.
  static let mostVainOpenings = 64

  /// A logger, layout and stream.
  package struct Source: Sendable, Equatable {
    package var stream: Int32
    /// Number of the layout.
    package var kind: Int32
    /// Number of the logger's name, or -1.
    package var logger: Int32
    package var isWanted = true
    /// Closing records, and ends without a path that have ended what was open.
    package var closings: Int64 = 0
    package var completions: Int64 = 0
    package var openings: Int64 = 0
    package var openingsEnded: Int64 = 0
    /// It tells without ids, and with.
    var isBare = false
    var isIdentified = false
    /// Requests counted from its records; records that tell a request which another one already counts.
    package var requests: Int64 = 0
    package var hops: Int64 = 0
    /// Requests that are not counted, and those that failed.
    package var uncounted: Int64 = 0
    package var uncountedErrors: Int64 = 0
    /// Where its layout stands among those of its stream; -1 before it has told anything.
    var place: Int32 = -1

    /// Counts a telling. Whether it told in this way (with or without an id) before.
    @inline(__always)
    mutating func note(_ telling: Telling) -> Bool {
      if telling.isCompletion { completions &+= 1 } else { closings &+= 1 }
      return place >= 0 && (telling.hasID ? isIdentified : isBare)
    }
  }

  /// A layout, over all streams that have it.
  struct Kind: Sendable {
    /// With what was taken off its lines: the same layout in two wrappings is two.
    var name: String
    var layout: String
    var tellings: Int64 = 0
    var withMethod: Int64 = 0
    var withDuration: Int64 = 0
    var withID: Int64 = 0
    var openings: Int64 = 0
    var first = EventTime.none
    var last = EventTime.none

    @inline(__always)
    mutating func note(_ telling: Telling) {
      tellings &+= 1
      if telling.method != 0 || telling.isCompletion { withMethod &+= 1 }
      if telling.request.duration >= 0 { withDuration &+= 1 }
      if telling.hasID { withID &+= 1 }
      guard telling.end != EventTime.none else { return }
      if first == EventTime.none || telling.end < first { first = telling.end }
      if telling.end > last { last = telling.end }
    }

    /// Method, duration and id on most; then openings, which make unfinished requests visible.
    var completeness: Int {
      func most(_ count: Int64, _ worth: Int) -> Int { count * 2 >= tellings ? worth : 0 }
      return most(withMethod, 8) + most(withDuration, 4) + most(withID, 2) + (openings > 0 ? 1 : 0)
    }
  }

  /// A layout in one stream: numbers of tellings.
  struct Place: Sendable {
    var stream: Int32
    var kind: Int32
    var last: UInt64 = 0
    /// The first that was no hop and had none.
    var firstAlone = UInt64.max
  }

  /// `--requests-from`: names of loggers, layouts, streams; empty: everything, `all` without looking at layouts.
  let wanted: [String]
  package internal(set) var streamNames: [String]
  var kinds: [Kind] = []
  var loggers = LabelTable()
  package internal(set) var sources: ContiguousArray<Source> = []
  var lookup: [UInt64: Int32] = [:]
  /// Sources without ids of each stream; streams with any that has ids.
  var bare: ContiguousArray<ContiguousArray<Int32>> = []
  var isIdentified: ContiguousArray<Bool> = []
  var places: ContiguousArray<Place> = []
  /// Streams tell in different layouts.
  var placesDiffer = false
  let wantsAll: Bool
  /// Of each stream the layouts that tell (bit = kind).
  var streamKinds: ContiguousArray<UInt64> = []
  /// Of each kind the kinds that share ids with it (bit = kind).
  var linked: ContiguousArray<UInt64> = []
  /// Whether some source has told how a request ended.
  var hasEnds = false
  /// Changes whenever sources may count that did not.
  var links: UInt64 = 0

  package init(wanted: [String] = [], streamNames: [String] = []) {
    self.wanted = wanted
    wantsAll = wanted.isEmpty
    self.streamNames = []
    for name in streamNames { addStream(name) }
  }

  package mutating func addStream(_ name: String) {
    streamNames.append(name)
    streamKinds.append(0)
    bare.append([])
    isIdentified.append(false)
  }

  /// Where the records of a block come from.
  package struct Origin: Sendable, Equatable {
    package var stream: Int32
    /// Of each layout of the block's its number here.
    var kinds: ContiguousArray<Int32>
  }

  /// - Parameter wrapping: what was taken off the lines; empty for nothing.
  package mutating func origin(stream: Int, layouts: [String], wrapping: String) -> Origin {
    var numbers = ContiguousArray<Int32>()
    for layout in layouts { numbers.append(kind(layout, wrapping)) }
    return Origin(stream: Int32(truncatingIfNeeded: stream), kinds: numbers)
  }

  mutating func kind(_ layout: String, _ wrapping: String) -> Int32 {
    let name = wrapping.isEmpty ? layout : "\(wrapping) \(layout)"
    if let known = kinds.firstIndex(where: { $0.name == name }) { return Int32(known) }
    guard kinds.count < TellingSources.mostKinds else { return Int32(TellingSources.mostKinds - 1) }
    kinds.append(Kind(name: name, layout: layout))
    linked.append(0)
    return Int32(kinds.count - 1)
  }

  /// The number of a record's source, new or old. Cached in the batch by its logger's label.
  mutating func number(of record: Record, _ origin: Origin, _ batch: inout RecordBatch) -> Int32 {
    if batch.sourceIndex.isEmpty { batch.prepareIndexes() }
    let place = Int(record.logger) + 1
    let cached = batch.sourceIndex[place]
    if cached >= 0, cached >> 32 == Int64(record.layout) { return Int32(truncatingIfNeeded: cached) }
    let number = find(record, origin, batch.labels)
    batch.sourceIndex[place] = Int64(record.layout) << 32 | Int64(number)
    return number
  }

  private mutating func find(_ record: Record, _ origin: Origin, _ labels: borrowing LabelTable) -> Int32 {
    let kind = Int(record.layout) < origin.kinds.count ? origin.kinds[Int(record.layout)] : 0
    var logger: Int32 = -1
    if record.logger >= 0 {
      let at = labels.range(of: Int(record.logger))
      if loggers.count < TellingSources.most {
        logger = Int32(loggers.intern(labels.bytes, at.lowerBound, at.upperBound))
      } else {
        logger = loggers.find(labels.bytes, at.lowerBound, at.upperBound).map(Int32.init) ?? -2
      }
    }
    let key =
      UInt64(UInt32(bitPattern: logger)) << 32 | UInt64(UInt32(bitPattern: origin.stream) & 0x3FF_FFFF) << 6
      | UInt64(UInt32(bitPattern: kind) & 63)
    if let known = lookup[key] { return known }
    guard sources.count < TellingSources.most else { return Int32(TellingSources.most - 1) }
    let number = Int32(sources.count)
    var source = Source(stream: origin.stream, kind: kind, logger: logger)
    source.isWanted = isWanted(source)
    sources.append(source)
    lookup[key] = number
    return number
  }

  /// Whether `--requests-from` lets the source count.
  package func isWanted(_ source: Int32) -> Bool { sources[Int(source)].isWanted }

  func isWanted(_ source: Source) -> Bool {
    guard !wanted.isEmpty, wanted != ["all"] else { return true }
    let stream = streamNames[Int(source.stream)]
    return wanted.contains { name in
      logger(of: source) == name || kinds[Int(source.kind)].layout == name || stream == name
        || stream.hasSuffix("/" + name)
    }
  }

  func logger(of source: Source) -> String? {
    source.logger >= 0 ? loggers.string(Int(source.logger)) : nil
  }

  /// A source in words: its logger, or its layout.
  package func name(_ number: Int32) -> String {
    let source = sources[Int(number)]
    return logger(of: source) ?? kinds[Int(source.kind)].layout
  }

  package func stream(_ number: Int32) -> String { streamNames[Int(sources[Int(number)].stream)] }

  // MARK: What is told

  mutating func noteOpening(_ source: Int32) {
    let index = Int(source)
    sources[index].openings += 1
    kinds[Int(sources[index].kind)].openings += 1
  }

  /// Whether an opening of the source is worth remembering: one of the first, or of a kind that is ended at times.
  func heedsOpening(_ source: Int32) -> Bool {
    let known = sources[Int(source)]
    guard known.isWanted else { return false }
    return known.openingsEnded > 0 || known.closings > 0 || known.openings <= TellingSources.mostVainOpenings
      || !hasEnds
  }

  mutating func noteOpeningEnded(_ source: Int32) {
    if source >= 0 { sources[Int(source)].openingsEnded += 1 }
  }

  /// Whether an opening that nothing ended is an unfinished request: its source tells of ends as well, or its openings are
  /// ended by another, or nothing has told of an end yet.
  func countsUnfinished(_ source: Int32) -> Bool {
    guard source >= 0 else { return true }
    let known = sources[Int(source)]
    return known.isWanted && (known.openingsEnded > 0 || known.closings > 0 || !hasEnds)
  }

  /// A closing record. Returns whether its source is new in how it tells (with ids or without): then those that wait have to
  /// be made known to it.
  mutating func note(_ telling: Telling, isNumber number: UInt64) -> Bool {
    let index = Int(telling.source)
    let (kind, stream) = (Int(sources[index].kind), Int(sources[index].stream))
    hasEnds = true
    let isKnown = sources[index].note(telling)
    kinds[kind].note(telling)
    if sources[index].place >= 0 { places[Int(sources[index].place)].last = number }
    return isKnown ? false : noteNew(telling, number: number, index, kind, stream)
  }

  /// The first telling of a source, or the first with an id, or without.
  private mutating func noteNew(_ telling: Telling, number: UInt64, _ index: Int, _ kind: Int, _ stream: Int) -> Bool {
    let bit = UInt64(1) << UInt64(kind)
    if streamKinds[stream] & bit == 0 {
      streamKinds[stream] |= bit
      places.append(Place(stream: Int32(stream), kind: Int32(kind)))
      placesDiffer = placesDiffer || places.contains { Int($0.stream) != stream && Int($0.kind) != kind }
    }
    places[place(of: index)].last = number
    var isNew = false
    if telling.hasID {
      sources[index].isIdentified = true
      isNew = !isIdentified[stream]
      isIdentified[stream] = true
    } else if !sources[index].isBare {
      sources[index].isBare = true
      if bare[stream].count < 8 {
        bare[stream].append(telling.source)
        isNew = true
      }
    }
    return isNew
  }

  mutating func place(of source: Int) -> Int {
    if sources[source].place < 0 {
      let known = sources[source]
      let place = places.firstIndex { $0.stream == known.stream && $0.kind == known.kind }
      sources[source].place = Int32(place ?? 0)
    }
    return Int(sources[source].place)
  }

  /// A request is counted from a record of the source.
  @inline(__always)
  mutating func countRequest(_ source: Int32) { sources[Int(source)].requests &+= 1 }

  /// An exchange that nobody else told is counted.
  @inline(__always)
  mutating func noteAlone(_ source: Int32, number: UInt64) {
    let place = place(of: Int(source))
    guard places[place].firstAlone == .max else { return }
    places[place].firstAlone = number
    // One layout may turn out to have followed another.
    links &+= 1
  }

  // MARK: Shared ids

  /// Sources of both layouts, in different streams, have told requests with one id.
  mutating func link(_ a: Int32, _ b: Int32) {
    let (x, y) = (Int(a), Int(b))
    guard x != y, linked[x] >> UInt64(y) & 1 == 0 else { return }
    // What shares ids with one of them shares them with both.
    let all = linked[x] | linked[y] | UInt64(1) << UInt64(x) | UInt64(1) << UInt64(y)
    for kind in linked.indices where all >> UInt64(kind) & 1 == 1 { linked[kind] = all }
    links &+= 1
  }
}
