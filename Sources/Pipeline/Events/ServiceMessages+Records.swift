internal import Analysis
internal import TraceCore

extension ServiceMessages {
  /// The message of a record, where it has one.
  mutating func add(_ index: Int, of parsed: ParsedBlock) {
    let record = parsed.batch.records[index]
    let message = parsed.batch.messages[index]
    if message.text.isMissing { return }
    let id = { record.idHash != 0 ? parsed.id(of: record) : nil }
    let text = message.text.start..<message.text.end
    if message.text.isInArena {
      let arena = parsed.batch.arena
      add(hash: message.shape, arena.span.extracting(text), time: record.time, level: record.level, id: id)
    } else {
      let block = parsed.block
      add(hash: message.shape, block.bytes.extracting(text), time: record.time, level: record.level, id: id)
    }
  }
}
