package import TraceCore

/// Keeps the records of the traces that were asked for, with their text, up to a limit of bytes.
package struct EvidenceCollector {
  /// Which traces.
  package enum Selection {
    /// Ids that begin with these bytes (`show`).
    case prefix([UInt8])
    /// Exactly these ids (`--lines`).
    case ids(LabelTable)
  }

  /// One record as it was read.
  struct RawRecord {
    var record: Record
    var text: [UInt8]
    var stream: Int
    var source: Int
    var line: Int
    /// Number of what it tells of a request; 0 for the beginning of one; nil for nothing.
    var telling: UInt64?
    /// The unit or program that its wrapper names.
    var wrapperLogger: String?
  }

  /// The records of one life.
  struct Life {
    var id: String
    var life: UInt64
    var records: [RawRecord] = []
    /// Records that were not kept because of the limit.
    var omitted = 0
    /// Continuation lines of kept records that were not kept because of it.
    var omittedLines = 0
  }

  private let selection: Selection
  /// Bytes of text kept at most.
  private let limit: Int
  private var kept = 0
  private var indexOfLife: [UInt64: Int] = [:]
  /// In order of first appearance.
  private(set) var lives: [Life] = []
  /// The last record of each stream, if it was kept: life and place.
  private var last: [Int: (life: Int, record: Int)] = [:]
  /// Tellings that were counted.
  private(set) var counted: Set<UInt64> = []

  package init(_ selection: Selection, limit: Int = 8 << 20) {
    self.selection = selection
    self.limit = limit
  }

  /// Takes what was asked for out of `range`.
  package mutating func collect(
    _ parsed: ParsedBlock, _ range: Range<Int>, _ members: ContiguousArray<TraceGrouper.Membership>,
    _ tellings: ContiguousArray<TraceGrouper.TellingNote>
  ) {
    var next = 0
    let block = parsed.block
    let bytes = block.bytes
    let arena = parsed.batch.arena
    last[parsed.stream] = nil
    for index in range {
      let record = parsed.batch.records[index]
      while next < tellings.count, Int(tellings[next].record) < index { next += 1 }
      let telling = next < tellings.count && Int(tellings[next].record) == index ? tellings[next].telling : nil
      guard record.idHash != 0,
        record.id.isInArena ? isWanted(record.id, arena.span) : isWanted(record.id, bytes)
      else { continue }
      let member = members[index - range.lowerBound]
      let place = keep(record, telling, parsed, member.life, arena)
      if index == parsed.batch.records.count - 1 { last[parsed.stream] = place }
    }
  }

  /// Whether records of this life were asked for and seen.
  func holds(_ life: UInt64) -> Bool { indexOfLife[life] != nil }

  /// Notes that a request was counted, and by which of its tellings.
  mutating func noteCounted(_ request: RequestEvent) {
    if request.life != 0, holds(request.life) { counted.insert(request.telling) }
  }

  /// Adds a continuation line that came in a later block.
  package mutating func extend(stream: Int, _ block: Block, _ orphan: OrphanLine) {
    guard let (life, record) = last[stream] else { return }
    guard kept < limit else {
      lives[life].omittedLines += 1
      return
    }
    let start = Int(orphan.offset)
    for i in start..<start + Int(orphan.length) { lives[life].records[record].text.append(block.bytes[i]) }
    lives[life].records[record].record.lines += 1
    kept += Int(orphan.length)
  }

  private func isWanted(_ id: Slice, _ source: Span<UInt8>) -> Bool {
    switch selection {
    case .prefix(let prefix):
      guard prefix.count <= Int(id.count) else { return false }
      for i in prefix.indices where source[id.start + i] != prefix[i] { return false }
      return true
    case .ids(let ids):
      return ids.find(source, id.start, id.end) != nil
    }
  }

  private mutating func keep(
    _ record: Record, _ telling: UInt64?, _ parsed: ParsedBlock, _ life: UInt64, _ arena: ContiguousArray<UInt8>
  ) -> (life: Int, record: Int)? {
    let index: Int
    if let known = indexOfLife[life] {
      index = known
    } else {
      index = lives.count
      indexOfLife[life] = index
      lives.append(Life(id: parsed.id(of: record), life: life))
    }
    guard kept < limit else {
      lives[index].omitted += 1
      return nil
    }
    let block = parsed.block
    let bytes = block.bytes
    let start = Int(record.offset)
    var text: [UInt8] = []
    text.reserveCapacity(Int(record.length))
    for i in start..<start + Int(record.length) { text.append(bytes[i]) }
    kept += text.count
    lives[index].records.append(
      RawRecord(
        record: record, text: text, stream: parsed.stream, source: parsed.source,
        line: parsed.lineNumber(Int(record.line)), telling: telling,
        wrapperLogger: parsed.wrapperLogger(Int(record.line))))
    return (index, lives[index].records.count - 1)
  }
}
