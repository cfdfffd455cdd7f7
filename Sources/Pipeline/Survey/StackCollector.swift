internal import Analysis
internal import TraceCore

/// Keeps the text of records with a traceback until all their lines are there, and groups it by cause.
///
/// Memory: one record a stream, its text up to `mostText` bytes, and what `StackGroups` keeps.
struct StackCollector {
  /// Bytes of a record's text that are looked at.
  static let mostText = 64 << 10

  /// The last record of a block, which lines of the next one may continue.
  private struct Pending {
    var text: [UInt8]
    var isTraceback: Bool
    var isWanted: Bool
    var time: Int64
    var path: String
    var line: Int
  }

  private var pending: [Pending?]
  /// Of the generation that was read last, one a stream: a copy that is read with has memory of its own.
  private var layouts: [Int: (generation: Int, set: LayoutSet)] = [:]
  private var stacks = StackGroups()

  init(streams: Int) { pending = Array(repeating: nil, count: streams) }

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
    pending[parsed.stream] = Pending(
      text: text, isTraceback: isTraceback, isWanted: isWanted, time: record.time, path: parsed.path,
      line: parsed.lineNumber(Int(record.line)))
    if !isLast { end(parsed.stream) }
  }

  /// A continuation line that came in a later block.
  mutating func extend(_ parsed: ParsedBlock, _ orphan: OrphanLine, isTraceback: Bool) {
    guard var record = pending[parsed.stream] else { return }
    record.isTraceback = record.isTraceback || isTraceback
    let block = parsed.block
    let bytes = block.bytes
    let start = Int(orphan.offset)
    let count = min(Int(orphan.length), StackCollector.mostText - record.text.count)
    for at in start..<start + max(0, count) { record.text.append(bytes[at]) }
    pending[parsed.stream] = record
  }

  /// Most first.
  var groups: [StackGroup] { stacks.groups }

  mutating func finish() { for stream in pending.indices { end(stream) } }

  private mutating func end(_ stream: Int) {
    guard let record = pending[stream] else { return }
    pending[stream] = nil
    guard record.isTraceback else { return }
    let text = exception(in: record.text, stream) ?? record.text
    stacks.add(text, time: record.time, path: record.path, line: record.line)
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
