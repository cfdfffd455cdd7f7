/// The entries of a line that holds a batch of them: OpenTelemetry's (OTLP/JSON, as the collector's file exporter writes it)
/// and CloudWatch's (`logEvents`, as a subscription sends it).
///
/// An entry of OpenTelemetry becomes one flat JSON object: its time, severity, ids, body and attributes, and those of its
/// resource and scope, under their own names; so that one layout reads it and one line is one record. An entry of CloudWatch
/// is its message, with the time that CloudWatch gives it. Source: opentelemetry-proto, `logs/v1/logs.proto` and the JSON
/// mapping of the OTLP specification; "Log event" of Amazon's CloudWatch Logs documentation.
struct BatchLine {
  /// One entry on its way out.
  struct Entry {
    var time = EventTime.none
    /// The text is the inside of a JSON string, escapes included.
    var isEscaped = false
  }

  /// Whether a line of a log begins like a batch of `wrapper`. Cost: a few bytes.
  static func begins(_ wrapper: Wrapper, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    switch wrapper {
    case .otlp: ByteSearch.begins(bytes, at: start, end: end, with: "{\"resourceLogs\":")
    case .cloudwatch:
      ByteSearch.begins(bytes, at: start, end: end, with: "{\"messageType\":")
        || ByteSearch.begins(bytes, at: start, end: end, with: "{\"logEvents\":")
        || ByteSearch.begins(bytes, at: start, end: end, with: "{\"owner\":")
    case .dockerJSON, .cri, .compose, .kubectl, .journald, .ansi: false
    }
  }

  /// Visits the entries of a line, in order: with the text, where it stands in `bytes` or in `made`, and its entry.
  ///
  /// - Returns: false where the line is no batch; then nothing was visited.
  static func eachEntry(
    of wrapper: Wrapper, _ bytes: Span<UInt8>, _ start: Int, _ end: Int,
    _ visit: (_ text: Span<UInt8>, _ range: Range<Int>, _ entry: Entry) -> Void
  ) -> Bool {
    guard begins(wrapper, bytes, start, end), JSONScanner.isDocument(bytes, from: start, to: end) else { return false }
    return wrapper == .otlp ? eachRecord(bytes, start, end, visit) : eachEvent(bytes, start, end, visit)
  }

  // MARK: CloudWatch

  private static func eachEvent(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ visit: (Span<UInt8>, Range<Int>, Entry) -> Void
  ) -> Bool {
    var events: Range<Int>?
    _ = WrappedLine.members(bytes, start, end) { name, value, kind in
      if kind == UInt8(ascii: "["), WrappedLine.isEqual(bytes, name, "logEvents") { events = value }
    }
    guard let events else { return false }
    eachElement(bytes, events) { element in
      var text: Range<Int>?
      var entry = Entry(isEscaped: true)
      _ = WrappedLine.members(bytes, element.lowerBound, element.upperBound) { name, value, kind in
        if kind == UInt8(ascii: "\""), WrappedLine.isEqual(bytes, name, "message") {
          text = value.lowerBound + 1..<value.upperBound - 1
        } else if WrappedLine.isEqual(bytes, name, "timestamp"),
          let (number, _) = DecimalNumber.parse(bytes, from: value.lowerBound, to: value.upperBound),
          let time = number.scaled(by: EventTime.nanosecondsPerMillisecond), time < EventTime.end
        {
          entry.time = time
        }
      }
      if let text { visit(bytes, text, entry) }
    }
    return true
  }

  // MARK: OpenTelemetry

  private static func eachRecord(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ visit: (Span<UInt8>, Range<Int>, Entry) -> Void
  ) -> Bool {
    eachElement(bytes, member("resourceLogs", of: start..<end, bytes)) { resource in
      // What all of its records share, ready to be appended.
      var shared = ContiguousArray<UInt8>()
      if let inner = member("resource", of: resource, bytes) {
        appendAttributes(bytes, member("attributes", of: inner, bytes), to: &shared)
      }
      let scopes =
        member("scopeLogs", of: resource, bytes) ?? member("instrumentationLibraryLogs", of: resource, bytes)
      let resourceEnd = shared.count
      eachElement(bytes, scopes) { scope in
        shared.removeLast(shared.count - resourceEnd)
        let named = member("scope", of: scope, bytes) ?? member("instrumentationLibrary", of: scope, bytes)
        if let named, let name = member("name", of: named, bytes), name.count > 2 {
          append(",\"scope.name\":", to: &shared)
          append(bytes, name, to: &shared)
        }
        eachElement(bytes, member("logRecords", of: scope, bytes)) { record in
          var text = flat(bytes, record)
          text.append(contentsOf: shared)
          text.append(UInt8(ascii: "}"))
          visit(text.span, 0..<text.count, Entry())
        }
      }
    }
    return true
  }

