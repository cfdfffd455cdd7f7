internal import Patterns

/// What the parse of every line needs to know; the same for all blocks of a run.
package struct ParsePlan: Sendable {
  /// Which value groups requests (`--by`).
  package enum GroupKey: Sendable, Equatable {
    case route
    case standard(StandardField)
    /// The log that a record is of.
    case instance
    /// Slot in `FieldCatalog.wantedNames`.
    case wanted(Int)
  }

  package var catalog: FieldCatalog
  package var groupKey: GroupKey
  /// Evaluated on every record; at most 16.
  package var recordPredicates: [FilterExpression]
  /// Evaluated on closing records; at most 16.
  package var requestAtoms: [FilterExpression]
  /// Slots of fields whose values on closing records are kept.
  package var valueSlots: [Int] = []
  /// Those of all other records, too.
  package var keepsAllValues = false
  /// Rules that records are searched for.
  package var rules: LineRules?
  /// Records for which a rule holds are marked with `ruleHitBit`.
  package var marksHits = false
  /// In `Record.predicates`: the second predicate is yes.
  package static let ruleHitBit: UInt64 = 1 << 2
  /// Time and id are all that is asked of a line: pairs are not read where the layout gives those.
  package var isOutline = false
  /// Where each record's message stands, and its shape, are kept (`RecordBatch.messages`).
  package var keepsMessages = false
  /// Bytes of a line that are looked at (`--max-line`).
  package var maxLine: Int
  /// Seed of the hashes of request ids. All blocks of a run, and of one that goes on from a saved state, have the same.
  package var idSeed = HashSeed.ofProcess

  package init(
    catalog: FieldCatalog, groupKey: GroupKey = .route, recordPredicates: [FilterExpression] = [],
    requestAtoms: [FilterExpression] = [], rules: LineRules? = nil, maxLine: Int = 1 << 20
  ) {
    self.catalog = catalog
    self.groupKey = groupKey
    self.recordPredicates = recordPredicates
    self.requestAtoms = requestAtoms
    self.rules = rules
    self.maxLine = maxLine
  }
}

