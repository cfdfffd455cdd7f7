import Testing
@testable import Platform
import TraceCore

/// One line of fixtures/json-conformance.txt.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
  var name: String
  var expectation: String
  var bytes: [UInt8]
  var testDescription: String { name }

  /// Reads `\xNN`, `\\` and `\{N:text}`.
  static func unescape(_ text: Substring) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = text
    while let letter = rest.popFirst() {
      guard letter == "\\" else {
        bytes += Array(letter.utf8)
        continue
      }
      switch rest.popFirst() {
      case "x":
        bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
      case "{":
        let body = rest.prefix { $0 != "}" }
        // The text repeated may hold no closing brace, but an escaped one.
        rest = rest.dropFirst(body.count + 1)
        let parts = body.split(separator: ":", maxSplits: 1)
        let part = unescape(parts[1])
        for _ in 0..<(Int(parts[0]) ?? 0) { bytes += part }
      default: bytes.append(0x5C)
      }
    }
    return bytes
  }

  static let all: [ConformanceCase] = {
    let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let text = (try? WholeFile.read("/\(folder)/fixtures/json-conformance.txt", limit: 1 << 20)) ?? []
    return String(decoding: text, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let parts = line.split(separator: " ", maxSplits: 2)
      return ConformanceCase(
        name: String(parts[0]), expectation: String(parts[1]), bytes: parts.count > 2 ? unescape(parts[2]) : [])
    }
  }()
}

/// What one line becomes.
struct ParsedJSON {
  var isValid: Bool
  var fields: LineFields
  var bytes: [UInt8]

  init(
    _ text: String, wanted: [String] = [], idField: String? = nil, bareDurationUnit: Int64 = 0
  ) {
    self.init(bytes: Array(text.utf8), wanted: wanted, idField: idField, bareDurationUnit: bareDurationUnit)
  }

  private static let plainCatalog = FieldCatalog()
  private static let oneWanted = FieldCatalog(wanted: ["wanted"])

  init(bytes: [UInt8], wanted: [String] = [], idField: String? = nil, bareDurationUnit: Int64 = 0) {
    let catalog =
      wanted == ["wanted"]
      ? Self.oneWanted
      : wanted.isEmpty && idField == nil ? Self.plainCatalog : FieldCatalog(wanted: wanted, idField: idField)
    var layout = JSONLine(catalog: catalog)
    var times = TimestampParser()
    var fields = LineFields(wantedCount: wanted.count)
    // Twice, so that the second pass runs on remembered keys and times.
    _ = layout.parse(
      bytes.span, from: 0, to: bytes.count, bareDurationUnit: bareDurationUnit, into: &fields, times: &times)
    fields.reset()
    isValid = layout.parse(
      bytes.span, from: 0, to: bytes.count, bareDurationUnit: bareDurationUnit, into: &fields, times: &times)
    self.fields = fields
    self.bytes = bytes
  }

  func text(_ slice: Slice) -> String? {
    if slice.isMissing { return nil }
    return slice.isInArena
      ? String(decoding: fields.arena[slice.start..<slice.end], as: UTF8.self)
      : String(decoding: bytes[slice.start..<slice.end], as: UTF8.self)
  }

  func isAmbiguous(_ field: StandardField) -> Bool { fields.ambiguous & 1 << UInt16(field.rawValue) != 0 }
}

struct JSONLineTests {
  @Test func conformanceListIsWhole() {
    #expect(ConformanceCase.all.count == 318)
    #expect(ConformanceCase.all.count { $0.expectation == "accept" } == 95)
    #expect(ConformanceCase.all.count { $0.expectation == "reject" } == 188)
  }

