import Foundation
import Report
import Testing
import TraceCore

/// What doctor says of logs that have all, little or nothing.
struct DoctorReportTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var make: @Sendable () -> [Diagnosis]
    var source: String?
    var zone: String?
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(
      name: "perfect", make: { [DoctorSamples.perfect()] }, source: "app.log, logger api.access", zone: "Europe/Berlin"),
    Case(name: "uvicorn", make: { [DoctorSamples.uvicorn()] }, source: "access.log, uvicorn-access"),
    Case(name: "combined", make: { [DoctorSamples.combined()] }, source: "access.log, combined"),
    Case(name: "python", make: { [DoctorSamples.pythonWithoutID()] }),
    Case(name: "json", make: { [DoctorSamples.jsonWithoutUnit()] }, source: "app.log, json"),
    Case(name: "empty", make: { [DoctorSamples.empty()] }),
    Case(
      name: "two", make: { [DoctorSamples.perfect(), DoctorSamples.uvicorn()] }, source: "app.log, logger api.access"),
  ]

  static func text(_ item: Case, style: Style = Style(width: 80)) -> String {
    let diagnoses = item.make()
    var sink = TextSink()
    DoctorReport.text(
      diagnoses, requestSource: item.source, hops: item.name == "two" ? [("access.log, uvicorn-access", 6534)] : [],
      zone: item.zone ?? "UTC", isZoneGiven: item.zone != nil, style: style, ledger: DoctorSamples.ledger(diagnoses),
      detail: .line, into: &sink)
    return sink.text
  }

  @Test(arguments: cases)
  func golden(item: Case) throws {
    try Golden.expect(DoctorReportTests.text(item), "doctor-\(item.name)-80.txt")
  }

  @Test func goldenInColourAndASCII() throws {
    let item = DoctorReportTests.cases[2]
    try Golden.expect(
      DoctorReportTests.text(item, style: Style(color: true, width: 80)), "doctor-combined-80-color.txt")
    let ascii = DoctorReportTests.text(item, style: Style(width: 80, unicode: false))
    try Golden.expect(ascii, "doctor-combined-80-ascii.txt")
    #expect(ascii.utf8.allSatisfy { $0 < 0x80 })
  }

  /// All but what is there to be copied stays within the width; nothing of the log reaches the terminal raw.
  @Test(arguments: [20, 40, 80])
  func widthIsKept(width: Int) {
    for item in DoctorReportTests.cases {
      let text = DoctorReportTests.text(item, style: Style(width: width))
      #expect(!text.utf8.contains(0x1B))
      var inBlock = false
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.hasPrefix("──") { inBlock.toggle() }
        if inBlock || line.hasPrefix("run:") || line.hasPrefix("read:") { continue }
        #expect(DisplayWidth.of(String(line)) <= width, "\(item.name): \(line)")
      }
      #expect(!inBlock)
    }
  }

  @Test func verdictsSayWhatWorks() {
    func verdict(_ diagnosis: Diagnosis) -> String { LogCapabilities(diagnosis).verdict }
    #expect(verdict(DoctorSamples.perfect()) == "Traces, statistics, latency and windows: all work with this log.")
    #expect(
      verdict(DoctorSamples.uvicorn())
        == "Works: statistics; does not work: traces (no request id), latency (no duration), windows (no time).")
    #expect(
      verdict(DoctorSamples.jsonWithoutUnit())
        == "Works: traces, statistics, windows; does not work: latency (durations without a unit).")
    #expect(
      verdict(DoctorSamples.pythonWithoutID())
        == "Does not work: traces (no request id), statistics, latency, windows (no record has a path and a status).")
    #expect(verdict(DoctorSamples.empty()).hasPrefix("The log is empty"))
    var garbage = Diagnosis(stream: "x")
    (garbage.counts.lines, garbage.counts.unparsedLines) = (9, 9)
    #expect(verdict(garbage).contains("--layout"))
    #expect(LoggingAdvice.advice(for: garbage).isEmpty)
    var some = DoctorSamples.uvicorn()
    some.coverage[3].found = 6000
    #expect(LogCapabilities(some).traces == .ok)
    some.coverage[3].found = 3000
    #expect(verdict(some).hasPrefix("Works: traces (of the records with an id), statistics;"))
  }

  @Test func adviceIsGivenOnlyWhereSomethingIsMissing() {
    func ids(_ diagnosis: Diagnosis) -> [String] { LoggingAdvice.advice(for: diagnosis).map(\.id) }
    #expect(ids(DoctorSamples.perfect()).isEmpty)
    #expect(ids(DoctorSamples.empty()).isEmpty)
    #expect(ids(DoctorSamples.uvicorn()) == ["uvicorn-log-config", "asgi-request-log", "asgi-correlation-id"])
    #expect(ids(DoctorSamples.combined()) == ["nginx-log-format", "apache-log-format"])
    #expect(ids(DoctorSamples.pythonWithoutID()) == ["asgi-request-log", "asgi-correlation-id"])
    #expect(ids(DoctorSamples.jsonWithoutUnit()) == ["json-line"])
    for name in BuiltinLayouts.names {
      #expect(!ids(DoctorSamples.diagnosis("x.log", layout: name, records: 5)).isEmpty, "\(name)")
    }
    // A pasted format is told by its language.
    var pasted = DoctorSamples.combined()
    pasted.layouts[0].name = "custom"
    #expect(ids(pasted) == ["nginx-log-format"])
    pasted.layouts[0].source = "%h %t %>s"
    #expect(ids(pasted) == ["apache-log-format"])
    pasted.layouts[0].source = "%(asctime)s %(message)s"
    #expect(ids(pasted) == ["asgi-request-log", "asgi-correlation-id"])
  }

  @Test func json() throws {
    let diagnoses = [DoctorSamples.combined(), DoctorSamples.jsonWithoutUnit()]
    var sink = TextSink()
    DoctorReport.json(
      diagnoses, requestSource: nil, hops: [("a", 1)], zone: "UTC", isZoneGiven: false,
      ledger: DoctorSamples.ledger(diagnoses), pretty: false, into: &sink)
    #expect(sink.text.hasPrefix(#"{"schema":"skein.doctor/1","#) && !sink.text.utf8.contains(0x1B))
    let json = try #require(try JSONSerialization.jsonObject(with: Data(sink.bytes)) as? [String: Any])
    let streams = try #require(json["streams"] as? [[String: Any]])
    #expect((streams[0]["works"] as? [String: String])?["statistics"] == "ok")
    let checks = try #require(streams[0]["checks"] as? [[String: Any]])
    #expect(checks.map { $0["field"] as? String } == Diagnosis.Coverage.Field.allCases.map(\.rawValue))
    #expect(checks.map { $0["state"] as? String }.prefix(4) == ["ok", "ok", "missing", "missing"])
    #expect((checks[4]["missing"] as? [String: Any])?["line"] as? Int == 71)
    let advice = try #require(json["advice"] as? [[String: Any]])
    #expect(advice.map { $0["id"] as? String } == ["nginx-log-format", "apache-log-format", "json-line"])
    #expect(advice[0]["streams"] as? [String] == ["access.log"])
    #expect(json["requests_from"] is NSNull)
    // Every key stands on the page.
    let page = try String(contentsOf: Golden.documentation.appendingPathComponent("json.md"), encoding: .utf8)
    func check(_ value: Any) {
      if let object = value as? [String: Any] {
        for (key, member) in object {
          #expect(page.contains("`\(key)`") || page.contains("\"\(key)\":"), "\(key)")
          check(member)
        }
      }
      if let array = value as? [Any] { array.forEach(check) }
    }
    check(json)
  }
}
