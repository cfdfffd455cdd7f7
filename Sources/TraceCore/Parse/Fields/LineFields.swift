/// What one line says, as slices of its block: the scratch space that every layout writes and `BlockParser` reads.
///
/// Reused for each line. Fields placed by a layout win over pairs in the message; among keys for one field the best rank
/// wins; a key that repeats with another value makes the field ambiguous.
package struct LineFields: Sendable {
  package var time = EventTime.none
  /// The timestamp names its zone.
  package var timeHasZone = false
  package var level = Level.none
  package var logger = Slice.missing
  package var message = Slice.missing
  package var requestID = Slice.missing
  package var method = Slice.missing
  package var path = Slice.missing
  package var route = Slice.missing
  /// HTTP status 100 ... 999, or 0.
  package var status: Int32 = 0
  /// Nanoseconds, or -1.
  package var duration: Int64 = -1
  /// A duration stood there, but neither its name, value nor layout tells the unit.
  package var durationWithoutUnit = false
  /// A traceback stands in the line itself.
  package var hasException = false
  /// Its text, where it is one: lines with newlines between them.
  package var exception = Slice.missing
  /// Standard fields that stand twice with different values (bit = StandardField.rawValue).
  package var ambiguous: UInt16 = 0
  /// Standard fields seen (bit = StandardField.rawValue).
  package internal(set) var present: UInt16 = 0
  /// Nanoseconds of one unit of a bare `duration` in the layout at hand; 0 where it tells none. Set once by the layout's
  /// owner, not forgotten by `reset`.
  package var bareDurationUnit: Int64 = 0
  /// A key for the request id is there and says that there is none: nothing else that looks like one is taken.
  var saysNoID = false
  /// A number under a key for the level, whose scale only the rest of the line can tell; -1 without one.
  var levelNumber: Int32 = -1
  /// The line holds more than one record, and only the first was read. Forgotten by `reset`.
  var isDamaged = false
  /// The line is one of a container's or a terminal's that nobody has taken off. Forgotten by `reset`.
  var wrapper: Wrapper?
  /// Standard fields that a layout placed.
  var placed: UInt16 = 0
  /// Standard fields that a name of `--map` gave.
  var mapped: UInt16 = 0
  /// Wanted fields that a layout placed (bit = slot, of the first 64).
  private var placedWanted: UInt64 = 0
  var ranks: InlineArray<16, UInt8> = .init(repeating: .max)
  /// Of a line whose layout gives time and id nothing more is asked: pairs in its message need not be read. Not forgotten by
  /// `reset`.
  var isOutline = false
  /// Lines after the one at hand may be looked at: they are whole, and nobody has taken a wrapper off them.
  package var readsOn = true
  /// The instance whose log the line is of; empty where nobody says. Not forgotten by `reset`.
  package var instance: ContiguousArray<UInt8> = []
  /// What keys mean; all lines that one LineFields reads are read with one catalog.
  var keys = KeyMemory()
  var endings = KeyEndings()
  /// Values of the fields asked for by name, in the order of `FieldCatalog.wantedNames`.
  package var wanted: ContiguousArray<FieldValue>
  /// Unescaped values that do not stand in the block as such. Cleared by the owner, once a batch.
  package var arena: ContiguousArray<UInt8> = []

  /// - Parameter wantedCount: number of `FieldCatalog.wantedNames`.
  package init(wantedCount: Int = 0) {
    wanted = ContiguousArray(repeating: .missing, count: wantedCount)
  }

  /// Forgets the previous line (not the arena).
  @inline(__always)
  package mutating func reset() {
    time = EventTime.none
    timeHasZone = false
    level = .none
    logger = .missing
    message = .missing
    requestID = .missing
    method = .missing
    path = .missing
    route = .missing
    status = 0
    duration = -1
    durationWithoutUnit = false
    hasException = false
    exception = .missing
    ambiguous = 0
    present = 0
    placed = 0
    mapped = 0
    placedWanted = 0
    isDamaged = false
    saysNoID = false
    levelNumber = -1
    wrapper = nil
    for i in wanted.indices { wanted[i] = .missing }
  }

  /// What becomes of a value for a standard field.
  package enum Admission: UInt8, Sendable, BitwiseCopyable {
    /// It is the field's value from now on.
    case taken
    /// A better one is there.
    case refused
    /// One of the same standing is there: the first stays, and if the two differ the field is ambiguous.
    case repeated
  }

  /// What was known of a field before a name of `--map` may give it.
  struct Known {
    var present, placed, ambiguous: UInt16
  }

  /// Notes fields that the layout will have placed when the line fits (bit = StandardField.rawValue). The first thing done
  /// with a line.
  @inline(__always)
  mutating func place(_ fields: UInt16) {
    present = fields
    placed = fields
  }

  /// Places a logger or an id that nothing else of the layout gives.
  @inline(__always)
  mutating func place(_ field: StandardField, _ slice: Slice) {
    let bit = UInt16(1) << UInt16(field.rawValue)
    present |= bit
    placed |= bit
    if field == .logger { logger = slice } else { requestID = slice }
  }

  /// Takes a value for a field asked for by name: the layout's before pairs', the first before later ones, and a later one
  /// that differs makes the field ambiguous.
  @inline(__always)
  mutating func takeWanted(_ slot: Int, _ value: FieldValue, in bytes: Span<UInt8>, byLayout: Bool) {
    let bit: UInt64 = slot < 64 ? 1 << UInt64(slot) : 0
    let isPlaced = placedWanted & bit != 0
    if isPlaced && !byLayout { return }
    if wanted[slot].kind == .missing || (byLayout && !isPlaced) {
      wanted[slot] = value
    } else if wanted[slot].kind != value.kind || !isEqual(wanted[slot].slice, value.slice, in: bytes) {
      wanted[slot].kind = .ambiguous
    }
    if byLayout { placedWanted |= bit }
  }

  /// Of a line that was read by itself: its slices count in the block in which it begins at `offset` from now on.
  mutating func move(by offset: Int) {
    logger = logger.moved(by: offset)
    message = message.moved(by: offset)
    requestID = requestID.moved(by: offset)
    method = method.moved(by: offset)
    path = path.moved(by: offset)
    route = route.moved(by: offset)
    exception = exception.moved(by: offset)
    for i in wanted.indices { wanted[i].slice = wanted[i].slice.moved(by: offset) }
  }

  /// Whether two slices, of the block or of the arena, hold the same bytes.
  func isEqual(_ a: Slice, _ b: Slice, in bytes: Span<UInt8>) -> Bool {
    guard a.isMissing == b.isMissing, a.count == b.count else { return false }
    if a.isMissing { return true }
    let count = Int(a.count)
    switch (a.isInArena, b.isInArena) {
    case (false, false): return ByteSearch.equal(bytes, a.start, bytes, b.start, count: count)
    case (false, true): return ByteSearch.equal(bytes, a.start, arena.span, b.start, count: count)
    case (true, false): return ByteSearch.equal(arena.span, a.start, bytes, b.start, count: count)
    case (true, true): return ByteSearch.equal(arena.span, a.start, arena.span, b.start, count: count)
    }
  }
}

