internal import TraceCore

// Texts of a block, copied.

extension ParsedBlock {
  /// The request id of one of its records; invalid UTF-8 repaired.
  func id(of record: Record) -> String {
    var bytes: [UInt8] = []
    let arena = batch.arena
    let block = block
    let text = block.bytes
    for i in record.id.start..<record.id.end { bytes.append(record.id.isInArena ? arena[i] : text[i]) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The bytes of one of its records, as far as they are in this block.
  func text(of record: Record) -> [UInt8] {
    let block = text
    let bytes = block.bytes
    var copy: [UInt8] = []
    copy.reserveCapacity(Int(record.length))
    for index in Int(record.offset)..<Int(record.offset) + Int(record.length) { copy.append(bytes[index]) }
    return copy
  }

  /// The unit or program that the wrapper of line `index` names.
  func wrapperLogger(_ index: Int) -> String? {
    guard let origins, index < origins.count, !origins[index].logger.isMissing else { return nil }
    let name = origins[index].logger
    return String(decoding: originNames[name.start..<name.end], as: UTF8.self)
  }
}
