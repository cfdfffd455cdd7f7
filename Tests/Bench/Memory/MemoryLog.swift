internal import Foundation

/// A log of which there is too much of one thing: what a program that keeps a little of each would keep without bound.
enum MemoryLog: String, CaseIterable, Codable {
  /// The generated log of the other measurements, and ten times as much of it.
  case usual, tenfold
  /// Requests that begin within 50 s and do not end.
  case openTraces = "open"
  /// Requests under an id of their own, each over at once.
  case ids
  /// Paths of words, so that no two are one route.
  case routes
  /// Each line has a field that no other has.
  case fields
  /// No two messages are alike.
  case templates
  /// An access log in which everybody has a user agent of their own, and asks for the host by another name.
  case agents
  /// Requests that fail with a traceback, no two of which end in the same function.
  case stacks
  /// Each of a logger of its own.
  case loggers

  /// What the table calls it.
  var title: String {
    switch self {
    case .usual: "50 MB"
    case .tenfold: "500 MB"
    case .openTraces: "\(MemoryLog.millions(count)) open traces"
    case .ids: "\(MemoryLog.millions(count)) ids"
    case .routes: "\(MemoryLog.millions(count)) routes"
    case .fields: "\(MemoryLog.millions(count)) fields"
    case .templates: "\(MemoryLog.millions(count)) templates"
    case .agents: "\(MemoryLog.millions(count)) user agents"
    case .stacks: "\(MemoryLog.millions(count)) stack traces"
    case .loggers: "\(MemoryLog.millions(count)) loggers"
    }
  }

  private static func millions(_ count: Int) -> String {
    count % 1_000_000 == 0 ? "\(count / 1_000_000) M" : "\(count / 1_000),000"
  }

  /// Lines, or records where some have several lines.
  var count: Int {
    switch self {
    case .usual, .tenfold: 0
    case .openTraces, .ids: 5_000_000
    case .stacks: 300_000
    default: 1_000_000
    }
  }

  /// The path of the log, made the first time.
  func path(in bench: Workbench) throws -> String {
    switch self {
    case .usual: return try bench.log(bytes: 50_000_000, format: .text).path
    case .tenfold: return try bench.log(bytes: 500_000_000, format: .text).path
    default: break
    }
    let path = bench.path("memory-\(rawValue)-\(MemoryLog.version).log")
    guard !FileManager.default.fileExists(atPath: path) else { return path }
    Progress.say("  making \(path)")
    let whole = path + ".new"
    var writer = try LineWriter(path: whole)
    for index in 0..<count { try writer.add(line(index)) }
    try writer.finish()
    try FileManager.default.moveItem(atPath: whole, toPath: path)
    return path
  }

  /// Goes up when the bytes change.
  private static let version = 1

  private func line(_ index: Int) -> String {
    let id = MemoryLog.id(index)
    let word = MemoryLog.word(index)
    let status = index % 50 == 0 ? 500 : 200
    // 50 s for those that stay open, else an hour and more.
    let clock = MemoryLog.clock(microseconds: self == .openTraces ? index * 10 : index * 3_600)
    let head = "2026-11-23 \(clock) \(status == 500 ? "ERROR" : "INFO") [api.access] [\(id)] "
    let end = "status=\(status) duration_ms=\(index % 700).5 version=v\(index % 10 == 0 ? 2 : 1)"
    switch self {
    case .usual, .tenfold: return ""
    case .openTraces: return head + "request started method=GET path=/api/spots/\(index)"
    case .ids: return head + "request finished method=GET path=/api/spots/\(index) \(end)"
    case .routes: return head + "request finished method=GET path=/api/\(word)/list \(end)"
    case .fields: return head + "request finished method=GET path=/api/spots \(end) \(word)=\(index)"
    case .templates:
      return head + "\(word) \(MemoryLog.word(index / 7 + 3)) \(MemoryLog.word(index / 3 + 11)) is \(word)"
    case .agents:
      return "10.\(index >> 16 & 255).\(index >> 8 & 255).\(index & 255) - - [23/Nov/2026:\(clock.prefix(8)) +0000] "
        + "\"GET /api/spots HTTP/1.1\" \(status) 512 \"https://\(word).example/\" \"\(word)/\(index).\(index % 7) (X11)\""
    case .stacks:
      return head + "request finished method=GET path=/api/spots status=500 duration_ms=5\n"
        + "Traceback (most recent call last):\n  File \"/srv/app/\(word).py\", line \(index % 900 + 1), in \(word)\n"
        + "    await query(conn)\n\(MemoryLog.word(index / 2 + 1).capitalized)Error: \(word)"
    case .loggers:
      return "2026-11-23 \(clock) INFO [api.\(word)] [\(id)] request finished method=GET path=/api/spots \(end)"
    }
  }

  /// A UUID, another for each number.
  private static func id(_ index: Int) -> String {
    let word = UInt64(index) &* 0x9E37_79B9_7F4A_7C15
    let digits = String(word, radix: 16)
    let whole = String(repeating: "0", count: 16 - digits.count) + digits
    return "\(whole.prefix(8))-\(whole.dropFirst(8).prefix(4))-4\(whole.suffix(3))-8aaa-\(whole.prefix(12))"
  }

  /// Letters only, another for each number.
  private static func word(_ index: Int) -> String {
    var rest = index + 17_576
    var word: [UInt8] = []
    while rest > 0 {
      word.append(UInt8(ascii: "a") + UInt8(rest % 26))
      rest /= 26
    }
    return String(decoding: word, as: UTF8.self)
  }

  /// `08:00:00,000` and later.
  private static func clock(microseconds: Int) -> String {
    let milliseconds = microseconds / 1_000
    let parts = [8 + milliseconds / 3_600_000, milliseconds / 60_000 % 60, milliseconds / 1_000 % 60]
    let text = parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    let fraction = String(milliseconds % 1_000)
    return text + "," + String(repeating: "0", count: 3 - fraction.count) + fraction
  }
}

/// Lines into a file, through a buffer of 1 MiB.
private struct LineWriter {
  private let file: FileHandle
  private var buffer: [UInt8] = []

  init(path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else { throw BenchFault("cannot make \(path)") }
    self.file = file
  }

  mutating func add(_ line: String) throws {
    buffer += line.utf8
    buffer.append(0x0A)
    if buffer.count > 1 << 20 { try flush() }
  }

  mutating func finish() throws { try flush() }

  private mutating func flush() throws {
    try file.write(contentsOf: Data(buffer))
    buffer.removeAll(keepingCapacity: true)
  }
}