extension LineFields {
  /// The line is more than a time, a level, an id and a message to a record.
  @inline(__always)
  var isTelling: Bool {
    status > 0 || !path.isMissing || hasException || ambiguous != 0 || durationWithoutUnit
  }

  /// Something about the line is to be noted beside what it says.
  @inline(__always)
  var hasMarks: Bool { isDamaged || wrapper != nil }

  /// It says enough that another writer's record in the same line would do harm: only such lines are searched for one.
  @inline(__always)
  var mayHoldTwo: Bool { (isTelling || level >= .warning) && time != EventTime.none }

  /// The layout has placed time and id.
  @inline(__always)
  var hasOutline: Bool { time != EventTime.none && !requestID.isMissing }

  /// How many of the fields that matter the line has; for choosing among layouts.
  var fieldsFound: Int {
    var count = 0
    if time != EventTime.none { count += 2 }
    if level != .none { count += 1 }
    if !logger.isMissing { count += 1 }
    if !requestID.isMissing { count += 3 }
    if !path.isMissing { count += 1 }
    if status > 0 { count += 1 }
    if duration >= 0 { count += 1 }
    return count
  }

  /// Whether the line had the field, even if its value could not be used.
  @inline(__always)
  package func saw(_ field: StandardField) -> Bool { present & (1 << UInt16(field.rawValue)) != 0 }
}
