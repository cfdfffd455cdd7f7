import Report
import TestKit
import Testing
import TraceCore

/// What a comparison says to people, to scripts and to a ticket, word for word.
struct DiffReportTests {
  static let names = ["release", "same", "hostile"]

  private static func document(_ name: String) -> DiffDocument {
    switch name {
    case "release": DiffSamples.release()
    case "same": DiffSamples.same()
    default: DiffSamples.hostile()
    }
  }

  private static func text(_ name: String, _ style: Style) -> String {
    var sink = TextSink()
    DiffReport.text(document(name), style: style, into: &sink)
    return sink.text
  }

  private static func markdown(_ name: String) -> String {
    var sink = TextSink()
    DiffReport.markdown(document(name), into: &sink)
    return sink.text
  }

  @Test(arguments: names, GoldenTests.styles.map(\.0))
  func text(name: String, style: String) throws {
    let found = try #require(GoldenTests.styles.first { $0.0 == style }).1
    let text = Self.text(name, found)
    #expect(!text.contains("\u{1b}]") && !text.contains("\u{202e}") && !text.contains("\u{07}"))
    try Golden.expect(text, "diff-\(name)-\(style).txt")
  }

  @Test(arguments: names)
  func json(name: String) throws {
    var (pretty, plain) = (TextSink(), TextSink())
    DiffReport.json(Self.document(name), pretty: true, into: &pretty)
    DiffReport.json(Self.document(name), pretty: false, into: &plain)
    let value = try JSONValue(parsing: plain.bytes)
    #expect(try JSONValue(parsing: pretty.bytes) == value)
    #expect(value.members.first?.key == "schema" && value["schema"].string == "skein.diff/1")
    #expect(value.members.last?.key == "ledger" && value["routes"].array.count == Self.document(name).routes.count)
    try Golden.expect(plain.text, "diff-\(name).json")
  }

  @Test(arguments: names)
  func markdown(name: String) throws { try Golden.expect(Self.markdown(name), "diff-\(name).md") }

  @Test func whatMovedComesFirst() {
    #expect(
      DiffSamples.release().sentence
        == "3 of 4 routes moved, 1 route only in A, 1 route only in B, 1 log message new, "
        + "1 log message changed in rate, 1 log message gone")
    #expect(DiffSamples.same().sentence.hasPrefix("nothing moved"))
    var empty = DiffSamples.same()
    empty.b.total.requests = 0
    #expect(empty.sentence == "nothing to compare: B has no requests")
  }

  /// No cell, heading, link, image, mention or tag comes of a name.
  @Test func hostileNamesAreInert() {
    let lines = Self.markdown("hostile").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count { $0.hasPrefix("# ") } == 1)
    for line in lines where !line.hasPrefix("    ") {
      // What a backslash makes a plain character is no syntax.
      let text = line.replacing("\\]", with: "")
      for syntax in ["](", "<img", "@all", "</script", "://"] { #expect(!text.contains(syntax), "\(line)") }
      if line.hasPrefix("|") {
        let bars = zip(line.dropFirst(), line).count { $0 == "|" && $1 != "\\" }
        #expect([4, 6, 12].contains(bars), "\(line)")
      }
    }
  }
}
