internal import TraceCore

/// Whether two generations hold the same bytes once decompressed. Names, sizes and times of change are not asked.
enum ContentComparison {
  /// Cheap answers first (the same file, different heads, sizes of plain files); then both are read side by side until
  /// they differ: equal ones cost a read of both. Memory: two small blocks. A strict prefix is not equal.
  static func areEqual(_ a: Generation, _ b: Generation) throws(SourceError) -> Bool {
    if let identity = a.identity, identity == b.identity { return true }
    let common = min(a.head.count, b.head.count)
    guard ByteSearch.equal(a.head.span, 0, b.head.span, 0, count: common) else { return false }
    if a.headIsWhole, b.headIsWhole { return a.head.count == b.head.count }
    if a.headIsWhole, b.head.count > a.head.count { return false }
    if b.headIsWhole, a.head.count > b.head.count { return false }
    if a.compression == .none, b.compression == .none, a.size != b.size { return false }
    let left = try a.open()
    let right = try b.open()
    let leftBlock = Block(capacity: 64 * 1024)
    let rightBlock = Block(capacity: 64 * 1024)
    while true {
      leftBlock.removeAll()
      rightBlock.removeAll()
      let leftEnded = try left.fill(leftBlock, to: leftBlock.capacity)
      let rightEnded = try right.fill(rightBlock, to: rightBlock.capacity)
      guard leftBlock.count == rightBlock.count,
        ByteSearch.equal(leftBlock.bytes, 0, rightBlock.bytes, 0, count: leftBlock.count)
      else { return false }
      if leftEnded || rightEnded { return leftEnded && rightEnded }
    }
  }
}
