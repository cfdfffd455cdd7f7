internal import Analysis
internal import TraceCore

/// Keeps the text of records with a traceback until all their lines are there, and passes it on.
///
/// Memory: one record a stream, its text up to `mostText` bytes.
struct StackCollector {
  /// Bytes of a record's text that are looked at.
  static let mostText = 64 << 10

  /// A record with a stack trace: the text in which it stands.
  struct Found {
    var text: [UInt8]
    var time: Int64
    var path: String
    var line: Int
    var id: String?
  }

  /// The last record of a block, which lines of the next one may continue.
  private struct Pending {
    var found: Found
    var isTraceback: Bool
    /// The stack trace is the value of a field of the record: lines that follow are no part of it.
    var isField = false
  }

  private var pending: [Pending?]
  /// Of the generation that was read last, one a stream: a copy that is read with has memory of its own.
  private var layouts: [Int: (generation: Int, set: LayoutSet)] = [:]
  private let keepsIDs: Bool
  private let receive: (Found) -> Void

  /// - Parameter receive: is given each record with a stack trace, whole.
  init(streams: Int, keepsIDs: Bool = false, _ receive: @escaping (Found) -> Void) {
    pending = Array(repeating: nil, count: streams)
    self.keepsIDs = keepsIDs
    self.receive = receive
  }

  mutating func addStream() { pending.append(nil) }

  /// Takes the next record of a stream.
  mutating func take(_ index: Int, of parsed: ParsedBlock, _ record: Record, isWanted: Bool) {
    end(parsed.stream)
    let isLast = index == parsed.batch.records.count - 1
    let isTraceback = record.flags.contains(.traceback)
    guard isTraceback || isLast, isWanted else { return }
    if layouts[parsed.stream]?.generation != parsed.generation, let set = parsed.layoutSet {
      layouts[parsed.stream] = (parsed.generation, set)
    }
    let block = parsed.block
    let bytes = block.bytes
    let start = Int(record.offset)
    var text: [UInt8] = []
    let count = min(Int(record.length), StackCollector.mostText)
    text.reserveCapacity(count)
    for at in start..<start + count { text.append(bytes[at]) }
    // Now, since a run that goes on after this block knows nothing of its layout.
    let field = exception(in: text, parsed.stream)
    let found = Found(
      text: field ?? text, time: record.time, path: parsed.path, line: parsed.lineNumber(Int(record.line)),
      id: keepsIDs && record.idHash != 0 ? parsed.id(of: record) : nil)
    pending[parsed.stream] = Pending(found: found, isTraceback: isTraceback, isField: field != nil)
    if !isLast { end(parsed.stream) }
  }

  /// A continuation line that came in a later block.
  mutating func extend(_ parsed: ParsedBlock, _ orphan: OrphanLine, isTraceback: Bool) {
    guard var record = pending[parsed.stream] else { return }
    record.isTraceback = record.isTraceback || isTraceback
    pending[parsed.stream] = record
    if record.isField { return }
    let block = parsed.block
    let bytes = block.bytes
    let start = Int(orphan.offset)
    let count = min(Int(orphan.length), StackCollector.mostText - record.found.text.count)
    for at in start..<start + max(0, count) { record.found.text.append(bytes[at]) }
    pending[parsed.stream] = record
  }

  mutating func finish() { for stream in pending.indices { end(stream) } }

  private mutating func end(_ stream: Int) {
    guard let record = pending[stream] else { return }
    pending[stream] = nil
    if record.isTraceback { receive(record.found) }
  }

  /// The stack that stands inside the record's first line as the value of a field; nil where there is none.
  private mutating func exception(in text: [UInt8], _ stream: Int) -> [UInt8]? {
    let end = ByteSearch.first(0x0A, in: text.span, from: 0, to: text.count) ?? text.count
    guard let catalog = layouts[stream]?.set.catalog else { return nil }
    var fields = LineFields(wantedCount: catalog.wantedNames.count)
    var times = TimestampParser(placesIn: .utc)
    _ = layouts[stream]?.set.parse(recordIn: text.span, from: 0, to: end, into: &fields, times: &times)
    guard !fields.exception.isMissing else { return nil }
    let slice = fields.exception
    return slice.isInArena ? Array(fields.arena[slice.start..<slice.end]) : Array(text[slice.start..<slice.end])
  }
}

extension StackCollector: StateCodable {
  /// The records that wait for their lines.
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.check(pending.count, "streams")
    for stream in pending.indices {
      try coder.code(
        &pending[stream],
        empty: Pending(found: Found(text: [], time: 0, path: "", line: 0, id: nil), isTraceback: false)
      ) { record, coder throws(StateError) in
        var text = ContiguousArray(record.found.text)
        try coder.code(&text)
        if coder.isLoading { record.found.text = Array(text) }
        try coder.code(time: &record.found.time)
        try coder.code(&record.found.path)
        try coder.code(&record.found.line)
        try coder.code(&record.found.id)
        try coder.code(&record.isTraceback)
        try coder.code(&record.isField)
        guard record.found.line >= 0 else { throw .invalid("line") }
      }
    }
  }
}
