/// A log of requests whose times are known, with any text in its messages: what must not change its result can be done to it.
///
/// It consists of parts, 20 minutes apart (no trace lives that long) and with ids of their own. A time stands at the start
/// of a line only, and its day as `day` alone.
struct FuzzedTraces {
  enum Style: Int, CaseIterable { case text, json, access }

  /// What a day is called in each style, and the same day a week later: as many bytes, the same weekday.
  static let days = [
    (day: "2026-11-16", later: "2026-11-23"), (day: "16/Nov/2026", later: "23/Nov/2026"),
    (day: "Mon Nov 16", later: "Mon Nov 23"),
  ]

  private(set) var parts: [[UInt8]] = []
  private let style: Style
  private var mutator: Mutator
  private var ids = 0

  /// The whole log.
  var log: [UInt8] { Array(parts.joined()) }

  init(_ mutator: inout Mutator) {
    style = Style.allCases[mutator.random(Style.allCases.count)]
    self.mutator = mutator
    for part in 0...self.mutator.random(3) { parts.append(makePart(hour: 6 + part / 3, minute: part % 3 * 20)) }
    mutator = self.mutator
  }

  /// The log a week later.
  static func later(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for (day, later) in days { bytes.replace(Array(day.utf8), with: Array(later.utf8)) }
    return bytes
  }

  private struct Request {
    var id: String
    var steps: [(level: String, logger: String, text: String)]
  }

  /// Requests that interleave within a few seconds.
  private mutating func makePart(hour: Int, minute: Int) -> [UInt8] {
    var open: [Request] = (0...mutator.random(11)).map { _ in makeRequest() }
    var milliseconds = mutator.random(5_000)
    var bytes: [UInt8] = []
    while !open.isEmpty {
      let index = mutator.random(min(open.count, 4))
      let step = open[index].steps.removeFirst()
      bytes += line(hour, minute, milliseconds, step.level, step.logger, open[index].id, step.text) + [0x0A]
      if mutator.random(12) == 0 { bytes += Array(FuzzedTraces.traceback.utf8) }
      if open[index].steps.isEmpty { open.remove(at: index) }
      // Two records of one millisecond are as usual as a pause.
      milliseconds += mutator.random(4) == 0 ? 0 : mutator.random(400)
    }
    return bytes
  }

  private mutating func makeRequest() -> Request {
    ids += 1
    let id = mutator.random(10) == 0 ? "-" : "a1b2c3d4-\(1_000 + ids)-4444-8888-1234567890ab"
    let method = ["GET", "POST", "PUT"][mutator.random(3)]
    let path = ["/api/spots/\(mutator.random(900))", "/api/bookings", "/healthz", "/a/b?c=\(mutator.random(9))", "/"][
      mutator.random(5)]
    let status = [200, 200, 200, 201, 404, 500, 503][mutator.random(7)]
    var steps: [(level: String, logger: String, text: String)] = []
    if mutator.random(5) > 0 {
      steps.append(("INFO", "api.access", "request started method=\(method) path=\(path)"))
    }
    for _ in 0..<mutator.random(4) {
      let level = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"][mutator.random(5)]
      steps.append((level, ["db.query", "payments.client", "cache"][mutator.random(3)], text()))
    }
    for _ in 0...mutator.random(8) / 7 where mutator.random(8) > 0 {
      let extra = mutator.random(3) == 0 ? " " + text() : ""
      let duration = "\(mutator.random(2_000)).\(mutator.random(10))"
      steps.append(
        (
          status >= 500 ? "ERROR" : "INFO", "api.access",
          "request finished method=\(method) path=\(path) status=\(status) duration_ms=\(duration) version=v\(1 + mutator.random(2))\(extra)"
        ))
    }
    if steps.isEmpty { steps.append(("INFO", "cache", text())) }
    return Request(id: id, steps: steps)
  }

  /// What a message may say: no newline, and no time.
  private mutating func text() -> String {
    var text = FuzzedTraces.messages[mutator.random(FuzzedTraces.messages.count)]
    for _ in 0..<mutator.random(3) { text += FuzzedTraces.pieces[mutator.random(FuzzedTraces.pieces.count)] }
    return text
  }

  private func line(
    _ hour: Int, _ minute: Int, _ milliseconds: Int, _ level: String, _ logger: String, _ id: String, _ text: String
  ) -> [UInt8] {
    let seconds = milliseconds / 1_000
    let clock = "\(padded(hour)):\(padded(minute + seconds / 60)):\(padded(seconds % 60))"
    let fraction = padded(milliseconds % 1_000, 3)
    switch style {
    case .text: return Array("2026-11-16 \(clock),\(fraction) \(level) [\(logger)] [\(id)] \(text)".utf8)
    case .json:
      let words = text.split(separator: " ")
      let fields = words.filter { $0.contains("=") }.compactMap { word -> String? in
        let parts = word.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0].allSatisfy({ $0.isLetter || $0 == "_" }) else { return nil }
        let isNumber = parts[1].allSatisfy { $0.isNumber && $0.isASCII || $0 == "." } && !parts[1].hasPrefix("0")
        return "\"\(parts[0])\": \(isNumber && Double(parts[1]) != nil ? String(parts[1]) : quoted(parts[1]))"
      }
      let message = words.prefix { !$0.contains("=") }.joined(separator: " ")
      return Array(
        ("{\"ts\": \"2026-11-16T\(clock).\(fraction)Z\", \"level\": \"\(level.lowercased())\", "
          + "\"logger\": \"\(logger)\", \"request_id\": \(id == "-" ? "null" : "\"\(id)\""), \"msg\": \(quoted(message[...]))"
          + fields.map { ", " + $0 }.joined() + "}").utf8)
    case .access:
      let value = { (key: String) in
        text.split(separator: " ").first { $0.hasPrefix(key + "=") }?.dropFirst(key.count + 1).description
      }
      let agent = text.filter { $0 != "\"" && $0 != "\\" }
      return Array(
        ("10.0.0.\(logger.utf8.count) - - [16/Nov/2026:\(clock) +0000] "
          + "\"\(value("method") ?? "GET") \(value("path") ?? "/") HTTP/1.1\" \(value("status") ?? "200") 512 \"-\" "
          + "\"\(agent)\" rt=\(milliseconds % 7).\(fraction) request_id=\(id)").utf8)
    }
  }

  private func quoted(_ text: Substring) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  private func padded(_ number: Int, _ digits: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private static let traceback = """
    Traceback (most recent call last):
      File "/srv/app/app.py", line 301, in save
        await query(conn)
    ConnectionResetError: [Errno 104] Connection reset by peer

    """

  private static let messages = [
    "cache hit key=spot:7", "slow query ms=812.5 rows=3", "upstream gave up op=send attempts=3 error=timeout",
    "retry 2 of 3", "user=alice@example.com token=abcdef0123456789abcdef", "POST https://pay.example/v1/7 -> 200",
    "status=500", "status", "done", "", " ", "=", "query", "connection pool exhausted in_use=40 size=40",
  ]

  private static let pieces = [
    " status=500", " duration_ms=99999", " request_id=x", " {\"a\": 1}", " [", " ]", " (", "\"", "\\", "\t", "\u{0}",
    "\u{1B}[31m", "\u{202E}", "é", "日本", " a=b", " a=\"b c\"", " |", " </script>", " %s", " -> ", " key=", " =value",
    " 12.5 MB", " 300ms", " 10.0.0.1", " GET /x", " HTTP/1.1 500", " ERROR", " level=error", " Bearer abc.def.ghi",
  ]
}
