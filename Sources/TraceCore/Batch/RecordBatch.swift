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
