/// One log event as a small value that points into its block.
///
/// Offsets count from the start of the block; labels are numbers in the batch's `LabelTable`. Valid with its batch only.
///
/// Meaning: docs/semantics.md#records.
package struct Record: BitwiseCopyable, Sendable {
  /// What the record is for its request.
  package enum Kind: UInt8, Sendable, BitwiseCopyable {
    case plain
    /// Method and path, no status: a request begins.
    case opening
    /// Path and status: a request ends here, if its source is the one that counts; else a hop.
    case closing
    /// Status and duration without a path, as Fastify and Rails log it: ends the request that its trace has open, if that is
    /// how the source that counts tells the end of requests.
    case completion
    /// An exchange with an absolute URL: a call to somebody else.
    case outbound
  }

  package struct Flags: OptionSet, Sendable, BitwiseCopyable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// A traceback stands in the record.
    package static let traceback = Flags(rawValue: 1 << 0)
    /// A field that stands twice with different values.
    package static let ambiguous = Flags(rawValue: 1 << 1)
    /// A duration without a unit stood there.
    package static let durationWithoutUnit = Flags(rawValue: 1 << 2)
    package static let hasMethod = Flags(rawValue: 1 << 3)
  }

  /// Event time in nanoseconds, or EventTime.none.
  package var time: Int64
  /// Nanoseconds, or -1.
  package var duration: Int64
  /// Hash of the request id; 0 without one. Finds a place, never decides.
  package var idHash: UInt64
  package var id: Slice
  /// Hash of the message, for openings; of the path without its query, for closings; else 0.
  package var textHash: UInt32
  /// First byte of the record in the block and its length in it, last newline included.
  package var offset: UInt32
  package var length: UInt32
  /// Lines before it in the block, and lines of its own in it.
  package var line: UInt32
  package var lines: UInt32
  /// Labels, -1 where there is none. The logger is there for openings and closings only.
  package var route: Int32
  package var group: Int32
  package var logger: Int32
  /// Truth of the predicates of the plan, two bits each (0 no, 1 yes, 2 unknown).
  package var predicates: UInt64
  package var status: UInt16
  package var level: Level
  package var kind: Kind
  package var flags: Flags
  /// Which of the stream's layouts fitted.
  package var layout: UInt8
  /// Code of the method of a closing (`Record.methodCode`), 0 where none is told.
  package var method: UInt8 = 0

  /// A code for a method whatever its case; never 0. The usual ones differ.
  @inline(__always)
  package static func methodCode(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt8 {
    var word: UInt64 = 0
    if start &+ 8 <= bytes.count {
      word = ByteSearch.word(bytes, at: start)
      let length = end &- start
      if length < 8 { word &= 1 << (UInt64(truncatingIfNeeded: length) &* 8) &- 1 }
    } else {
      for i in start..<min(end, start &+ 8) { word |= UInt64(bytes[i]) << (UInt64(i &- start) &* 8) }
    }
    word &= 0xDFDF_DFDF_DFDF_DFDF
    return UInt8(truncatingIfNeeded: word &* 0x9E37_79B9_7F4A_7C15 >> 56) | 1
  }
}

/// A line before the first record of a block: it continues the record of an earlier block, or is unparsed.
package struct OrphanLine: BitwiseCopyable, Sendable {
  package var offset: UInt32
  package var length: UInt32
  package var shape: LineShape
  /// Lines before it in the block.
  package var line: UInt32
}

/// The value of a field on a record that ends a request.
package struct RecordValue: BitwiseCopyable, Sendable {
  /// Place of the record in its batch.
  package var record: Int32
  /// Number of the field in `ParsePlan.valueSlots`.
  package var field: Int32
  /// Its text, in the batch's labels.
  package var label: Int32
}

/// Something rare about the line that begins at a byte of its block: what `LedgerCounts` counts of it.
package struct LineMark: BitwiseCopyable, Sendable {
  package enum Kind: UInt8, BitwiseCopyable, Sendable { case damaged, undecided, long }

  package var offset: UInt32
  package var kind: Kind
  /// Of a long line its bytes over `--max-line`.
  package var bytes: UInt32 = 0
}

