import Testing
import TraceCore

struct LineFieldsValuesTests {
  private static let catalog = FieldCatalog()

  /// Takes `key=value` texts in order.
  static func take(
    _ pairs: [(String, String)], byLayout: Bool = false, bareDurationUnit: Int64 = 0,
    catalog: FieldCatalog = catalog
  ) -> (fields: LineFields, bytes: [UInt8]) {
    var bytes: [UInt8] = []
    var slices: [Slice] = []
    for (_, value) in pairs {
      slices.append(Slice(bytes.count, bytes.count + value.utf8.count))
      bytes += Array(value.utf8)
    }
    var fields = LineFields(wantedCount: catalog.wantedNames.count)
    fields.bareDurationUnit = bareDurationUnit
    var times = TimestampParser()
    for ((key, _), slice) in zip(pairs, slices) {
      fields.take(catalog[key], FieldValue(.text, slice), in: bytes.span, byLayout: byLayout, times: &times)
    }
    return (fields, bytes)
  }

  static func duration(_ key: String, _ value: String, bare: Int64 = 0) -> Int64 {
    take([(key, value)], bareDurationUnit: bare).fields.duration
  }

  @Test(arguments: [
    ("duration_ms", "28.9", 28_900_000), ("duration_ms", "0.0", 0), ("duration_us", "1.5", 1_500),
    ("duration_ns", "7", 7), ("duration_s", "0.000000001", 1), ("took_s", "1e-3", 1_000_000),
    ("took_ms", "1.5E2", 150_000_000), ("elapsed_seconds", "3", 3_000_000_000), ("latency", "12.3ms", 12_300_000),
    ("latency_s", "12.3ms", 12_300_000), ("latency", "1.5s", 1_500_000_000), ("latency", "250µs", 250_000),
    ("latency", "250μs", 250_000), ("latency", "250us", 250_000), ("latency", "80ns", 80),
    ("latency", "3m2.5s", 182_500_000_000), ("latency", "1h2m3s", 3_723_000_000_000),
    ("latency", "12.3 ms", 12_300_000), ("latency", "2 seconds", 2_000_000_000),
    ("latency", "15 milliseconds", 15_000_000), ("latency", "3 minutes", 180_000_000_000),
    ("duration_ms", "28.900000000000002", 28_900_000), ("duration_ms", "28.899999999999999", 28_900_000),
    ("duration_ms", "0.0000005", 1), ("duration_ms", "0.0000004", 0), ("duration_ms", "1e300", .max),
    ("duration_ms", "9223372036855", .max), ("duration_s", "9223372036.854775807", .max),
    ("duration_ms", "00000000000000000000000000012.5", 12_500_000),
    ("duration_s", "0.00001234567890123456789", 12_346), ("duration_s", "1e-400", 0),
    ("duration_ms", "-1", -1), ("latency", "-5ms", -1), ("duration_ms", "fast", -1), ("duration_ms", "", -1),
    ("latency", "12 parsecs", -1), ("latency", "1.2.3ms", -1), ("latency", "5ms later", -1), ("latency", "-", -1),
    ("latency", "12.3", -1),
  ])
  func durationsAreExact(key: String, value: String, nanoseconds: Int64) {
    #expect(Self.duration(key, value) == nanoseconds)
  }

  @Test func everyTenthOfAMillisecondIsExact() {
    for tenths in 0..<30_000 {
      let bytes = Array("\(tenths / 10).\(tenths % 10)".utf8)
      let reading = DurationText.read(bytes.span, from: 0, to: bytes.count, unit: 1_000_000)
      if reading != .nanoseconds(Int64(tenths) * 100_000) { Issue.record("\(tenths)") }
    }
  }

  @Test func bareDurationsTakeTheLayoutsUnitOrNone() {
    #expect(Self.duration("duration", "2", bare: 1_000_000_000) == 2_000_000_000)
    #expect(Self.duration("duration", "2ms", bare: 1_000_000_000) == 2_000_000)
    let unknown = Self.take([("duration", "2")]).fields
    #expect(unknown.duration == -1)
    #expect(unknown.durationWithoutUnit)
    let known = Self.take([("duration", "2"), ("duration_ms", "3")]).fields
    #expect(known.duration == 3_000_000)
    #expect(!known.durationWithoutUnit)
    let first = Self.take([("duration_ms", "3"), ("duration", "2")]).fields
    #expect(first.duration == 3_000_000)
    #expect(!first.durationWithoutUnit)
    #expect(!Self.take([("duration", "-")]).fields.durationWithoutUnit)
  }

