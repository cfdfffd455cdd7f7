internal import TraceCore

/// Stack traces counted by cause: the type at the root of the chain and where it was raised.
///
/// Neither line numbers nor addresses tell groups apart, so a group outlives a release; the message does only where there is no
/// frame. Bounded: `mostGroups`, the others are counted under `(other)`. What it says depends on the order of what is added
/// only through examples.
package struct StackGroups: Sendable {
  package static let mostGroups = 500
  package static let otherCause = "(other)"
  /// Of an example.
  static let mostLines = 64
  static let mostBytes = 8_192
  private static let mostMessage = 500

  private var places: [String: Int] = [:]
  /// Where texts that read alike went, by `StackOutline`; nil for no trace. A storm of one traceback is read once.
  private var known: [UInt64: Int?] = [:]
  /// Outlines remembered at most.
  private static let mostKnown = 20_000
  private var kept: [StackGroup] = []
  private var other: StackGroup?
  /// Stack traces added.
  package private(set) var count: Int64 = 0

  package init() {}

  /// - Parameters:
  ///   - text: of a whole record: its first line and those that follow; or an `exc` field, unescaped.
  ///   - time: event time, or EventTime.none.
  ///   - path, line: where the record stands.
  /// - Returns: false if there is no stack trace in it.
  @discardableResult
  package mutating func add(_ text: [UInt8], time: Int64, path: String, line: Int) -> Bool {
    let outline = StackOutline.hash(text)
    if let place = known[outline] {
      guard let place else { return false }
      count += 1
      StackGroups.count(time, in: &kept[place])
      return true
    }
    guard let trace = StackTrace(text) else {
      remember(nil, outline)
      return false
    }
    count += 1
    let key = StackGroups.fingerprint(trace)
    if let place = places[key] {
      StackGroups.count(time, in: &kept[place])
      remember(place, outline)
    } else if kept.count < StackGroups.mostGroups {
      let outermost = trace.links.last.flatMap { $0.type == trace.cause.type ? nil : $0.type }
      places[key] = kept.count
      remember(kept.count, outline)
      kept.append(
        StackGroup(
          cause: trace.cause.type, outermost: outermost,
          message: StackGroups.cut(trace.cause.message, StackGroups.mostMessage), frame: trace.frame?.text,
          count: 1,
          first: time, last: time, path: path, line: line, text: StackGroups.example(text)))
    } else if other != nil {
      StackGroups.count(time, in: &other!)
    } else {
      other = StackGroup(
        cause: StackGroups.otherCause, outermost: nil, message: "", frame: nil, count: 1, first: time, last: time,
        path: path,
        line: line, text: StackGroups.example(text))
    }
    return true
  }

  private mutating func remember(_ place: Int?, _ outline: UInt64) {
    if known.count < StackGroups.mostKnown { known[outline] = .some(place) }
  }

  /// Most first, then by first time, then by cause and text; `(other)` last.
  package var groups: [StackGroup] {
    kept.sorted {
      if $0.count != $1.count { return $0.count > $1.count }
      if $0.first != $1.first { return $0.first < $1.first }
      return ($0.cause, $0.text, $0.path, $0.line) < ($1.cause, $1.text, $1.path, $1.line)
    } + (other.map { [$0] } ?? [])
  }

  private static func count(_ time: Int64, in group: inout StackGroup) {
    group.count += 1
    guard time != EventTime.none else { return }
    group.first = group.first == EventTime.none ? time : min(group.first, time)
    group.last = group.last == EventTime.none ? time : max(group.last, time)
  }

  // MARK: Fingerprints

  /// The same for traces of the same cause.
  static func fingerprint(_ trace: StackTrace) -> String {
    let cause = trace.cause
    guard let frame = trace.frame else { return "\(cause.type)\u{0}\u{0}\(template(cause.message))" }
    return "\(cause.type)\u{0}\(template(frame.function ?? ""))\u{0}\(template(frame.file ?? ""))"
  }

  /// Without numbers and addresses: `lambda$3` is `lambda$4`, and `<Task 0x7f12>` is `<Task 0x8a34>`.
  static func template(_ text: String) -> String {
    var out: [UInt8] = []
    var rest = Array(text.utf8.prefix(mostMessage))[...]
    func isWord(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 }
    while let byte = rest.first {
      guard isWord(byte) else {
        out.append(byte)
        rest = rest.dropFirst()
        continue
      }
      let word = rest.prefix(while: isWord)
      rest = rest.dropFirst(word.count)
      let digits = word.count { $0 &- 0x30 < 10 }
      let isHex = word.allSatisfy { $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 6 }
      if (digits > 0 && isHex && word.count >= 8) || word.starts(with: Array("0x".utf8)) {
        out.append(UInt8(ascii: "#"))
      } else {
        var wasDigit = false
        for byte in word {
          let isDigit = byte &- 0x30 < 10
          if !isDigit { out.append(byte) } else if !wasDigit { out.append(UInt8(ascii: "#")) }
          wasDigit = isDigit
        }
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func example(_ text: [UInt8]) -> String {
    var end = 0
    var lines = 0
    while end < min(text.count, mostBytes) {
      if text[end] == 0x0A { lines += 1 }
      if lines == mostLines { break }
      end += 1
    }
    // A character is kept whole or not at all.
    while end < text.count, end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
    return String(decoding: text[..<end], as: UTF8.self)
  }

  private static func cut(_ text: String, _ most: Int) -> String {
    text.utf8.count <= most ? text : String(decoding: Array(text.utf8.prefix(most)), as: UTF8.self)
  }
}
