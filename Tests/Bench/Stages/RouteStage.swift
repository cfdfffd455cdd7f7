internal import TraceCore

/// Names the route of every path that a text log mentions (`method=GET path=/api/spots/324`).
struct RouteStage: Stage {
  private var text: ContiguousArray<UInt8> = []
  private var targets: ContiguousArray<Target> = []
  private var name: ContiguousArray<UInt8> = []

  /// Where a method and the path behind it stand in `text`.
  private struct Target {
    var method: Range<Int>
    var path: Range<Int>
  }

  init(_ log: StageLog) {
    let before = Array("method=".utf8)
    let between = Array("path=".utf8)
    for block in log.blocks {
      let bytes = block.bytes
      let words = Self.words(of: bytes)
      for (method, path) in zip(words, words.dropFirst())
      where Self.starts(bytes, method, before) && Self.starts(bytes, path, between) {
        let shift = text.count
        for at in method.dropFirst(before.count) { text.append(bytes[at]) }
        let middle = text.count
        for at in path.dropFirst(between.count) { text.append(bytes[at]) }
        targets.append(Target(method: shift..<middle, path: middle..<text.count))
      }
    }
  }

  var units: [String: Int] { ["path": targets.count] }

  mutating func pass() -> Int {
    var length = 0
    let text = text
    for target in targets {
      name.removeAll(keepingCapacity: true)
      var route = RouteName()
      route.write(
        method: text.span.extracting(target.method), path: text.span.extracting(target.path), into: &name)
      length += name.count
    }
    return length
  }

  /// What stands between blanks and newlines.
  private static func words(of bytes: Span<UInt8>) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var start = 0
    for at in 0..<bytes.count where bytes[at] <= UInt8(ascii: " ") {
      words.append(start..<at)
      start = at + 1
    }
    return words
  }

  private static func starts(_ bytes: Span<UInt8>, _ word: Range<Int>, _ prefix: [UInt8]) -> Bool {
    guard word.count > prefix.count else { return false }
    for (index, byte) in prefix.enumerated() where bytes[word.lowerBound + index] != byte { return false }
    return true
  }
}
