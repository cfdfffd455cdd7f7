/// What was read and what was not: counts that add up, for one source or for all.
package struct LedgerCounts: Sendable, Equatable {
  /// Bytes of log after decompression.
  package var bytes: Int64 = 0
  /// Lines: records' first lines, continuation lines, unparsed lines and notices together.
  package var lines: Int64 = 0
  package var records: Int64 = 0
  package var continuationLines: Int64 = 0
  /// Lines that fit no layout and continue no record; they are in no trace.
  package var unparsedLines: Int64 = 0
  /// Lines that say something about the log and nothing of an event (`#Fields: …`); they are in no trace either.
  package var noticeLines: Int64 = 0
  package var recordsWithoutID: Int64 = 0
  /// Records whose line carries no time; they are in no window.
  package var recordsWithoutTime: Int64 = 0
  /// Records with a traceback.
  package var tracebacks: Int64 = 0
  /// Runs of NUL bytes (a writer without O_APPEND after copytruncate) and the bytes in them.
  package var nulRuns: Int64 = 0
  package var nulBytes: Int64 = 0
  /// Records older than the one before them, and by how much at most (nanoseconds).
  package var stepsBack: Int64 = 0
  package var largestStepBack: Int64 = 0
  /// Records older than the watermark: in the totals, in no window.
  package var lateRecords: Int64 = 0
  /// Jumps ahead of more than 5 minutes that later records did not confirm.
  package var clockJumps: Int64 = 0
  /// Lines over --max-line and their bytes beyond it, which were not looked at.
  package var longLines: Int64 = 0
  package var longLineBytes: Int64 = 0
  package var invalidUTF8Lines: Int64 = 0
  /// Records with a field that stands twice with different values.
  package var ambiguousRecords: Int64 = 0
  /// Lines that hold a second record, or the torn part of one: only the first was read.
  package var damagedLines: Int64 = 0
  /// Records about which an expression says nothing, as PCRE2 gave up one of its patterns on them: neither a match nor none.
  package var undecidedRecords: Int64 = 0

  package init() {}

  /// Nothing was counted.
  package var isEmpty: Bool { self == LedgerCounts() }

  /// Counts a line that is no record and continues none.
  package mutating func count(loose shape: LineShape) {
    if shape == .notice { noticeLines += 1 } else { unparsedLines += 1 }
  }

  /// Notes a record that is older than the one before it, by nanoseconds.
  package mutating func noteStepBack(_ step: Int64) {
    stepsBack += 1
    largestStepBack = max(largestStepBack, step)
  }

  /// Adds the counts of another part of the input.
  package mutating func add(_ other: LedgerCounts) {
    bytes += other.bytes
    lines += other.lines
    records += other.records
    continuationLines += other.continuationLines
    unparsedLines += other.unparsedLines
    noticeLines += other.noticeLines
    recordsWithoutID += other.recordsWithoutID
    recordsWithoutTime += other.recordsWithoutTime
    tracebacks += other.tracebacks
    nulRuns += other.nulRuns
    nulBytes += other.nulBytes
    stepsBack += other.stepsBack
    largestStepBack = max(largestStepBack, other.largestStepBack)
    lateRecords += other.lateRecords
    clockJumps += other.clockJumps
    longLines += other.longLines
    longLineBytes += other.longLineBytes
    invalidUTF8Lines += other.invalidUTF8Lines
    ambiguousRecords += other.ambiguousRecords
    damagedLines += other.damagedLines
    undecidedRecords += other.undecidedRecords
  }
}