  @Test(arguments: ConformanceCase.all)
  func conformance(_ example: ConformanceCase) {
    let isValid = JSONLine.isValid(document: example.bytes.span)
    switch example.expectation {
    case "accept": #expect(isValid)
    case "reject": #expect(!isValid)
    default: break
    }
    // As a line it is the same, if it is an object; and as a member of one.
    let isObject = example.bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == 0x7B
    #expect(ParsedJSON(bytes: example.bytes).isValid == (isValid && isObject))
    for key in ["message", "wanted", "other"] {
      let wrapped = Array("{\"\(key)\":".utf8) + example.bytes + Array("}".utf8)
      let parsed = ParsedJSON(bytes: wrapped, wanted: ["wanted"])
      #expect(parsed.isValid == JSONLine.isValid(document: wrapped.span))
      if isValid { #expect(parsed.isValid) }
    }
  }

  @Test func structlogLine() {
    let parsed = ParsedJSON(
      #"{"ts": "2026-11-23T06:41:44.005Z", "level": "info", "logger": "api.access", "request_id": "d542ec81-da10", "msg": "request finished", "method": "GET", "path": "/api/spots?q=1", "status": 200, "duration_ms": 28.9}"#
        + "\r\n")
    #expect(parsed.isValid)
    #expect(EventTime.rfc3339(parsed.fields.time) == "2026-11-23T06:41:44.005Z")
    #expect(parsed.fields.level == .info)
    #expect(parsed.text(parsed.fields.logger) == "api.access")
    #expect(parsed.text(parsed.fields.requestID) == "d542ec81-da10")
    #expect(parsed.text(parsed.fields.message) == "request finished")
    #expect(parsed.text(parsed.fields.method) == "GET")
    #expect(parsed.text(parsed.fields.path) == "/api/spots?q=1")
    #expect(parsed.fields.status == 200)
    #expect(parsed.fields.duration == 28_900_000)
    #expect(parsed.fields.ambiguous == 0)
  }

  @Test func pinoHTTPLine() {
    let parsed = ParsedJSON(
      #"{"level":30,"time":1795416474982,"pid":1,"hostname":"a","req":{"id":7,"method":"POST","url":"/x","headers":{"id":"no"}},"res":{"statusCode":503},"responseTime":12,"msg":"request completed"}"#,
      bareDurationUnit: 1_000_000)
    #expect(parsed.isValid)
    #expect(parsed.fields.level == .info)
    #expect(EventTime.rfc3339(parsed.fields.time) == "2026-11-23T06:47:54.982Z")
    #expect(parsed.text(parsed.fields.requestID) == "7")
    #expect(parsed.text(parsed.fields.method) == "POST")
    #expect(parsed.text(parsed.fields.path) == "/x")
    #expect(parsed.fields.status == 503)
    #expect(parsed.fields.duration == 12_000_000)
  }

  @Test func zapSlogECSAndOpenTelemetry() {
    let zap = ParsedJSON(
      #"{"level":"warn","ts":1795416474.982,"logger":"http","msg":"slow","duration":0.25}"#,
      bareDurationUnit: 1_000_000_000)
    #expect(zap.fields.level == .warning)
    #expect(zap.fields.duration == 250_000_000)
    #expect(zap.fields.time == 1_795_416_474_982_000_000)
    let slog = ParsedJSON(#"{"time":"2026-11-23T06:47:54.982123456+01:00","level":"ERROR+2","msg":"x"}"#)
    #expect(slog.fields.level == .error)
    #expect(slog.fields.time == 1_795_412_874_982_123_456)
    let ecs = ParsedJSON(
      #"{"@timestamp":"2026-11-23T06:47:54.982Z","log.level":"debug","message":"m","log":{"logger":"a.b"},"trace":{"id":"abc"},"http":{"request":{"method":"GET"},"response":{"status_code":404}},"url":{"path":"/p"},"event":{"duration":1500}}"#,
      bareDurationUnit: 1)
    #expect(ecs.fields.level == .debug)
    #expect(ecs.text(ecs.fields.logger) == "a.b")
    #expect(ecs.text(ecs.fields.requestID) == "abc")
    #expect(ecs.text(ecs.fields.method) == "GET")
    #expect(ecs.fields.status == 404)
    #expect(ecs.text(ecs.fields.path) == "/p")
    #expect(ecs.fields.duration == 1500)
    let otel = ParsedJSON(
      #"{"timeUnixNano":"1795416474982000001","severityNumber":17,"severityText":"ERROR","body":"b","traceId":"0af7","attributes":{"http.route":"/r/{id}"}}"#
    )
    #expect(otel.fields.time == 1_795_416_474_982_000_001)
    #expect(otel.fields.level == .error)
    #expect(otel.text(otel.fields.message) == "b")
    #expect(otel.text(otel.fields.route) == "/r/{id}")
  }

  @Test func escapesAreTakenOutWhereTheyCount() {
    let parsed = ParsedJSON(
      #"{"message":"a\"b\\c\/d\b\f\n\r\t\u00e9\ud83d\ude39\ud800x\u0000","request\u005fid":"i\u0064","other":"\n","path":"/caf\u00e9"}"#
    )
    #expect(parsed.isValid)
    #expect(parsed.text(parsed.fields.message) == "a\"b\\c/d\u{8}\u{C}\n\r\t\u{E9}\u{1F639}\u{FFFD}x\0")
    #expect(parsed.text(parsed.fields.requestID) == "id")
    #expect(parsed.text(parsed.fields.path) == "/caf\u{E9}")
  }

  @Test func repeatedKeysAreAmbiguousOnlyIfTheyDiffer() {
    let same = ParsedJSON(
      #"{"status":500,"status":500,"request_id":"a","request_id":"\u0061","msg":"x","msg":"x","w":1,"w":1}"#,
      wanted: ["w"])
    #expect(same.isValid)
    #expect(same.fields.ambiguous == 0)
    #expect(same.fields.wanted[0].kind == .number)
    let different = ParsedJSON(
      #"{"status":500,"status":200,"request_id":"a","request_id":"b","duration_ms":1,"duration_ms":2,"level":"info","level":"warn","time":"2026-11-23T06:47:54Z","time":"2026-11-23T06:47:55Z","msg":"x","msg":"xy","w":1,"w":"1"}"#,
      wanted: ["w"])
    for field in [StandardField.status, .requestID, .duration, .level, .time, .message] {
      #expect(different.isAmbiguous(field), "\(field)")
    }
    #expect(different.fields.status == 500)
    #expect(different.text(different.fields.requestID) == "a")
    #expect(different.fields.wanted[0].kind == .ambiguous)
    // Spelt another way it is the same key; a key of another rank is not.
    #expect(ParsedJSON(#"{"requestId":"a","request_id":"b"}"#).isAmbiguous(.requestID))
    #expect(!ParsedJSON(#"{"trace_id":"a","request_id":"b"}"#).isAmbiguous(.requestID))
    // Doubt about a worse key ends when a better one comes.
    let better = ParsedJSON(#"{"rid":"a","rid":"b","request_id":"c"}"#)
    #expect(!better.isAmbiguous(.requestID))
    #expect(better.text(better.fields.requestID) == "c")
  }

  @Test func valuesThatAFieldCannotHaveArePassedOver() {
    let parsed = ParsedJSON(
      #"{"status":"ok","code":404,"request_id":null,"correlation_id":"-","rid":"","trace_id":"t","method":7,"http_method":"PUT","level":{"a":1},"severity":"warn","duration_ms":-5,"elapsed_ms":5,"time":"soon","date":"2026-11-23T06:47:54Z","path":{"x":1}}"#
    )
    #expect(parsed.fields.status == 404)
    #expect(parsed.text(parsed.fields.requestID) == "t")
    #expect(parsed.text(parsed.fields.method) == "PUT")
    #expect(parsed.fields.level == .warning)
    #expect(parsed.fields.duration == 5_000_000)
    #expect(parsed.fields.time == 1_795_416_474_000_000_000)
    #expect(parsed.fields.path.isMissing)
  }

  @Test func requestLineGivesWayToKeysOfItsParts() {
    let line = ParsedJSON(#"{"request":"GET /a?b=c d HTTP/1.1","status":"200"}"#)
    #expect(line.text(line.fields.method) == "GET")
    #expect(line.text(line.fields.path) == "/a?b=c d")
    #expect(line.fields.status == 200)
    let both = ParsedJSON(#"{"request":"GET /a HTTP/1.1","path":"/b","method":"PUT"}"#)
    #expect(both.text(both.fields.method) == "PUT")
    #expect(both.text(both.fields.path) == "/b")
    #expect(both.fields.ambiguous == 0)
  }

  @Test func nestingEndsAtItsLimit() {
    func nested(_ levels: Int, _ open: String, _ close: String) -> String {
      "{\"a\":" + String(repeating: open, count: levels - 1) + "1" + String(repeating: close, count: levels - 1) + "}"
    }
    #expect(ParsedJSON(nested(128, "[", "]")).isValid)
    #expect(!ParsedJSON(nested(129, "[", "]")).isValid)
    #expect(ParsedJSON(nested(128, "{\"a\":", "}")).isValid)
    #expect(!ParsedJSON(nested(129, "{\"a\":", "}")).isValid)
    #expect(!ParsedJSON(nested(200_000, "{\"a\":[", "]}")).isValid)
  }

  @Test func invalidUTF8IsKept() {
    let bad = ParsedJSON(bytes: Array("{\"msg\":\"a".utf8) + [0xFF, 0xC3] + Array("\"}".utf8))
    #expect(bad.isValid)
    #expect(bad.fields.message.count == 3)
    let good = ParsedJSON("{\"msg\":\"Calle Pe\u{F1}\u{F3}n \u{1F639}\"}")
    #expect(good.isValid)
    #expect(good.text(good.fields.message) == "Calle Pe\u{F1}\u{F3}n \u{1F639}")
  }

  @Test func wantedFields() {
    let parsed = ParsedJSON(
      #"{"client":"a","user":{"id":7,"tags":["x",{"y":1}]},"ok":true,"none":null,"status":200}"#,
      wanted: ["client", "user.id", "user.tags", "ok", "none", "status", "absent"])
    let kinds = parsed.fields.wanted.map(\.kind)
    #expect(kinds == [.text, .number, .composite, .bool, .null, .number, .missing])
    #expect(parsed.text(parsed.fields.wanted[2].slice) == #"["x",{"y":1}]"#)
    #expect(parsed.fields.status == 200)
  }

  @Test func longAndShortKeysAreToldApart() {
    // Keys around the length that is remembered by two words, with parents that differ.
    let parsed = ParsedJSON(
      #"{"abcdefghijklmnop":1,"abcdefghijklmnoq":2,"abcdefghijklmnopq":3,"abcdefg":4,"abcdefgh":5,"p":{"abcdefg":6},"q":{"abcdefg":7},"":8}"#,
      wanted: [
        "abcdefghijklmnop", "abcdefghijklmnoq", "abcdefghijklmnopq", "abcdefg", "abcdefgh", "p.abcdefg", "q.abcdefg",
      ]
    )
    #expect(parsed.fields.wanted.map { parsed.text($0.slice) } == ["1", "2", "3", "4", "5", "6", "7"])
  }

  @Test func cutLinesAreRefusedAndNeverReadPastTheirEnd() {
    let line = Array(
      #"{"ts":"2026-11-23T06:41:44.005Z","level":30,"req":{"id":"a\u00e9b"},"duration_ms":28.9e0,"ok":[true,false,null],"msg":"x\n"}"#
        .utf8)
    for length in 0..<line.count {
      #expect(!ParsedJSON(bytes: Array(line[0..<length])).isValid)
    }
    #expect(ParsedJSON(bytes: line).isValid)
  }

  @Test func anyByteAnywhereIsTakenOrRefusedAlikeByBothReaders() {
    let line = Array(#"{"a":[1,-2.5e+3,"x\u00e9"],"msg":{"b":null},"status":200}"#.utf8)
    var layout = JSONLine(catalog: FieldCatalog())
    var times = TimestampParser()
    var fields = LineFields()
    for i in line.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = line
        changed[i] = byte
        let isValid = JSONLine.isValid(document: changed.span)
        let members = JSONLine.members(of: changed.span, from: 0, to: changed.count)
        #expect((members != nil) == isValid || i == 0)
        fields.reset()
        let isLine = layout.parse(changed.span, from: 0, to: changed.count, into: &fields, times: &times)
        if isLine != isValid { Issue.record("byte \(byte) at \(i)") }
      }
    }
  }

  @Test func membersByDottedName() {
    let bytes = Array(#" {"a":1,"b":{"c\n":"x\ty","d":{},"e":[1,{"f":2}]},"g":true,"h":null} "#.utf8)
    let members = JSONLine.members(of: bytes.span, from: 0, to: bytes.count) ?? []
    #expect(members.map(\.name) == ["a", "b.c\n", "b.d", "b.e", "g", "h"])
    #expect(members.map(\.value.kind) == [.number, .text, .composite, .composite, .bool, .null])
    let texts = members.map { JSONText.string(of: $0.value, in: bytes.span) }
    #expect(texts == ["1", "x\ty", "{}", #"[1,{"f":2}]"#, "true", "null"])
    let list = Array("[1]".utf8)
    #expect(JSONLine.members(of: list.span, from: 0, to: 3) == nil)
  }
}