/// Turns a block of whole lines into a `RecordBatch`: split, parse, continuation, route, predicates. Each line once.
///
/// Holds only scratch space and what speeds up the next line (the last timestamp's text); the same block gives the same
/// batch whatever came before, but for an hour that a zone's clocks repeat (`dependsOnTimeBefore`). One per thread.
package struct BlockParser {
  /// Bytes of a request id at most; what is longer is none (it would be kept whole for every open trace).
  package static let longestID = 256
  /// Bytes of a logger's or group's name at most; longer ones are cut, as routes are.
  package static let longestName = RouteName.limit

  private let plan: ParsePlan
  private let recordPredicates: [FilterExpression]
  private let requestAtoms: [FilterExpression]
  /// Whether any of them can give up a search.
  private let searchesPatterns: Bool
  private var layouts: LayoutSet
  private var fields: LineFields
  private var times: TimestampParser
  private var routeText: ContiguousArray<UInt8> = []
  private var routes = RouteCache()
  private var masks = ByteMasks()
  private let scratch: MatchScratch
  /// Where the line begins that was counted last as one that expressions do not decide; -1 for none of the block.
  private var undecidedLine = -1
  private var rules: RuleMatcher?
  private let shape = MessageShape()
  /// Loggers that wrappers name.
  private var loggers = OriginLoggers()
  /// Expressions read the route's name.
  private let needsRouteText: Bool
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
  private static func run(
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

  /// Notes what is wrong with the line that was read last, which begins at `offset`.
  @inline(never)
  private func noteMarks(_ offset: Int, _ batch: inout RecordBatch, isWrapped: Bool) {
    if fields.isDamaged {
      batch.counts.damagedLines += 1
      batch.marks.append(LineMark(offset: UInt32(truncatingIfNeeded: offset), kind: .damaged))
    }
    if !isWrapped, let wrapper = fields.wrapper { batch.wrappers.insert(wrapper) }
  }

  @inline(never)
  private func noteLong(_ offset: Int, by bytes: Int, _ batch: inout RecordBatch) {
    batch.counts.longLines += 1
    batch.counts.longLineBytes += Int64(bytes)
    batch.marks.append(
      LineMark(offset: UInt32(truncatingIfNeeded: offset), kind: .long, bytes: UInt32(clamping: bytes)))
  }

  /// Counts a run of NUL bytes; returns where the text begins.
  private func skipNULs(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ batch: inout RecordBatch) -> Int {
    var i = start
    while i < end && bytes[i] == 0 { i += 1 }
    batch.counts.nulRuns += 1
    batch.counts.nulBytes += Int64(i - start)
    return i
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

  // MARK: Rules

  /// Applies the rules to the record that was read last.
  @inline(__always)
  private mutating func matchRules(
    _ records: inout OutputSpan<Record>, _ bytes: Span<UInt8>, _ text: Slice, _ line: Int, _ limit: Int,
    _ batch: inout RecordBatch
  ) {
    guard rules?.concerns(fields, to: limit) == true else { return }
    let before = batch.ruleHits.hits.count
    rules?.match(
      fields, record: records.count - 1, line: text, number: line, limit: limit, bytes, into: &batch.ruleHits)
    if plan.marksHits { mark(&records, batch.ruleHits, from: before) }
  }

  private mutating func matchRules(
    continuation text: Slice, _ records: inout OutputSpan<Record>, _ bytes: Span<UInt8>, _ line: Int, _ limit: Int,
    _ batch: inout RecordBatch
  ) {
    guard rules?.concernsContinuation(to: limit) == true else { return }
    let record = records[records.count - 1]
    let head = RuleMatcher.Head(bytes: firstLine(of: record, bytes), time: record.time, level: record.level)
    let before = batch.ruleHits.hits.count
    rules?.match(
      continuation: text, of: records.count - 1, head, number: line, limit: limit, bytes, into: &batch.ruleHits)
    if plan.marksHits { mark(&records, batch.ruleHits, from: before) }
  }

  private func mark(_ records: inout OutputSpan<Record>, _ hits: borrowing RuleHits, from start: Int) {
    guard hits.hits[start...].contains(where: { $0.kind == .match }) else { return }
    records[records.count - 1].predicates |= ParsePlan.ruleHitBit
  }

  /// The record's first line as its layout reads it.
  private func firstLine(of record: Record, _ bytes: Span<UInt8>) -> Slice {
    var start = Int(record.offset)
    let end = start + Int(record.length)
    var stop = ByteSearch.first(0x0A, in: bytes, from: start, to: end) ?? end
    if stop > start && bytes[stop - 1] == 0x0D { stop -= 1 }
    while start < stop && bytes[start] == 0 { start += 1 }
    return Slice(start, min(stop, start + plan.maxLine))
  }

  private func keepTail(_ record: Record, _ bytes: Span<UInt8>, _ batch: inout RecordBatch) {
    let head = firstLine(of: record, bytes)
    for i in head.start..<head.end { batch.ruleHits.tail.append(bytes[i]) }
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

  /// Fills in what only records of an exchange have: kind, route, group, logger.
  private mutating func exchange(
    _ record: inout Record, _ bytes: Span<UInt8>, _ text: Slice, _ batch: inout RecordBatch
  ) {
    // A request line that could not be read (TLS bytes on an HTTP port) is still a request that got its status.
    let isMalformed = fields.path.isMissing && fields.saw(.requestLine)
    guard !fields.path.isMissing || isMalformed || !fields.route.isMissing else {
      if fields.status > 0 && fields.duration >= 0 && record.idHash != 0 { completion(&record, bytes, text, &batch) }
      return
    }
    if !fields.method.isMissing { record.flags.insert(.hasMethod) }
    if BlockParser.isAbsolute(fields.path, bytes, fields.arena) {
      record.kind = .outbound
      return
    }
    if fields.status > 0 {
      record.kind = .closing
    } else if !fields.method.isMissing && fields.duration < 0 && !isMalformed && fields.level < .warning {
      record.kind = .opening
      record.textHash = openingHash(bytes)
    } else {
      return
    }
    record.route = route(bytes, isMalformed: isMalformed, &batch)
    record.group = plan.groupKey == .route ? record.route : group(bytes, &batch)
    record.logger = label(fields.logger, bytes, &batch)
    if record.kind == .closing {
      if !fields.method.isMissing { record.method = BlockParser.methodCode(fields.method, bytes, fields.arena) }
      if !fields.path.isMissing { record.textHash = BlockParser.pathHash(fields.path, bytes, fields.arena) }
    }
    if record.kind == .closing && !plan.requestAtoms.isEmpty {
      record.predicates |= truths(requestAtoms, bytes, line: text, shift: 32, &batch)
    }
  }

  // What another telling of the same exchange would say as well: method, and path without its query.

  private static func methodCode(
    _ method: Slice, _ bytes: Span<UInt8>, _ arena: borrowing ContiguousArray<UInt8>
  ) -> UInt8 {
    method.isInArena
      ? Record.methodCode(arena.span, method.start, method.end) : Record.methodCode(bytes, method.start, method.end)
  }

  private static func pathHash(
    _ path: Slice, _ bytes: Span<UInt8>, _ arena: borrowing ContiguousArray<UInt8>
  ) -> UInt32 {
    path.isInArena ? pathHash(arena.span, path.start, path.end) : pathHash(bytes, path.start, path.end)
  }

  /// Never 0.
  private static func pathHash(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt32 {
    let query = ByteSearch.first(0x3F, in: bytes, from: start, to: end) ?? end
    return max(1, UInt32(truncatingIfNeeded: ByteSearch.hash(bytes, from: start, to: query)))
  }

  private mutating func keepValues(of record: Int, _ bytes: Span<UInt8>, _ batch: inout RecordBatch) {
    for (field, slot) in plan.valueSlots.enumerated() {
      let value = fields.wanted[slot]
      guard value.kind != .missing && value.kind != .null && value.kind != .ambiguous else { continue }
      batch.values.append(
        RecordValue(record: Int32(record), field: Int32(field), label: label(value.slice, bytes, &batch)))
    }
  }

  private mutating func completion(
    _ record: inout Record, _ bytes: Span<UInt8>, _ text: Slice, _ batch: inout RecordBatch
  ) {
    record.kind = .completion
    if plan.groupKey != .route { record.group = group(bytes, &batch) }
    record.logger = label(fields.logger, bytes, &batch)
    if !plan.requestAtoms.isEmpty {
      routeText.removeAll(keepingCapacity: true)
      record.predicates |= truths(requestAtoms, bytes, line: text, shift: 32, &batch)
    }
  }

  /// The label of the route, from the cache where its text is not needed.
  private mutating func route(_ bytes: Span<UInt8>, isMalformed: Bool, _ batch: inout RecordBatch) -> Int32 {
    let isPlain = fields.route.isMissing && !fields.path.isInArena && !fields.method.isInArena && !isMalformed
    guard isPlain, !needsRouteText else {
      nameRoute(bytes)
      return Int32(batch.labels.intern(routeText.span, 0, routeText.count))
    }
    let method =
      fields.method.isMissing ? 0 : ByteSearch.hash(bytes, from: fields.method.start, to: fields.method.end)
    let hash = RouteName.hash(of: bytes, from: fields.path.start, to: fields.path.end, seed: method)
    if let label = routes[hash] { return label }
    nameRoute(bytes)
    let label = Int32(batch.labels.intern(routeText.span, 0, routeText.count))
    routes.remember(hash, label)
    return label
  }

  /// What the opening's message says before its first pair: openings of one kind say the same.
  private mutating func openingHash(_ bytes: Span<UInt8>) -> UInt32 {
    let message = fields.message
    guard !message.isMissing && !message.isInArena else { return 0 }
    let equals = ByteSearch.first(0x3D, in: bytes, from: message.start, to: message.end) ?? message.end
    return UInt32(truncatingIfNeeded: ByteSearch.hash(bytes, from: message.start, to: equals))
  }

  private static func isAbsolute(
    _ path: Slice, _ bytes: Span<UInt8>, _ arena: borrowing ContiguousArray<UInt8>
  ) -> Bool {
    guard !path.isMissing else { return false }
    return path.isInArena
      ? RouteName.isAbsolute(arena.span.extracting(path.start..<path.end))
      : RouteName.isAbsolute(bytes.extracting(path.start..<path.end))
  }

  /// Leaves the route's name in `routeText`.
  private mutating func nameRoute(_ bytes: Span<UInt8>) {
    routeText.removeAll(keepingCapacity: true)
    RouteName.write(of: fields, bytes, into: &routeText)
  }

  private mutating func label(_ slice: Slice, _ bytes: Span<UInt8>, _ batch: inout RecordBatch) -> Int32 {
    guard !slice.isMissing else { return -1 }
    return Int32(
      slice.isInArena
        ? batch.labels.intern(fields.arena.span, slice.start, RouteName.nameEnd(slice, fields.arena.span))
        : batch.labels.intern(bytes, slice.start, RouteName.nameEnd(slice, bytes)))
  }

  /// The label of what `--by` names; -1 where the record does not have it.
  private mutating func group(_ bytes: Span<UInt8>, _ batch: inout RecordBatch) -> Int32 {
    switch plan.groupKey {
    case .route: return -1
    case .instance:
      let name = fields.instance
      return name.isEmpty ? -1 : Int32(batch.labels.intern(name.span, 0, name.count))
    case .wanted(let slot):
      let value = fields.wanted[slot]
      guard value.kind != .missing && value.kind != .null && value.kind != .ambiguous else { return -1 }
      return label(value.slice, bytes, &batch)
    case .standard(let field):
      switch field {
      case .status:
        return fields.status > 0 ? Int32(batch.labels.intern(String(fields.status))) : -1
      case .level:
        return fields.level == .none ? -1 : Int32(batch.labels.intern(fields.level.name))
      case .method: return label(fields.method, bytes, &batch)
      case .logger: return label(fields.logger, bytes, &batch)
      case .path: return label(fields.path, bytes, &batch)
      case .requestID: return label(fields.requestID, bytes, &batch)
      case .message: return label(fields.message, bytes, &batch)
      default: return -1
      }
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

  private mutating func truths(
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
  private static func idHash(
    _ id: Slice, _ bytes: Span<UInt8>, _ arena: borrowing ContiguousArray<UInt8>, seed: UInt64
  ) -> UInt64 {
    let hash =
      id.isInArena
      ? ByteSearch.hash(arena.span, from: id.start, to: id.end, seed: seed)
      : ByteSearch.hash(bytes, from: id.start, to: id.end, seed: seed)
    return max(hash, 1)
  }
}