  /// A record's own members as the beginning of an object; the brace at its end is left to the caller.
  private static func flat(_ bytes: Span<UInt8>, _ record: Range<Int>) -> ContiguousArray<UInt8> {
    var time: Range<Int>?
    var observed: Range<Int>?
    var attributes: Range<Int>?
    var text = ContiguousArray<UInt8>()
    _ = WrappedLine.members(bytes, record.lowerBound, record.upperBound) { name, value, kind in
      if WrappedLine.isEqual(bytes, name, "timeUnixNano") {
        time = value
      } else if WrappedLine.isEqual(bytes, name, "observedTimeUnixNano") {
        observed = value
      } else if WrappedLine.isEqual(bytes, name, "attributes") {
        attributes = value
      } else if WrappedLine.isEqual(bytes, name, "body") {
        append(",\"body\":", to: &text)
        appendValue(bytes, value, to: &text)
      } else if kind != UInt8(ascii: "{"), kind != UInt8(ascii: "["), value.count > 2 || kind != UInt8(ascii: "\"") {
        // `severityText`, `severityNumber`, `traceId`, `spanId`, `eventName`; an empty text says nothing.
        append(",\"", to: &text)
        append(bytes, name, to: &text)
        append("\":", to: &text)
        append(bytes, value, to: &text)
      }
    }
    appendAttributes(bytes, attributes, to: &text)
    var whole = ContiguousArray<UInt8>()
    // 0 is OTLP's way of saying that the time is unknown.
    append("{\"timeUnixNano\":", to: &whole)
    if let known = time.flatMap({ isZero(bytes, $0) ? nil : $0 }) ?? observed {
      append(bytes, known, to: &whole)
    } else {
      append("null", to: &whole)
    }
    whole.append(contentsOf: text)
    return whole
  }

  private static func isZero(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Bool {
    value.allSatisfy { bytes[$0] == UInt8(ascii: "0") || bytes[$0] == UInt8(ascii: "\"") }
  }

  /// `,"key":value` for each pair of an array of OTLP's KeyValue.
  private static func appendAttributes(
    _ bytes: Span<UInt8>, _ attributes: Range<Int>?, to text: inout ContiguousArray<UInt8>
  ) {
    var pairs = text
    eachElement(bytes, attributes) { pair in
      guard let key = member("key", of: pair, bytes), bytes[key.lowerBound] == UInt8(ascii: "\""),
        let value = member("value", of: pair, bytes)
      else { return }
      append(",", to: &pairs)
      append(bytes, key, to: &pairs)
      append(":", to: &pairs)
      appendValue(bytes, value, to: &pairs)
    }
    text = pairs
  }

  /// What an AnyValue holds: `{"stringValue":"x"}` is `"x"`, `{"intValue":"5"}` is `5`.
  private static func appendValue(
    _ bytes: Span<UInt8>, _ value: Range<Int>, to text: inout ContiguousArray<UInt8>
  ) {
    var inner = value
    _ = WrappedLine.members(bytes, value.lowerBound, value.upperBound) { name, found, kind in
      inner = found
      if WrappedLine.isEqual(bytes, name, "intValue"), kind == UInt8(ascii: "\"") {
        inner = found.lowerBound + 1..<found.upperBound - 1
      }
    }
    append(bytes, inner, to: &text)
  }

  // MARK: Parts

  private static func member(_ wanted: String, of object: Range<Int>, _ bytes: Span<UInt8>) -> Range<Int>? {
    var found: Range<Int>?
    _ = WrappedLine.members(bytes, object.lowerBound, object.upperBound) { name, value, _ in
      if WrappedLine.isEqual(bytes, name, wanted) { found = value }
    }
    return found
  }

  /// Visits the elements of a checked array.
  private static func eachElement(_ bytes: Span<UInt8>, _ array: Range<Int>?, _ visit: (Range<Int>) -> Void) {
    guard let array, !array.isEmpty, bytes[array.lowerBound] == UInt8(ascii: "[") else { return }
    let end = array.upperBound
    var i = JSONScanner.skipSpace(bytes, array.lowerBound + 1, end)
    while i < end, bytes[i] != UInt8(ascii: "]") {
      let stop = JSONScanner.value(bytes, i, end, depth: 1)
      guard stop > i else { return }
      visit(i..<stop)
      i = JSONScanner.skipSpace(bytes, stop, end)
      guard i < end, bytes[i] == UInt8(ascii: ",") else { return }
      i = JSONScanner.skipSpace(bytes, i + 1, end)
    }
  }

  private static func append(_ word: StaticString, to text: inout ContiguousArray<UInt8>) {
    text.append(contentsOf: word.description.utf8)
  }

  private static func append(_ bytes: Span<UInt8>, _ range: Range<Int>, to text: inout ContiguousArray<UInt8>) {
    for i in range { text.append(bytes[i]) }
  }
}
