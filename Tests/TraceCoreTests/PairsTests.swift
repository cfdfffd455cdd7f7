import TestKit
import Testing

@testable import TraceCore

/// The fast way to find `key=value` pairs against the one that reads in order: the same fields of any message.
struct PairsTests {
  static let pieces = [
    "method=GET", "path=/api/x", "path=/a?status=500&x=1", "status=200", "status=503,", "duration_ms=12.5", "took=3ms",
    "duration=5;", "request_id=abc", "X-Request-ID=9", "msg=\"a status=500 b\"", "key=\"un closed",
    "q=\"say \\\"hi\\\"\"",
    "it's", "can't", "'quoted status=500 text'", "name='x y'", "5\" disk", "http://h/x?a=b", "a=b=status=500", "=",
    "==",
    "x=", "(status=404)", "[method=PUT", "retry_in_ms=500", "wait_ms=3", "level=info", "rid=7", "t=1", "\u{1}", "é=1",
    "statusé=1", "Straße=\"Kö 5\"", "\tstatus=201\t", "STATUS=202", "status-code=203", "s_t_a_t_u_s=204", "none=-",
    "word",
    "request=\"GET /x HTTP/1.1\"", "{\"status\":500}", "route=/x/{id}", "ms=4", "-=1", "_ms=2", "a.status=1",
    "wanted=w",
    "x.wanted=1",
  ]

  static func message(_ random: inout SplitMix64) -> String {
    let glue = [" ", " ", " ", "  ", "", ",", "|", " ("]
    return (0..<random.below(12) + 1).map { _ in
      pieces[random.below(pieces.count)] + glue[random.below(glue.count)]
    }.joined()
  }

  @Test(arguments: [FieldCatalog(), FieldCatalog(wanted: ["wanted", "é", "x y"], includesSteps: true)])
  func bothWaysFindTheSame(catalog: FieldCatalog) {
    var random = SplitMix64(seed: 5)
    var fast = LineFields(wantedCount: catalog.wantedNames.count)
    var slow = LineFields(wantedCount: catalog.wantedNames.count)
    var times = TimestampParser()
    var masks = ByteMasks()
    for round in 0..<20_000 {
      // What stands in front and behind is no part of it.
      let front = ["", "x", "status=1 ", "] ", "path"][random.below(5)]
      let text = Self.message(&random)
      let bytes = Array((front + text + ["", " status=999", "=1"][random.below(3)]).utf8)
      let start = front.utf8.count
      let end = start + text.utf8.count
      masks.fill(from: bytes.span)
      masks.markTelling(in: bytes.span, fast.endings.entries)
      fast.reset()
      slow.reset()
      fast.arena.removeAll()
      slow.arena.removeAll()
      fast.takePairs(bytes.span, masks.span, start, end, catalog: catalog, times: &times)
      _ = slow.takePairsInOrder(bytes.span, start, end, catalog: catalog, times: &times)
      #expect(Self.told(fast, bytes) == Self.told(slow, bytes), "round \(round): '\(front)|\(text)'")
    }
  }

  /// As logfmt reads them: every pair counts.
  @Test func allPairsAreCounted() {
    let catalog = FieldCatalog()
    var random = SplitMix64(seed: 9)
    var fast = LineFields()
    var slow = LineFields()
    var times = TimestampParser()
    for round in 0..<5_000 {
      let text = Self.message(&random)
      let bytes = Array(text.utf8)
      let masks = ByteMasks(of: bytes.span)
      fast.reset()
      slow.reset()
      let found = fast.takeAllPairs(bytes.span, masks.span, 0, bytes.count, catalog: catalog, times: &times)
      let expected = slow.takePairsInOrder(bytes.span, 0, bytes.count, catalog: catalog, times: &times)
      #expect(found == expected, "round \(round): '\(text)'")
      #expect(Self.told(fast, bytes) == Self.told(slow, bytes), "round \(round): '\(text)'")
    }
  }

  /// All that the pairs told, as text.
  static func told(_ fields: LineFields, _ bytes: [UInt8]) -> [String] {
    func text(_ slice: Slice) -> String {
      if slice.isMissing { return "-" }
      return slice.isInArena
        ? String(decoding: fields.arena[slice.start..<slice.end], as: UTF8.self)
        : String(decoding: bytes[slice.start..<slice.end], as: UTF8.self)
    }
    return [
      text(fields.requestID), text(fields.method), text(fields.path), text(fields.route), text(fields.logger),
      text(fields.message), "\(fields.status)", "\(fields.duration)", "\(fields.durationWithoutUnit)",
      fields.level.name, "\(fields.time)", "\(fields.ambiguous)", "\(fields.present)", "\(fields.hasException)",
    ] + fields.wanted.map { "\($0.kind) \(text($0.slice))" }
  }
}
