import Foundation
import Report
import Testing
import TraceCore

/// Advice recommends nothing that skein cannot read: each format compiles, each sample line fits it, and detection finds it.
struct LoggingAdviceTests {
  /// What the line says when read with `layouts`; nil if it does not fit.
  private func read(_ line: String, _ layouts: LayoutSet) -> (LineFields, [UInt8])? {
    let bytes = Array(line.utf8)
    var layouts = layouts
    var fields = LineFields(wantedCount: 0)
    var times = TimestampParser(zone: .utc, referenceTime: 0)
    guard layouts.parse(bytes.span, from: 0, to: bytes.count, into: &fields, times: &times) != nil else { return nil }
    return (fields, bytes)
  }

  private func expectAll(_ advice: LoggingAdvice, _ layouts: LayoutSet) throws {
    let (fields, bytes) = try #require(read(advice.sample, layouts), "\(advice.id): its sample does not fit")
    func text(_ slice: Slice) -> String {
      let from = slice.isInArena ? Array(fields.arena) : bytes
      return String(decoding: from[slice.start..<slice.end], as: UTF8.self)
    }
    #expect(fields.time != EventTime.none, "\(advice.id)")
    #expect(!fields.requestID.isMissing && text(fields.requestID).count >= 24, "\(advice.id)")
    #expect(!text(fields.requestID).contains("="), "\(advice.id)")
    #expect(fields.ambiguous == 0)
    // The line of any record, not of a request.
    if advice.id == "asgi-correlation-id" { return }
    #expect(text(fields.method) == "GET" && text(fields.path) == "/api/spots/7", "\(advice.id)")
    #expect(fields.status == 200, "\(advice.id)")
    if advice.id == "uvicorn-log-config" { return }
    #expect(fields.duration > 6_000_000 && fields.duration < 8_000_000, "\(advice.id): \(fields.duration)")
  }

