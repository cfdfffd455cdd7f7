internal import Foundation

/// How the generated log looks.
enum LogFormat: String, CaseIterable {
  /// Python logging: `2026-11-23 08:00:00,123 INFO [logger] [id] message key=value`.
  case text
  /// One JSON object a line, in the same words.
  case json
}

/// Writes log events in either format into a file, through a buffer of 1 MiB.
///
/// One event is `begin`, any number of fields, `end`. Strings are the generator's own: in JSON only quotes,
/// backslashes and newlines are escaped.
struct EventWriter {
  private let format: LogFormat
  private let file: FileHandle
  private var buffer: [UInt8] = []
  private var attached: String?
  private var second = -1
  private var stamp = ""
  /// Of what was written so far.
  private(set) var bytes = 0
  private(set) var lines = 0
  private(set) var records = 0

  /// Milliseconds since 1970 at which every generated log starts: 2026-11-23T08:00:00Z.
  static let start = 1_795_420_800_000

  init(path: String, format: LogFormat) throws {
    self.format = format
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else { throw BenchFault("cannot make \(path)") }
    self.file = file
    buffer.reserveCapacity(Self.flushSize + 65_536)
  }

  private static let flushSize = 1 << 20

  /// Starts an event at `tenths` of a millisecond after the start; `id` empty for none.
  mutating func begin(_ tenths: Int, _ level: String, _ logger: String, _ id: String, _ message: String) {
    let milliseconds = Self.start + tenths / 10
    if milliseconds / 1000 != second { turn(to: milliseconds / 1000) }
    switch format {
    case .text:
      add(stamp)
      add(UInt8(ascii: ","))
      addThousandths(milliseconds % 1000)
      add(UInt8(ascii: " "))
      add(level)
      add(" [")
      add(logger)
      add("] [")
      add(id.isEmpty ? "-" : id)
      add("] ")
      add(message)
    case .json:
      add("{\"ts\": \"")
      add(stamp)
      add(UInt8(ascii: "."))
      addThousandths(milliseconds % 1000)
      add("Z\", \"level\": \"")
      for byte in level.utf8 { add(byte | 0x20) }
      add("\", \"logger\": \"")
      add(logger)
      if id.isEmpty {
        add("\", \"request_id\": null")
      } else {
        add("\", \"request_id\": \"")
        add(id)
        add(UInt8(ascii: "\""))
      }
      add(", \"msg\": \"")
      add(message)
      add(UInt8(ascii: "\""))
    }
  }

  /// A field of text; in the text format quoted where it holds a blank.
  mutating func field(_ key: String, _ value: String) {
    name(key)
    let quoted = format == .json || value.utf8.contains(UInt8(ascii: " "))
    if quoted { add(UInt8(ascii: "\"")) }
    add(value)
    if quoted { add(UInt8(ascii: "\"")) }
  }

  /// A field with a whole number, and one with a number in tenths.
  mutating func field(_ key: String, _ value: Int) {
    name(key)
    addDecimal(value)
  }

  mutating func field(_ key: String, tenths value: Int) {
    name(key)
    addDecimal(value / 10)
    add(UInt8(ascii: "."))
    add(UInt8(ascii: "0") + UInt8(value % 10))
  }

  /// Several lines that belong to the event: lines of their own in text, one escaped field in JSON.
  mutating func attachment(_ key: String, _ text: String) {
    switch format {
    case .text: attached = text
    case .json:
      name(key)
      add(UInt8(ascii: "\""))
      for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "\n"): add("\\n")
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
          add(UInt8(ascii: "\\"))
          add(byte)
        default: add(byte)
        }
      }
      add(UInt8(ascii: "\""))
    }
  }

  /// Ends the event; flushes now and then.
  mutating func end() throws {
    if format == .json { add(UInt8(ascii: "}")) }
    if let text = attached {
      add(UInt8(ascii: "\n"))
      add(text)
      lines += text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
      attached = nil
    }
    add(UInt8(ascii: "\n"))
    lines += 1
    records += 1
    if buffer.count >= Self.flushSize { try flush() }
  }

  /// Writes what is left. The file is closed when the writer goes.
  mutating func flush() throws {
    try file.write(contentsOf: Data(buffer))
    bytes += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }

  private mutating func name(_ key: String) {
    switch format {
    case .text:
      add(UInt8(ascii: " "))
      add(key)
      add(UInt8(ascii: "="))
    case .json:
      add(", \"")
      add(key)
      add("\": ")
    }
  }

  private mutating func add(_ byte: UInt8) { buffer.append(byte) }

  private mutating func add(_ text: String) { buffer.append(contentsOf: text.utf8) }

  private mutating func addThousandths(_ value: Int) {
    for divisor in [100, 10, 1] { add(UInt8(ascii: "0") + UInt8(value / divisor % 10)) }
  }

  private mutating func addDecimal(_ value: Int) {
    if value >= 10 { addDecimal(value / 10) }
    add(UInt8(ascii: "0") + UInt8(value % 10))
  }

  private mutating func turn(to newSecond: Int) {
    second = newSecond
    let date = Date(timeIntervalSince1970: Double(newSecond))
    stamp = String(date.formatted(.iso8601).dropLast())  // 2026-11-23T08:00:00
    if format == .text { stamp.replace("T", with: " ") }
  }
}
