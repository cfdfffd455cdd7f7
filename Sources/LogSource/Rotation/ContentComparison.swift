internal import TraceCore

/// Whether two generations hold the same bytes once decompressed, or one the beginning of the other. Names, sizes and times
/// of change are not asked.
enum ContentComparison {
  /// What one has in common with another.
  enum Relation: Equatable {
    case different, equal
    /// The first ends where the second goes on.
    case beginning
    /// The second ends where the first goes on.
    case goesBeyond
  }

  /// Cheap answers first (the same file, different heads, whole heads); then both are read side by side until they differ or
  /// one ends: that costs a read of the shorter one from both. Memory: two small blocks. An empty one has nothing in common
  /// with any.
  static func relation(_ a: Generation, to b: Generation) throws(SourceError) -> Relation {
    if let identity = a.identity, identity == b.identity { return .equal }
    let common = min(a.head.count, b.head.count)
    guard common > 0, ByteSearch.equal(a.head.span, 0, b.head.span, 0, count: common) else { return .different }
    if a.headIsWhole, a.head.count < b.head.count { return .beginning }
    if b.headIsWhole, b.head.count < a.head.count { return .goesBeyond }
    if a.headIsWhole, b.headIsWhole { return .equal }
    return try relation(a.open(), to: b.open())
  }

  /// As above, of bytes from their fronts.
  static func relation(_ left: any ByteSource, to right: any ByteSource) throws(SourceError) -> Relation {
    let leftBlock = Block(capacity: 64 * 1024)
    let rightBlock = Block(capacity: 64 * 1024)
    while true {
      leftBlock.removeAll()
      rightBlock.removeAll()
      let leftEnded = try left.fill(leftBlock, to: leftBlock.capacity)
      let rightEnded = try right.fill(rightBlock, to: rightBlock.capacity)
      let count = min(leftBlock.count, rightBlock.count)
      guard ByteSearch.equal(leftBlock.bytes, 0, rightBlock.bytes, 0, count: count) else { return .different }
      if leftBlock.count < rightBlock.count { return .beginning }
      if rightBlock.count < leftBlock.count { return .goesBeyond }
      if leftEnded, rightEnded { return .equal }
      if leftEnded { return .beginning }
      if rightEnded { return .goesBeyond }
    }
  }
}
