package import TraceCore

/// Names of the instances whose logs are read together: the streams' names, shortened to what differs (`web-1` and `web-2` of
/// `logs/web-1/app.log` and `logs/web-2/app.log`).
///
/// What all names begin and end with is left out, by folders and then by words of the file's name; a bare number keeps the word
/// before it. A stream that comes later is shortened in the same way.
package struct InstanceNames: Sendable, Equatable {
  /// Whole folders, and bytes of what stands between them, that all names begin and end with.
  private var leading: String
  private var trailing: String

  /// - Parameter streams: names of all streams that are known at the beginning.
  package init(streams: [String]) {
    (leading, trailing) = ("", "")
    guard let first = streams.first else { return }
    guard streams.count > 1 else {
      // The file's name alone.
      leading = first.lastIndex(of: "/").map { String(first[...$0]) } ?? ""
      return
    }
    let names = streams.map { Array($0.utf8) }
    var prefix = names.dropFirst().reduce(names[0].count) { InstanceNames.common(names[0], $1, atMost: $0) }
    prefix = InstanceNames.border(names, prefix)
    let reversed = names.map { Array($0[prefix...].reversed()) }
    let shortest = reversed.map(\.count).min() ?? 0
    var suffix = reversed.dropFirst().reduce(shortest) { InstanceNames.common(reversed[0], $1, atMost: $0) }
    while suffix > 0, !InstanceNames.isBorder(reversed, at: suffix) { suffix -= 1 }
    leading = String(decoding: names[0][..<prefix], as: UTF8.self)
    trailing = String(decoding: reversed[0][..<suffix].reversed(), as: UTF8.self)
    // Something must be left of each.
    if Set(streams.map(shortened)).count < streams.count || streams.contains(where: { shortened($0).isEmpty }) {
      (leading, trailing) = ("", "")
    }
  }

  /// The instance of a stream.
  package func name(of stream: String) -> String {
    let short = shortened(stream)
    return short.isEmpty ? stream : short
  }

  private func shortened(_ stream: String) -> String {
    var name = stream[...]
    if name.hasPrefix(leading) { name = name.dropFirst(leading.count) }
    if name.count > trailing.count, name.hasSuffix(trailing) { name = name.dropLast(trailing.count) }
    return String(name)
  }

  private static func common(_ a: [UInt8], _ b: [UInt8], atMost limit: Int) -> Int {
    var count = 0
    while count < min(limit, a.count, b.count), a[count] == b[count] { count += 1 }
    return count
  }

  /// Back to the beginning of a word; where what begins there is a number in one of the names, to that of the word before it.
  private static func border(_ names: [[UInt8]], _ prefix: Int) -> Int {
    var at = prefix
    func back() { while at > 0, isWord(names[0][at - 1]) { at -= 1 } }
    back()
    let isNumber = names.contains { name in at < name.count && name[at] &- 0x30 < 10 }
    guard isNumber, at > 0, names[0][at - 1] != 0x2F else { return at }
    at -= 1
    back()
    return at
  }

  /// Whether a word of every name begins (from behind) after `count` bytes that all have.
  private static func isBorder(_ reversed: [[UInt8]], at count: Int) -> Bool {
    !isWord(reversed[0][count - 1])
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte >= 0x80
  }
}

extension InstanceNames: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&leading)
    try coder.code(&trailing)
  }
}
