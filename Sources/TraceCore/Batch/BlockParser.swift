internal import Patterns

/// Turns a block of whole lines into a `RecordBatch`: split, parse, continuation, route, predicates. Each line once.
///
/// Holds only scratch space and what speeds up the next line (the last timestamp's text); the same block gives the same
/// batch whatever came before, but for an hour that a zone's clocks repeat (`dependsOnTimeBefore`). One per thread.
package struct BlockParser {
  /// Bytes of a request id at most; what is longer is none (it would be kept whole for every open trace).
  package static let longestID = 256
  /// Bytes of a logger's or group's name at most; longer ones are cut, as routes are.
  package static let longestName = RouteName.limit

  let plan: ParsePlan
  private let recordPredicates: [FilterExpression]
  let requestAtoms: [FilterExpression]
  /// Whether any of them can give up a search.
  private let searchesPatterns: Bool
  private var layouts: LayoutSet
  var fields: LineFields
  private var times: TimestampParser
  var routeText: ContiguousArray<UInt8> = []
  var routes = RouteCache()
  private var masks = ByteMasks()
  private let scratch: MatchScratch
  /// Where the line begins that was counted last as one that expressions do not decide; -1 for none of the block.
  private var undecidedLine = -1
  var rules: RuleMatcher?
  private let shape = MessageShape()
  /// Loggers that wrappers name.
  private var loggers = OriginLoggers()
  /// Expressions read the route's name.
  let needsRouteText: Bool
  /// Every record has to be looked at, whatever its line says.
  private let isTelling: Bool

  package init(plan: ParsePlan, layouts: LayoutSet, zone: TimeZoneRules, referenceTime: Int64) {
    self.plan = plan
    recordPredicates = plan.recordPredicates.map { $0.unshared() }
    requestAtoms = plan.requestAtoms.map { $0.unshared() }
    self.layouts = layouts
    fields = LineFields(wantedCount: plan.catalog.wantedNames.count)
    fields.isOutline = plan.isOutline
    fields.instance = layouts.instance
    times = TimestampParser(zone: zone, referenceTime: referenceTime)
    scratch = MatchScratch()
    rules = plan.rules.map {
      RuleMatcher($0, catalog: plan.catalog, layouts: layouts, zone: zone, referenceTime: referenceTime)
    }
    searchesPatterns = (plan.recordPredicates + plan.requestAtoms).contains(where: \.usesPatterns)
    needsRouteText = (plan.recordPredicates + plan.requestAtoms).contains(where: \.needsRoute)
    isTelling = !plan.recordPredicates.isEmpty || !plan.catalog.wantedNames.isEmpty
    routeText.reserveCapacity(512)
  }

  /// The last time without a zone that the block said; none without one.
  package var previousTime: Int64 { times.previousTime }
  /// A time fell into an hour that the zone's clocks repeat: then the time before the block decides, and the block has to be
  /// parsed again when that is known.
  package var dependsOnTimeBefore: Bool { times.sawRepeatedHour }

  /// Parses `block`, which ends with a newline or at the end of the input, into `batch`, which is empty.
  ///
  /// - Parameters:
  ///   - origins: of a block that an `Unwrapper` made, one entry a line: what a line does not say, its wrapper may.
  ///   - names: what the loggers of `origins` count in.
  ///   - timeBefore: the last time without a zone before the block, where that is known.
  package mutating func run(
    _ block: Block, origins: ContiguousArray<LineOrigin>? = nil, names: ContiguousArray<UInt8> = [],
    timeBefore: Int64 = EventTime.none, into batch: inout RecordBatch
  ) {
    times.goOn(after: timeBefore)
    undecidedLine = -1
    // Held by nobody else while they are filled.
    var masks = ByteMasks()
    var records = ContiguousArray<Record>()
    swap(&masks, &self.masks)
    swap(&records, &batch.records)
    swap(&fields.arena, &batch.arena)
    routes.beginBatch()
    loggers.begin(names)
    let bytes = block.bytes
    rules?.begin(bytes)
    masks.fill(from: bytes)
    masks.findNewlines()
    if !plan.isOutline { masks.markTelling(in: bytes, fields.endings.entries) }
    records.append(addingCapacity: masks.newlines + 1) { output in
      readLines(bytes, masks.span, masks.newlinePlaces, origins, into: &output, &batch)
    }
    swap(&masks, &self.masks)
    swap(&records, &batch.records)
    swap(&fields.arena, &batch.arena)
  }

  private mutating func readLines(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ newlines: Span<UInt32>,
    _ origins: ContiguousArray<LineOrigin>?, into records: inout OutputSpan<Record>, _ batch: inout RecordBatch
  ) {
    let end = bytes.count
    var at = 0
    var line = 0
    // Lines that have ended so far.
    var ended = 0
    var continuation = Continuation()
    var uses = LayoutUses()
    var unread = UnreadRun()
    let generic = layouts.index(of: .generic)
    // Lines before `runLine`, up to `run`, stand in the file as they do here, one after another: they may be read together.
    var (run, runLine) = origins == nil ? (end, Int.max) : (0, 0)
    fields.readsOn = true
    // The next byte that is not ASCII.
    var high = masks.first(from: 0, to: end) { $0.high }
    while at < end {
      let newline = ended < newlines.count ? Int(newlines[ended]) : end
      ended &+= 1
      CurrentPlace.at(at)
      var next = min(newline &+ 1, end)
      var start = at
      var stop = newline
      if stop > start && bytes[stop &- 1] == 0x0D { stop &-= 1 }
      if stop > start && bytes[start] == 0 { start = skipNULs(bytes, start, stop, &batch) }
      if stop &- start > plan.maxLine {
        noteLong(at, by: stop - start - plan.maxLine, &batch)
        stop = start + plan.maxLine
      }
      if high < stop {
        if !UTF8Text.isValid(bytes, from: max(start, high), to: stop) { batch.counts.invalidUTF8Lines += 1 }
        high = masks.first(from: next, to: end) { $0.high }
      }
      var shape = LineShape.other
      if let origins {
        if line >= runLine { (run, runLine) = BlockParser.run(of: origins, line, newlines, ended, from: at, end) }
        fields.readsOn = line < runLine
      }
      let isPlain = line < runLine
      let view = isPlain ? bytes.extracting(0..<run) : bytes
      var found = layouts.parse(view, masks, from: start, to: stop, into: &fields, times: &times)
      var lines = 1
      // Where lines are read together: the end of the last one.
      var joined = -1
      if found == nil, stop > start, bytes[start] == 0x7B, isPlain {
        joined = layouts.readObject(view, masks, start, stop, newline, &fields, &times)
        if joined >= 0 { found = layouts.index(of: .json) }
      }
      if found == nil {
        shape = LineShape(of: bytes, from: start, to: stop)
        if let origins { found = readWrapped(bytes, masks, start, stop, origins[line], &shape) }
      }
      if fields.hasMarks { noteMarks(at, &batch, isWrapped: origins != nil) }
      if found == generic, isPlain, next < run {
        joined = layouts.readSecondLine(view, masks, start, stop, &fields, &times)
      }
      while joined >= next, next < run {
        lines &+= 1
        batch.counts.continuationLines += 1
        next = ended < newlines.count ? min(Int(newlines[ended]) &+ 1, end) : end
        ended &+= 1
      }
      if joined >= 0 {
        stop = joined
        if high < next { high = masks.first(from: next, to: end) { $0.high } }
      }
      if let layout = found {
        if let origins { takeOrigin(origins[line]) }
        if layout != uses.layout { uses.change(to: layout, records.count, line, &batch.layouts) }
        continuation.begin()
        var idHash: UInt64 = 0
        if fields.requestID.count <= BlockParser.longestID, !fields.requestID.isMissing {
          idHash = BlockParser.idHash(fields.requestID, bytes, fields.arena, seed: plan.idSeed)
        } else {
          batch.counts.recordsWithoutID += 1
        }
        if fields.time == EventTime.none {
          batch.counts.recordsWithoutTime += 1
        } else {
          if fields.time < batch.lastTime {
            batch.counts.noteStepBack(batch.lastTime - fields.time)
          } else if batch.lastTime == EventTime.none {
            batch.firstTime = fields.time
          }
          batch.lastTime = fields.time
        }
        records.append(
          Record(
            time: fields.time, duration: min(fields.duration, EventTime.longestDuration), idHash: idHash,
            id: fields.requestID, textHash: 0,
            offset: UInt32(truncatingIfNeeded: at), length: UInt32(truncatingIfNeeded: next &- at),
            line: UInt32(truncatingIfNeeded: line), lines: UInt32(truncatingIfNeeded: lines), route: -1, group: -1,
            logger: -1, predicates: 0,
            status: UInt16(truncatingIfNeeded: fields.status), level: fields.level, kind: .plain, flags: [],
            layout: UInt8(truncatingIfNeeded: layout)))
        if plan.keepsMessages { keepMessage(bytes, &batch.messages) }
        if isTelling || fields.isTelling { complete(&records, bytes, Slice(start, stop), &batch) }
        if rules != nil { matchRules(&records, bytes, Slice(start, stop), line, next, &batch) }
      } else if start == stop && start > at && newline == end {
        // A run of NULs at the end of a file is no line.
        line -= 1
      } else {
        let orphan = OrphanLine(offset: UInt32(at), length: UInt32(next - at), shape: shape, line: UInt32(line))
        if records.isEmpty {
          rules?.match(
            loose: Slice(start, stop), record: batch.orphans.count, number: line, isUnparsed: false, limit: next, bytes,
            into: &batch.ruleHits)
          batch.orphans.append(orphan)
        } else if continuation.accepts(orphan.shape) {
          extend(&records, by: orphan, &batch.counts)
          if rules != nil { matchRules(continuation: Slice(start, stop), &records, bytes, line, next, &batch) }
        } else {
          rules?.match(
            loose: Slice(start, stop), record: records.count - 1, number: line, isUnparsed: true, limit: next, bytes,
            into: &batch.ruleHits)
          batch.counts.count(loose: orphan.shape)
          if orphan.shape == .notice {
            batch.notices.append(orphan.line)
          } else {
            if batch.unparsedExamples.count < RecordBatch.mostExamples { batch.unparsedExamples.append(orphan) }
            unread.take(orphan, into: &batch.unread)
          }
        }
      }
      at = next
      line &+= lines
    }
    if rules != nil, !records.isEmpty { keepTail(records[records.count - 1], bytes, &batch) }
    uses.end(records.count, &batch.layouts)
    unread.end(lines: line, into: &batch)
    batch.lineCount = line
    batch.counts.bytes += Int64(end)
    batch.counts.lines += Int64(line)
    batch.counts.records += Int64(records.count)
    batch.continuation = continuation
  }

  /// Where the lines from `line` on end that no wrapper was taken off, and before which line that is: the ones that are read
  /// together where nothing is wrapped are so here as well. Each line of a block is looked at once.
  ///
  /// - Parameters:
  ///   - next: index in `newlines` of the end of the line after `line`.
  ///   - start: where the line begins.
  @inline(never)
  static func run(
    of origins: ContiguousArray<LineOrigin>, _ line: Int, _ newlines: Span<UInt32>, _ next: Int, from start: Int,
    _ end: Int
  ) -> (end: Int, line: Int) {
    var (at, line, newline) = (start, line, next - 1)
    while at < end, line < origins.count {
      let stop = newline < newlines.count ? min(Int(newlines[newline]) + 1, end) : end
      let origin = origins[line]
      // The input's last line has no newline of its own.
      let isAsWritten =
        !origin.isFurther
        && (origin.length == Int64(stop - at) || line == origins.count - 1 && origin.length + 1 == Int64(stop - at))
      guard isAsWritten, at == start || origin.line == origins[line - 1].line + 1 else { break }
      (at, line, newline) = (stop, line + 1, newline + 1)
    }
    return (at, line)
  }

  /// Notes the message of the line that was read last: its first line, where it has several.
  @inline(never)
  private func keepMessage(_ bytes: Span<UInt8>, _ messages: inout ContiguousArray<RecordMessage>) {
    let text = fields.message
    guard !text.isMissing else {
      messages.append(.missing)
      return
    }
    if text.isInArena {
      let end = ByteSearch.first(0x0A, in: fields.arena.span, from: text.start, to: text.end) ?? text.end
      messages.append(
        RecordMessage(text: .inArena(text.start, end), shape: shape.hash(fields.arena.span, from: text.start, to: end)))
    } else {
      messages.append(RecordMessage(text: text, shape: shape.hash(bytes, from: text.start, to: text.end)))
    }
  }

  /// What the wrapper knows and the line does not say.
  private mutating func takeOrigin(_ origin: LineOrigin) {
    if fields.time == EventTime.none { fields.time = origin.time }
    if fields.level == .none { fields.level = origin.level }
    if fields.logger.isMissing && !origin.logger.isMissing {
      fields.logger = loggers.slice(origin.logger, into: &fields.arena)
    }
  }

  /// Reads a line that fits no layout and to which its wrapper gives a time: a record, unless it clearly goes on with one.
  ///
  /// - Parameter shape: the line's; as what it continues a record, if it does.
  /// - Returns: the layout.
  private mutating func readWrapped(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ origin: LineOrigin,
    _ shape: inout LineShape
  ) -> Int? {
    guard origin.time != EventTime.none else { return nil }
    if origin.isFurther {
      if !shape.isAlwaysPart { shape = .context }
      return nil
    }
    guard shape.standsAlone(bytes, from: start, to: end) else { return nil }
    let index = layouts.index(of: .wrapped)
    return layouts.read(index, bytes, masks, start, end, &fields, &times) ? index : nil
  }

  private func extend(_ records: inout OutputSpan<Record>, by line: OrphanLine, _ counts: inout LedgerCounts) {
    let last = records.count - 1
    records[last].length += line.length
    records[last].lines += 1
    counts.continuationLines += 1
    if line.shape.isTraceback && !records[last].flags.contains(.traceback) {
      records[last].flags.insert(.traceback)
      counts.tracebacks += 1
    }
  }

  /// Completes the last record: what most lines have nothing to say about.
  private mutating func complete(
    _ records: inout OutputSpan<Record>, _ bytes: Span<UInt8>, _ text: Slice, _ batch: inout RecordBatch
  ) {
    let last = records.count - 1
    if fields.hasException {
      records[last].flags.insert(.traceback)
      batch.counts.tracebacks += 1
    }
    if fields.ambiguous != 0 {
      records[last].flags.insert(.ambiguous)
      batch.counts.ambiguousRecords += 1
    }
    if fields.durationWithoutUnit { records[last].flags.insert(.durationWithoutUnit) }
    for slot in fields.wanted.indices where fields.wanted[slot].kind != .missing && slot < 64 {
      batch.seenWanted |= 1 << UInt64(slot)
    }
    if !plan.recordPredicates.isEmpty { routeText.removeAll(keepingCapacity: true) }
    if fields.status > 0 || !fields.path.isMissing {
      exchange(&records[last], bytes, text, &batch)
    }
    if !plan.valueSlots.isEmpty,
      plan.keepsAllValues || records[last].kind == .closing || records[last].kind == .completion
    {
      keepValues(of: last, bytes, &batch)
    }
    if !plan.recordPredicates.isEmpty {
      records[last].predicates |= truths(recordPredicates, bytes, line: text, shift: 0, &batch)
    }
  }

  /// Counts the record whose line begins at `start`, once.
  @inline(never)
  private mutating func noteUndecided(_ start: Int, _ batch: inout RecordBatch) {
    guard undecidedLine != start else { return }
    undecidedLine = start
    batch.counts.undecidedRecords += 1
    batch.marks.append(LineMark(offset: UInt32(truncatingIfNeeded: start), kind: .undecided))
  }

  mutating func truths(
    _ expressions: [FilterExpression], _ bytes: Span<UInt8>, line: Slice, shift: UInt64, _ batch: inout RecordBatch
  ) -> UInt64 {
    let givenUp = searchesPatterns ? scratch.givenUp : 0
    defer { if searchesPatterns, scratch.givenUp != givenUp { noteUndecided(line.start, &batch) } }
    var bits: UInt64 = 0
    for index in expressions.indices {
      let truth = expressions[index].evaluate(
        fields, line: line, route: routeText.span, bytes: bytes, scratch: scratch)
      let value: UInt64 =
        switch truth {
        case .no: 0
        case .yes: 1
        case .unknown: 2
        }
      bits |= value << (shift + UInt64(index) * 2)
    }
    return bits
  }

  /// The hash of an id; never 0, which stands for none.
  @inline(__always)
  static func idHash(
    _ id: Slice, _ bytes: Span<UInt8>, _ arena: borrowing ContiguousArray<UInt8>, seed: UInt64
  ) -> UInt64 {
    let hash =
      id.isInArena
      ? ByteSearch.hash(arena.span, from: id.start, to: id.end, seed: seed)
      : ByteSearch.hash(bytes, from: id.start, to: id.end, seed: seed)
    return max(hash, 1)
  }
}
