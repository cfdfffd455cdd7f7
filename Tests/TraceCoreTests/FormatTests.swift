import Foundation
import Testing
import TraceCore

/// What skein reads from one line of each format, one file a family: a line, and under it (`= …`) what it means.
///
/// `SKEIN_GOLDEN=write` writes what is read now; each change is then to be looked at.
@Suite struct FormatTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("fixtures/formats")

  static var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".txt") }.sorted()
  }

  @Test(arguments: names) func lines(_ name: String) throws {
    let url = Self.folder.appendingPathComponent(name)
    let text = try String(contentsOf: url, encoding: .utf8)
    let isWriting = ProcessInfo.processInfo.environment["SKEIN_GOLDEN"] == "write"
    var layouts = LayoutSet(catalog: .plain)
    var written = ""
    var last: String?
    var checked = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) {
      if line.hasPrefix("# ") {
        written += line + "\n"
      } else if line.hasPrefix("= ") {
        let read = last.map { Self.read($0, &layouts) } ?? ""
        if !isWriting { #expect("= " + read == line, "\(name): \(last ?? "")") }
        checked += 1
        last = nil
      } else {
        if !isWriting, let last { Issue.record("\(name): no meaning is given of \(last)") }
        written += line + "\n= " + Self.read(line, &layouts) + "\n"
        last = line
      }
    }
    if isWriting { try written.write(to: url, atomically: true, encoding: .utf8) }
    #expect(isWriting || checked > 0)
  }

  /// Lines that were cut, mixed and damaged end nothing, and mean the same each time they are read.
  @Test func damagedLines() throws {
    var lines: [[UInt8]] = []
    for name in Self.names {
      let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
      lines += text.split(separator: "\n").filter { !$0.hasPrefix("= ") }.map { Array($0.utf8) }
    }
    let pieces = [
      "[", "]", "{", "}", "(", "\"", "'", "|", " - ", "=", ":", " ", "\t", "\0", "99999999999999999999",
      "2026-11-23 06:47:55",
      "GET /", " HTTP/1.1\" 200", "-1", "\\", "=>", "ERROR", "info:", "PT", "42ms", "Root=1-", "1e999", "#Fields: ",
    ].map { Array($0.utf8) }
    var state: UInt64 = 7
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(truncatingIfNeeded: state >> 33) % max(limit, 1)
    }
    var layouts = LayoutSet(catalog: .plain)
    for _ in 0..<6_000 {
      var line = lines[random(lines.count)]
      for _ in 0...random(3) {
        let place = random(line.count + 1)
        switch random(4) {
        case 0: line.insert(contentsOf: pieces[random(pieces.count)], at: place)
        case 1: line.removeSubrange(place..<min(line.count, place + random(20)))
        case 2: line = Array(line[..<place]) + lines[random(lines.count)].suffix(random(80))
        default: if place < line.count { line[place] = UInt8(truncatingIfNeeded: random(256)) }
        }
      }
      let text = String(decoding: line, as: UTF8.self)
      #expect(Self.read(text, &layouts) == Self.read(text, &layouts))
    }
  }

  /// The fields of a line, as text; those that it does not have are left out.
  private static func read(_ line: String, _ layouts: inout LayoutSet) -> String {
    let bytes = Array(line.utf8)
    var fields = LineFields()
    // For times without a year: 24 November 2026.
    var times = TimestampParser(referenceTime: 1_795_500_000_000_000_000)
    guard layouts.parse(bytes.span, from: 0, to: bytes.count, into: &fields, times: &times) != nil else {
      return "unread"
    }
    func text(_ slice: Slice) -> String? {
      if slice.isMissing { return nil }
      return slice.isInArena
        ? String(decoding: fields.arena[slice.start..<slice.end], as: UTF8.self)
        : String(decoding: bytes[slice.start..<slice.end], as: UTF8.self)
    }
    var parts: [String] = []
    func add(_ name: String, _ value: String?) { if let value { parts.append("\(name)=\(value)") } }
    add("time", fields.time == EventTime.none ? nil : EventTime.rfc3339(fields.time))
    add("level", fields.level == .none ? nil : fields.level.name)
    add("logger", text(fields.logger))
    add("id", text(fields.requestID))
    add("method", text(fields.method))
    add("path", text(fields.path))
    add("status", fields.status > 0 ? String(fields.status) : nil)
    add("ms", fields.duration >= 0 ? String(Double(fields.duration) / 1_000_000) : nil)
    add("unit", fields.durationWithoutUnit && fields.duration < 0 ? "missing" : nil)
    add("traceback", fields.hasException ? "yes" : nil)
    let message = text(fields.message).map { $0 == line ? "(the line)" : $0.replacing("\n", with: "\\n") }
    add("message", message)
    return parts.joined(separator: " ")
  }
}
