import TraceCore

/// A log of any bytes, read in one block and in several: the records must be the same.
enum FuzzedLog {
  /// What a record is, as far as the result of a run depends on it.
  private struct Found: Equatable {
    var time: Int64
    var duration: Int64
    var idHash: UInt64
    var lines: UInt32
    var length: UInt32
    var status: UInt16
    var level: Level
    var kind: Record.Kind
  }

  static func check(_ bytes: [UInt8]) {
    var log = bytes
    if log.last != 0x0A { log.append(0x0A) }
    let layouts = LayoutDetector(catalog: .plain, zone: .utc).detect(log.span, referenceTime: 0).layouts
    let whole = read([log[...]], layouts)
    guard
      whole.counts.lines == whole.counts.records + whole.counts.continuationLines + whole.counts.unparsedLines
        + whole.counts.noticeLines
    else { broken("lines: the counts do not add up: \(whole.counts)") }
    guard whole.counts.bytes == Int64(log.count) else { broken("lines: \(whole.counts.bytes) of \(log.count) bytes") }
    // Cut after a line that the bytes themselves choose.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    let newlines = log.indices.filter { log[$0] == 0x0A }
    let head = Array(log[...newlines[Int(hash % UInt64(newlines.count))]])
    let cut = JoinedLines.lastStart(head.span, head.count)
    let parts = [log[..<cut], log[cut...]].filter { !$0.isEmpty }
    let pieces = read(parts, layouts)
    guard pieces.found == whole.found else { broken("lines: other records where a block ends at byte \(cut)") }
  }

  /// The records of a log in blocks, its loose lines counted by the machine that a merge uses.
  private static func read(
    _ parts: [ArraySlice<UInt8>], _ layouts: LayoutSet
  ) -> (found: [Found], counts: LedgerCounts) {
    var parser = BlockParser(plan: ParsePlan(catalog: .plain), layouts: layouts, zone: .utc, referenceTime: 0)
    var found: [Found] = []
    var counts = LedgerCounts()
    var continuation = Continuation()
    for part in parts {
      let block = Block(capacity: part.count)
      let bytes = Array(part)
      block.append(copying: bytes.span)
      var batch = RecordBatch()
      parser.run(block, into: &batch)
      for orphan in batch.orphans {
        if continuation.accepts(orphan.shape), !found.isEmpty {
          counts.continuationLines += 1
          found[found.count - 1].lines += 1
          found[found.count - 1].length += orphan.length
        } else {
          counts.count(loose: orphan.shape)
        }
      }
      counts.add(batch.counts)
      found += batch.records.map {
        Found(
          time: $0.time, duration: $0.duration, idHash: $0.idHash, lines: $0.lines, length: $0.length,
          status: $0.status, level: $0.level, kind: $0.kind)
      }
      if !batch.records.isEmpty { continuation = batch.continuation }
    }
    return (found, counts)
  }

  /// One line by itself, twice: the second time means the same.
  static func read(line: [UInt8], _ known: LayoutSet = LayoutSet(catalog: .plain)) {
    var layouts = known
    var fields = LineFields()
    var times = TimestampParser()
    let first = layouts.parse(line.span, from: 0, to: line.count, into: &fields, times: &times)
    let (time, status, level) = (fields.time, fields.status, fields.level)
    let second = layouts.parse(line.span, from: 0, to: line.count, into: &fields, times: &times)
    guard first == second, first == nil || (time == fields.time && status == fields.status && level == fields.level)
    else { broken("a line means something else when it is read again") }
    for wrapper in Wrapper.allCases {
      let unwrapper = Unwrapper([wrapper])
      let output = Block(capacity: 256)
      var origins: ContiguousArray<LineOrigin> = []
      unwrapper.unwrap(line.span, from: 0, to: line.count, into: output, lines: &origins)
      unwrapper.finish(into: output, lines: &origins)
      guard origins.reduce(0, { $0 + $1.length }) == Int64(line.count) || line.isEmpty else {
        broken("\(wrapper.rawValue): the lengths of the lines do not add up")
      }
    }
  }
}