/// Something about a source that a reader of the results must know.
package struct LedgerNote: Sendable, Equatable {
  /// What kind of thing, with a name that is stable in JSON.
  package enum Kind: String, Sendable, CaseIterable {
    /// Compressed data ends before its end; what came out before was used.
    case truncated
    /// Bytes after the end of compressed data that are not compressed data.
    case trailingGarbage = "trailing_garbage"
    /// Compressed data is damaged; what came out before was used.
    case damaged
    /// The same content is there under another name and was read once.
    case duplicate
    /// A number is missing in app.log.1, .2, .4.
    case missingGeneration = "missing_generation"
    /// Suffixes and timestamps disagree about the order; the timestamps won.
    case orderByTime = "order_by_time"
    /// A place where the writer may have lost lines (copytruncate).
    case possibleLoss = "possible_loss"
    /// Not read at all: folder, socket, unsupported compression, no permission.
    case skipped
    /// The file shrank or grew while it was read.
    case changed
    /// Bytes that were there are gone unread: a truncation, a deletion. Only while following.
    case lost
    /// Written into a rotated file after reading had gone on to the next one: read after it. Only while following.
    case late
    /// Lines that are neither records nor part of one, in a log whose other lines are.
    case unread
  }
  package var kind: Kind
  /// One sentence: what, where, how much.
  package var text: String
  /// Bytes in question, where known, else -1.
  package var bytes: Int64
  /// Event-time span in nanoseconds in question, where known, else -1.
  package var span: Int64
  /// Whether `--strict` turns it into exit code 3: something is proven missing, not merely possible.
  package var isGap: Bool { kind.isGap }

  package init(_ kind: Kind, _ text: String, bytes: Int64 = -1, span: Int64 = -1) {
    self.kind = kind
    self.text = text
    self.bytes = bytes
    self.span = span
  }
}

extension LedgerNote.Kind {
  /// As `LedgerNote.isGap`.
  package var isGap: Bool {
    switch self {
    case .truncated, .trailingGarbage, .damaged, .missingGeneration, .skipped, .lost, .unread: true
    case .duplicate, .orderByTime, .possibleLoss, .changed, .late: false
    }
  }
}

/// The ledger of one generation (a file, or standard input).
package struct SourceLedger: Sendable, Equatable {
  /// As the user named it or as found.
  package var path: String
  /// Name of its stream: folder and base name.
  package var stream: String
  /// `none`, `gzip`.
  package var compression: String
  /// Bytes read from the file as it stands there (compressed ones if compressed).
  package var bytesRead: Int64 = 0
  package var counts = LedgerCounts()
  package var firstTime = EventTime.none
  package var lastTime = EventTime.none
  /// Layouts in use, in order of first use.
  package var layouts: [LayoutUse] = []
  package var notes: [LedgerNote] = []

  package init(path: String, stream: String, compression: String) {
    self.path = path
    self.stream = stream
    self.compression = compression
  }
}

/// Requests that one source tells and that are not counted.
package struct UncountedTellings: Sendable, Equatable {
  package enum Reason: String, Sendable {
    /// Another layout, in another log, tells requests of the same time more completely, and both have no id in common: which
    /// line tells which request nobody can say.
    case sharesNoIDs = "shares_no_ids"
    /// `--requests-from` names other sources.
    case notChosen = "not_chosen"
  }

  /// Its logger or layout, and its log where there are several.
  package var source: String
  package var stream: String?
  package var requests: Int64
  package var errors: Int64
  package var reason: Reason

  package init(source: String, stream: String?, requests: Int64, errors: Int64, reason: Reason) {
    self.source = source
    self.stream = stream
    self.requests = requests
    self.errors = errors
    self.reason = reason
  }
}

/// What was read and what was not. Every report ends with it.
///
/// Meaning: docs/semantics.md#the-ledger.
package struct Ledger: Sendable, Equatable {
  /// There were lines, and the run was over before the first: a gate whose stages all end before the log begins.
  package var isUnread = false
  /// In reading order, oldest generation first. The only part that differs between files and a pipe.
  package var sources: [SourceLedger] = []
  /// Sum over the sources.
  package var totals = LedgerCounts()
  /// Distinct request ids; exact unless `distinctIDsEstimated`.
  package var distinctIDs: Int64 = 0
  package var distinctIDsEstimated = false
  /// Traces closed because live state reached its cap, not by time.
  package var evictedTraces: Int64 = 0
  /// Whether records were grouped: else ids, late records and jumps of the clock were not counted.
  package var isGrouped = true
  /// Whether all fields of every record were read: else ambiguous ones were not counted.
  package var readsFields = true
  /// Requests whose group was folded into `(other)` because of the cap on groups.
  package var foldedRequests: Int64 = 0
  /// Requests that were told and are not counted, by source.
  package var uncounted: [UncountedTellings] = []

  package init() {}

  /// Whether something is proven missing (`--strict` then exits with 3): a part of the input, or requests that nobody chose to
  /// leave out.
  package var hasGap: Bool {
    totals.damagedLines > 0 || totals.undecidedRecords > 0 || sources.contains { $0.notes.contains(where: \.isGap) }
      || uncounted.contains { $0.reason == .sharesNoIDs }
  }
}