/// What the parse of one block gives. Reused: `removeAll` keeps the memory.
package struct RecordBatch: Sendable {
  package var records: ContiguousArray<Record> = []
  /// Lines before the first record, in order; whoever reads the batches in order knows what they continue.
  package var orphans: ContiguousArray<OrphanLine> = []
  package var labels = LabelTable()
  /// Ids and messages that had to be unescaped (`Slice.isInArena`).
  package var arena: ContiguousArray<UInt8> = []
  /// Counts of everything but the orphans.
  package var counts = LedgerCounts()
  /// What `counts` has by single lines that no record shows, for whoever counts a part of the block.
  package var marks: ContiguousArray<LineMark> = []
  /// Where the continuation of the last record stands at the end of the block.
  package var continuation = Continuation()
  /// Lines in the block, orphans included.
  package var lineCount = 0
  /// The first unparsed lines after the block's first record.
  package var unparsedExamples: [OrphanLine] = []
  /// Unparsed lines that are kept as examples.
  package static let mostExamples = 3
  /// Stretches of unparsed lines after the block's first record, from `UnreadStretch.least` lines on; and, however short, the
  /// one that the block ends with.
  package var unread: ContiguousArray<UnreadStretch> = []
  package var openUnread: UnreadStretch?
  /// Lines after the block's first record that say something about the log, by their number in the block.
  package var notices: ContiguousArray<UInt32> = []
  /// Layouts of its records, in order of first use.
  package var layouts: ContiguousArray<BlockLayout> = []
  /// What lines have around them and nobody has taken off: the block has to be unwrapped and parsed again.
  package var wrappers: Set<Wrapper> = []
  /// Fields asked for by name that were seen (bit = slot, of the first 64).
  package var seenWanted: UInt64 = 0
  /// Times of the first and the last record that have one; EventTime.none without.
  package var firstTime = EventTime.none
  package var lastTime = EventTime.none

  /// Values of the fields of `ParsePlan.valueSlots`, in the order of the records.
  package var values: ContiguousArray<RecordValue> = []

  /// Of each record, in order; empty without `ParsePlan.keepsMessages`.
  package var messages: ContiguousArray<RecordMessage> = []

  /// Rules that hold, where there are rules.
  package var ruleHits = RuleHits()

  /// The run's numbers of the labels, filled as they are needed by whoever reads the batch in order.
  package var routeIndex: ContiguousArray<Int32> = []
  package var groupIndex: ContiguousArray<Int32> = []
  /// Of each logger's label (the first place is for none) the source that it was last, with the layout above it; -1 for none.
  package var sourceIndex: ContiguousArray<Int64> = []
  package static let unmapped = Int32.min

  package init() {}

  /// Makes room for the run's numbers of all labels.
  package mutating func prepareIndexes() {
    for _ in 0..<labels.count {
      routeIndex.append(RecordBatch.unmapped)
      groupIndex.append(RecordBatch.unmapped)
      sourceIndex.append(-1)
    }
    sourceIndex.append(-1)
  }

  /// Forgets everything; keeps the memory.
  package mutating func removeAll() {
    routeIndex.removeAll(keepingCapacity: true)
    groupIndex.removeAll(keepingCapacity: true)
    sourceIndex.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
    orphans.removeAll(keepingCapacity: true)
    labels.removeAll()
    arena.removeAll(keepingCapacity: true)
    counts = LedgerCounts()
    marks.removeAll(keepingCapacity: true)
    continuation = Continuation()
    lineCount = 0
    unparsedExamples.removeAll(keepingCapacity: true)
    unread.removeAll(keepingCapacity: true)
    notices.removeAll(keepingCapacity: true)
    openUnread = nil
    layouts.removeAll(keepingCapacity: true)
    if !wrappers.isEmpty { wrappers.removeAll() }
    seenWanted = 0
    firstTime = EventTime.none
    lastTime = EventTime.none
    values.removeAll(keepingCapacity: true)
    messages.removeAll(keepingCapacity: true)
    ruleHits.removeAll()
  }
}