  @Test(arguments: LoggingAdvice.all.map(\.id))
  func formatCompilesAndSampleFits(id: String) throws {
    let advice = try #require(LoggingAdvice.all.first { $0.id == id })
    let catalog = FieldCatalog()
    var layouts = LayoutSet(catalog: catalog)
    if let format = advice.format {
      layouts.append(try LayoutSource.compile(format, catalog: catalog))
    } else {
      layouts.append(.json)
    }
    try expectAll(advice, layouts)
    // What the block says is what was compiled.
    if let format = advice.format, !["text-line", "asgi-request-log"].contains(id) {
      let line = format.replacing("\"", with: "\\\"")
      #expect(
        advice.code.contains(format) || advice.code.contains(line)
          || id == "uvicorn-log-config" && advice.code.contains(format.replacing("%(message)s", with: "request=")))
    }
  }

  /// Where the command names no layout, detection must find one that reads all.
  @Test func commandsWithoutALayoutAreDetected() throws {
    for advice in LoggingAdvice.all where !advice.command.contains("--layout") {
      let head = Array(String(repeating: advice.sample + "\n", count: 20).utf8)
      let choice = LayoutDetector(catalog: FieldCatalog(), zone: .utc).detect(head.span, referenceTime: 0)
      #expect(choice.used.map(\.fits).first == 20, "\(advice.id): \(choice.reason)")
      try expectAll(advice, choice.layouts)
    }
  }

  /// The pasted line of the configuration is a layout as it stands.
  @Test func apacheConfigurationLineIsALayout() throws {
    let advice = try #require(LoggingAdvice.all.first { $0.id == "apache-log-format" })
    let line = try #require(advice.code.split(separator: "\n").first { $0.hasPrefix("LogFormat") })
    let catalog = FieldCatalog()
    var layouts = LayoutSet(catalog: catalog)
    layouts.append(try LayoutSource.compile(String(line), catalog: catalog))
    try expectAll(advice, layouts)
    let argument = try #require(advice.command.split(separator: "'").dropFirst().first)
    #expect(String(argument) == advice.format)
  }

  @Test func jsonBlocksAreJSON() throws {
    for advice in LoggingAdvice.all where advice.language == "json" {
      _ = try JSONSerialization.jsonObject(with: Data(advice.code.utf8))
    }
  }

  @Test func blocksEndWithANewlineAndIDsAreDistinct() {
    #expect(Set(LoggingAdvice.all.map(\.id)).count == LoggingAdvice.all.count)
    for advice in LoggingAdvice.all {
      #expect(advice.code.hasSuffix("\n") && !advice.code.hasSuffix("\n\n") && !advice.code.hasPrefix("\n"))
      #expect(!advice.code.contains("\t") && !advice.code.contains(" \n"), "\(advice.id)")
    }
  }

  /// Lines of layouts that many programs share get the advice for the program that wrote them.
  @Test(
    arguments: [
      ("[2026-11-23 06:47:55] production.ERROR: no order", [], "laravel"),
      ("fail: Orders.OrderController[0]", [], "aspnet-core"),
      ("2026-11-23 06:47:55.012 +00:00 [INF] order loaded", [], "aspnet-core"),
      ("2026-11-23 06:47:55.012  INFO 7 --- [nio-8080-exec-1] c.e.Orders : order loaded", [], "spring-boot"),
      ("I, [2026-11-23T06:47:55.003000 #7]  INFO -- : order loaded", [], "rails-lograge"),
      ("time=2026-11-23T06:47:55.003Z level=INFO msg=loaded", [], "go-slog"),
      ("GET /api/orders 200 42.000 ms - 512", [], "node-pino-http"),
      ("{}", ["level", "time", "pid", "hostname", "msg"], "node-pino-http"),
      ("{}", ["time", "level", "msg"], "go-slog"), ("{}", ["@timestamp", "logger_name", "message"], "spring-boot"),
      ("{}", ["ts", "level", "event"], "json-line"), ("2026-11-23 06:47:55 something", [], "text-line"),
    ] as [(String, [String], String)])
  func writersAreKnownByTheirLines(_ line: String, _ names: [String], _ id: String) {
    var diagnosis = DoctorSamples.diagnosis("x.log", layout: names.isEmpty ? "generic" : "json", records: 5)
    diagnosis.fields = names.map { ($0, 5) }
    for index in diagnosis.coverage.indices {
      diagnosis.coverage[index].found = 0
      diagnosis.coverage[index].missing = Diagnosis.Example(path: "x.log", line: 1, text: line)
    }
    #expect(LoggingAdvice.advice(for: diagnosis).map(\.id) == [id])
  }

  /// docs/layouts.md lists exactly the layouts that there are.
  @Test func documentListsAllLayouts() throws {
    let page = try String(contentsOf: Golden.documentation.appendingPathComponent("layouts.md"), encoding: .utf8)
    let start = try #require(page.range(of: "<!-- layouts -->")).upperBound
    let end = try #require(page.range(of: "<!-- end -->", range: start..<page.endIndex)).lowerBound
    let names = page[start..<end].split(separator: "\n").filter { $0.hasPrefix("| `") }
      .map { String($0.dropFirst(3).prefix { $0 != "`" }) }
    #expect(names == BuiltinLayouts.names)
  }

  /// Every name that docs/layouts.md calls a field is one.
  @Test func documentedFieldNamesAreKnown() throws {
    let page = try String(contentsOf: Golden.documentation.appendingPathComponent("layouts.md"), encoding: .utf8)
    let start = try #require(page.range(of: "<!-- fields -->")).upperBound
    let end = try #require(page.range(of: "<!-- end fields -->", range: start..<page.endIndex)).lowerBound
    let catalog = FieldCatalog()
    let fields: [String: StandardField] = [
      "time": .time, "level": .level, "logger": .logger, "message": .message, "request id": .requestID,
      "method": .method, "path": .path, "status": .status, "duration": .duration, "route": .route,
      "traceback": .exception, "request line": .requestLine,
    ]
    var rows = 0
    for row in page[start..<end].split(separator: "\n") where row.contains("`") {
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let field = try #require(fields[cells[0]], "\(row)")
      for (i, name) in cells[1].split(separator: "`").enumerated() where i % 2 == 0 {
        #expect(catalog[String(name)].standard == field, "\(name) is not a \(cells[0])")
      }
      rows += 1
    }
    #expect(rows == fields.count)
  }
}
