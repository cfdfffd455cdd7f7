internal import TraceCore

/// Writes JSON (RFC 8259) as it is called, without a tree in memory.
///
/// Calls must nest as the text does: a key before every value inside an object and nowhere else, one value at the top.
/// Anything else is a fault of skein's own and stops the program (a precondition), so that no malformed text leaves it.
/// Numbers are exact: milliseconds are printed from nanoseconds by integer arithmetic, doubles by their shortest form.
/// It does not know what it writes about: reports do.
package struct JSONWriter: Sendable {
  /// Where the text goes. A caller that streams drains it between values.
  package var sink: TextSink
  private let pretty: Bool
  /// The open containers, outermost first.
  private var open: [Container] = []
  private var afterKey = false
  private var isDone = false

  private struct Container: Sendable {
    var isObject: Bool
    var isEmpty = true
  }

  /// - Parameters:
  ///   - pretty: one member a line, indented by two blanks; else no blank at all.
  ///   - sink: what stands before; its text stays.
  package init(pretty: Bool, sink: TextSink = TextSink()) {
    self.pretty = pretty
    self.sink = sink
  }

  /// Writes one whole value and a newline after what `sink` holds.
  package static func write(into sink: inout TextSink, pretty: Bool, _ body: (inout JSONWriter) -> Void) {
    var writer = JSONWriter(pretty: pretty, sink: sink)
    sink = TextSink()
    body(&writer)
    sink = writer.finish()
  }

  /// Ends the text with a newline and gives the sink back. Exactly one value must have been written.
  package mutating func finish() -> TextSink {
    precondition(isDone && open.isEmpty, "a JSON text ended before its value did")
    sink.write(byte: 0x0A)
    let out = sink
    sink = TextSink()
    return out
  }

  // MARK: Structure

  package mutating func beginObject() { begin(isObject: true) }
  package mutating func endObject() { end(isObject: true) }
  package mutating func beginArray() { begin(isObject: false) }
  package mutating func endArray() { end(isObject: false) }

  /// The key of the next value. Keys are skein's own or a field's name; they are escaped like any string.
  package mutating func key(_ name: String) {
    precondition(open.last?.isObject == true && !afterKey, "a JSON key outside an object or after another key")
    separate()
    quoted(name)
    sink.write(byte: 0x3A)
    if pretty { sink.write(byte: 0x20) }
    afterKey = true
  }

  private mutating func begin(isObject: Bool) {
    value()
    sink.write(byte: isObject ? 0x7B : 0x5B)
    open.append(Container(isObject: isObject))
    isDone = false
  }

  private mutating func end(isObject: Bool) {
    guard let last = open.popLast(), last.isObject == isObject, !afterKey else {
      preconditionFailure("a JSON container closed that was not open")
    }
    if !last.isEmpty { newline() }
    sink.write(byte: isObject ? 0x7D : 0x5D)
    isDone = open.isEmpty
  }

  /// Comma and line break before a value or key.
  private mutating func separate() {
    let last = open.count - 1
    if !open[last].isEmpty { sink.write(byte: 0x2C) }
    open[last].isEmpty = false
    newline()
  }

  /// Whatever must stand before a value.
  private mutating func value() {
    if let container = open.last {
      precondition(!container.isObject || afterKey, "a JSON value in an object without its key")
      if !container.isObject { separate() }
    } else {
      precondition(!isDone, "two JSON values in one text")
      isDone = true
    }
    afterKey = false
  }

  private mutating func newline() {
    guard pretty else { return }
    sink.write(byte: 0x0A)
    for _ in open { sink.write("  ") }
  }

  // MARK: Values

  package mutating func null() {
    value()
    sink.write("null")
  }

  package mutating func bool(_ flag: Bool) {
    value()
    sink.write(flag ? "true" : "false")
  }

  package mutating func int(_ number: Int64) {
    value()
    sink.write(String(number))
  }

  /// The shortest decimal that reads back as the same double; whole ones without `.0`; null for what JSON has no number for.
  package mutating func double(_ number: Double) {
    guard number.isFinite else { return null() }
    value()
    let text = number.description
    sink.write(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  /// Exact milliseconds of a number of nanoseconds: `28.9`, at most six decimals.
  package mutating func milliseconds(_ nanoseconds: Int64) {
    value()
    sink.write(Milliseconds.text(nanoseconds))
  }

  package mutating func string(_ text: String) {
    value()
    quoted(text)
  }

  /// A string of bytes from a log; what is not UTF-8 becomes U+FFFD.
  package mutating func string(decoding bytes: some Collection<UInt8>) {
    value()
    if bytes.allSatisfy(JSONWriter.isPlain) {
      sink.write(byte: 0x22)
      sink.write(bytes: bytes)
      sink.write(byte: 0x22)
    } else {
      quoted(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    }
  }

  /// Whether a byte stands in a string as it is, whatever stands around it.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C && byte != 0x3C
  }

  /// Nearly all strings are plain: look first, character by character only then.
  private mutating func quoted(_ text: String) {
    guard text.utf8.allSatisfy(JSONWriter.isPlain) else { return quoted(text.unicodeScalars) }
    sink.write(byte: 0x22)
    sink.write(text)
    sink.write(byte: 0x22)
  }

  /// Quotes, backslashes and C0 must be escaped; DEL, C1, bidi controls and line separators are as well, so that JSON shown
  /// on a terminal or pasted into JavaScript does no harm; `</` is, so that it may stand in a page.
  private mutating func quoted(_ scalars: String.UnicodeScalarView) {
    sink.write(byte: 0x22)
    var previous: Unicode.Scalar = " "
    for scalar in scalars {
      switch scalar {
      case "\"": sink.write("\\\"")
      case "\\": sink.write("\\\\")
      case "\n": sink.write("\\n")
      case "\r": sink.write("\\r")
      case "\t": sink.write("\\t")
      case "/" where previous == "<": sink.write("\\/")
      default:
        if Escape.isControl(scalar) {
          // All controls lie in the basic plane.
          sink.write("\\u" + Escape.hex(scalar.value, width: 4))
        } else if scalar.isASCII {
          sink.write(byte: UInt8(truncatingIfNeeded: scalar.value))
        } else {
          for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { sink.write(byte: unit) }
        }
      }
      previous = scalar
    }
    sink.write(byte: 0x22)
  }
}

/// Key and value in one call; nil is null.
extension JSONWriter {
  package mutating func member(_ name: String, _ text: String?) {
    key(name)
    if let text { string(text) } else { null() }
  }

  package mutating func member(_ name: String, _ number: Int64?) {
    key(name)
    if let number { int(number) } else { null() }
  }

  package mutating func member(_ name: String, _ number: Int) { member(name, Int64(number)) }

  package mutating func member(_ name: String, _ number: Double?) {
    key(name)
    if let number { double(number) } else { null() }
  }

  package mutating func member(_ name: String, _ flag: Bool) {
    key(name)
    bool(flag)
  }

  /// - Parameter milliseconds: in nanoseconds; printed as milliseconds.
  package mutating func member(_ name: String, milliseconds nanoseconds: Int64?) {
    key(name)
    if let nanoseconds { milliseconds(nanoseconds) } else { null() }
  }

  /// - Parameter time: event time; `EventTime.none` is null.
  package mutating func member(_ name: String, time: Int64) {
    key(name)
    if time == EventTime.none { null() } else { string(EventTime.rfc3339(time)) }
  }

  /// An object as member.
  package mutating func object(_ name: String, _ body: (inout JSONWriter) -> Void) {
    key(name)
    beginObject()
    body(&self)
    endObject()
  }

  /// An array as member, one value per call of `body`.
  package mutating func array<S: Sequence>(
    _ name: String, of elements: S, _ body: (inout JSONWriter, S.Element) -> Void
  ) {
    key(name)
    beginArray()
    for element in elements { body(&self, element) }
    endArray()
  }
}

/// Nanoseconds written as decimal milliseconds, exactly.
package enum Milliseconds {
  /// `28.9`, `0.000001`, `-3`: no trailing zeros, at most six decimals, no rounding.
  package static func text(_ nanoseconds: Int64) -> String {
    let magnitude = nanoseconds.magnitude
    let whole = (nanoseconds < 0 ? "-" : "") + String(magnitude / 1_000_000)
    var fraction = magnitude % 1_000_000
    guard fraction > 0 else { return whole }
    var width = 6
    while fraction % 10 == 0 {
      fraction /= 10
      width -= 1
    }
    let digits = String(fraction)
    return whole + "." + String(repeating: "0", count: width - digits.utf8.count) + digits
  }
}
