internal import TraceCore

/// Writes rows of CSV: a header of skein's own names, cells quoted by RFC 4180, lines ended by a bare newline (what Unix
/// tools expect; readers of RFC 4180 take it). Missing values are empty cells. Text of the log can start no formula and holds no
/// control characters but tabs and line ends.
package struct CSVWriter: Sendable {
  /// Where the text goes. A caller that streams drains it between rows.
  package var sink: TextSink
  private let forTerminal: Bool
  private var isRowStart = true

  /// - Parameters:
  ///   - sink: what stands before; its text stays.
  ///   - forTerminal: tabs, line ends and signs of direction are made visible too, as they are in tables.
  package init(sink: TextSink = TextSink(), forTerminal: Bool = false) {
    self.sink = sink
    self.forTerminal = forTerminal
  }

  /// A row of names.
  package mutating func header(_ names: [String]) {
    for name in names { text(name) }
    endRow()
  }

  package mutating func text(_ cell: String?) {
    separate()
    if let cell { sink.write(Escape.csv(forTerminal ? Escape.terminal(cell) : Escape.file(cell))) }
  }

  package mutating func int(_ number: Int64?) {
    separate()
    if let number { sink.write(String(number)) }
  }

  package mutating func bool(_ flag: Bool) {
    separate()
    sink.write(flag ? "true" : "false")
  }

  /// Shortest form that reads back as the same double.
  package mutating func double(_ number: Double?) {
    separate()
    guard let number, number.isFinite else { return }
    let text = number.description
    sink.write(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  /// Exact milliseconds of nanoseconds.
  package mutating func milliseconds(_ nanoseconds: Int64?) {
    separate()
    if let nanoseconds { sink.write(Milliseconds.text(nanoseconds)) }
  }

  /// RFC 3339; empty for `EventTime.none`.
  package mutating func time(_ time: Int64) {
    separate()
    if time != EventTime.none { sink.write(EventTime.rfc3339(time)) }
  }

  package mutating func endRow() {
    sink.write(byte: 0x0A)
    isRowStart = true
  }

  private mutating func separate() {
    if isRowStart { isRowStart = false } else { sink.write(byte: 0x2C) }
  }
}