  @Test(arguments: [
    ("level", "INFO", Level.info), ("level", "30", .none), ("level", "60", .none), ("level", "3", .none),
    ("levelno", "30", .warning), ("levelno", "50", .critical),
    ("priority", "4", .warning), ("severityNumber", "9", .info), ("severityNumber", "24", .critical),
    ("level", "WARN+1", .warning), ("level", "DEBUG-4", .debug), ("severityText", "ERROR2", .error),
    ("level", "loud", .none), ("level", "", .none), ("level", "1000", .none), ("severityNumber", "25", .none),
    ("level", "info!", .none), ("level", "200 OK", .none),
  ])
  func levels(key: String, value: String, level: Level) {
    #expect(Self.take([(key, value)]).fields.level == level)
  }

  @Test(arguments: [
    ("request_id", "abc", "abc"), ("request_id", "-", nil), ("request_id", "", nil), ("request_id", "null", nil),
    ("request_id", "NULL", nil), ("request_id", "None", nil), ("request_id", "nobody", "nobody"),
    ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c"),
    ("traceparent", "00-00000000000000000000000000000000-b7ad6b7169203331-01", nil),
    (
      "traceparent", "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
      "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01"
    ),
  ])
  func requestIDs(key: String, value: String, id: String?) {
    let (fields, bytes) = Self.take([(key, value)])
    let slice = fields.requestID
    #expect((slice.isMissing ? nil : String(decoding: bytes[slice.start..<slice.end], as: UTF8.self)) == id)
  }

  @Test(arguments: [
    ("200", 200), ("999", 999), ("100", 100), ("099", 0), ("1000", 0), ("20", 0), ("2x0", 0), ("200 OK", 200),
    ("200.0", 0), ("", 0), ("-", 0), ("-200", 0),
  ])
  func statuses(value: String, status: Int32) {
    #expect(Self.take([("status", value)]).fields.status == status)
  }

  @Test func layoutWinsOverPairsInEitherOrder() {
    let catalog = FieldCatalog(wanted: ["status", "client"])
    let bytes = Array("200500ab".utf8)
    let placed = FieldValue(.text, Slice(0, 3))
    let forged = FieldValue(.text, Slice(3, 6))
    var times = TimestampParser()
    for order in [[true, false], [false, true]] {
      var fields = LineFields(wantedCount: 2)
      for byLayout in order {
        fields.take(catalog["status"], byLayout ? placed : forged, in: bytes.span, byLayout: byLayout, times: &times)
        fields.take(
          catalog["client"], FieldValue(.text, byLayout ? Slice(6, 7) : Slice(7, 8)), in: bytes.span,
          byLayout: byLayout, times: &times)
      }
      #expect(fields.status == 200)
      #expect(fields.wanted == [placed, FieldValue(.text, Slice(6, 7))])
      #expect(fields.ambiguous == 0)
    }
  }

  @Test func pairsThatRepeatAreAmbiguousIfTheyDiffer() {
    let bit = UInt16(1) << UInt16(StandardField.status.rawValue)
    #expect(Self.take([("status", "200"), ("status", "200")]).fields.ambiguous == 0)
    #expect(Self.take([("status", "200"), ("status", "500")]).fields.ambiguous == bit)
    #expect(Self.take([("status", "200"), ("http_status", "500")]).fields.ambiguous == 0)
  }

  @Test(arguments: [
    ("exc_info", "Traceback", true), ("exc_info", "", false), ("exc_info", "None", false),
    ("exc_info", "NoneType: None", false), ("stack", "-", false), ("stack", "at x", true),
  ])
  func exceptions(key: String, value: String, isThere: Bool) {
    #expect(Self.take([(key, value)]).fields.hasException == isThere)
  }

  @Test func UTF8IsCheckedAsUnicodeSays() {
    func isValid(_ bytes: [UInt8]) -> Bool { UTF8Text.isValid(bytes.span, from: 0, to: bytes.count) }
    // Against the standard library, over every lead with chosen tails.
    let tails: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
    for lead in UInt8.min...UInt8.max {
      for a in tails {
        for b in tails {
          for c in [0x41, 0x80] as [UInt8] {
            let bytes = Array("0123456".utf8) + [lead, a, b, c]
            let expected = String(validating: bytes, as: UTF8.self) != nil
            if isValid(bytes) != expected { Issue.record("\(bytes)") }
          }
        }
      }
    }
  }
}
