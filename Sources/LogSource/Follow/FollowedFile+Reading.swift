internal import Platform
internal import TraceCore

// Bytes of a followed file, and the last of them.

extension FollowedFile {
  /// Decompressed, after what was read in an earlier run.
  func source() throws(SourceError) -> any ByteSource {
    if let unpacked { return unpacked }
    let source = try held.source(compression, ahead: true)
    let scratch = Block()
    var rest = start
    while rest > 0 {
      scratch.removeAll()
      let count = try source.read(into: scratch, atMost: Int(min(rest, Int64(scratch.capacity))))
      if count == 0 { break }
      rest -= Int64(count)
      if rest < Int64(FileMark.tailLimit) { recent.append(copying: scratch.bytes) }
    }
    unpacked = source
    return source
  }

  func remember(_ bytes: Span<UInt8>) {
    if head.count < FileMark.headLimit, offset <= head.count {
      let from = head.count - Int(offset)
      for i in from..<max(from, min(bytes.count, from + FileMark.headLimit - head.count)) { head.append(bytes[i]) }
    }
    offset += Int64(bytes.count)
    if recent.count >= FollowedFile.recentLimit {
      swap(&recent, &before)
      recent.removeAll()
    }
    recent.append(copying: bytes)
    if bytes.count >= FileMark.tailLimit {
      tail.removeAll(keepingCapacity: true)
    } else {
      tail.removeFirst(max(0, tail.count + bytes.count - FileMark.tailLimit))
    }
    for i in max(0, bytes.count - FileMark.tailLimit)..<bytes.count { tail.append(bytes[i]) }
  }
}
