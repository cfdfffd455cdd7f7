import Analysis
import Foundation
import TestKit
import Testing
import TraceCore

@testable import Report

/// What the incident document says to people, to browsers and to scripts.
///
/// With SKEIN_PAGES=FOLDER in the environment the pages are written there, to be looked at in a browser.
struct IncidentReportTests {
  static let documents: [(name: String, document: IncidentDocument)] = [
    ("small", IncidentSamples.small()), ("nothing", IncidentSamples.small(failing: 0..<0)),
    ("failing", IncidentSamples.small(failing: 0..<10)), ("untimed", IncidentSamples.small(isTimed: false)),
    ("one-window", IncidentSamples.small(failing: 0..<1, windows: 1)),
    ("ongoing", IncidentSamples.small(failing: 6..<10)), ("empty", IncidentSamples.empty()),
  ]
  static let names = documents.map(\.name) + ["capture", "hostile"]

  static func document(_ name: String) throws -> IncidentDocument {
    switch name {
    case "capture": try IncidentSamples.capture()
    case "hostile": try HostileIncident.document()
    default: try #require(documents.first { $0.name == name }).document
    }
  }

  static func markdown(_ document: IncidentDocument, chartFiles: [String]? = nil) -> String {
    var sink = TextSink()
    IncidentReport.markdown(document, chartFiles: chartFiles, into: &sink)
    return sink.text
  }

  static func html(_ document: IncidentDocument) -> String {
    var sink = TextSink()
    IncidentReport.html(document, into: &sink)
    return sink.text
  }

  static func json(_ document: IncidentDocument, pretty: Bool = true) -> TextSink {
    var sink = TextSink()
    IncidentReport.json(document, pretty: pretty, into: &sink)
    return sink
  }

  // MARK: Word for word

  @Test(arguments: ["small", "nothing", "failing", "untimed", "one-window", "ongoing", "empty", "capture"])
  func markdownIsAsLookedAt(name: String) throws {
    try Golden.expect(Self.markdown(try Self.document(name)), "incident-\(name).md")
  }

  @Test func pageIsAsLookedAt() throws { try Golden.expect(Self.html(IncidentSamples.small()), "incident-small.html") }

  @Test func jsonIsAsLookedAt() throws {
    try Golden.expect(Self.json(IncidentSamples.small()).text, "incident-small.json")
  }

  @Test(arguments: names)
  func writtenToBeLookedAt(name: String) throws {
    guard let folder = ProcessInfo.processInfo.environment["SKEIN_PAGES"] else { return }
    let document = try Self.document(name)
    let place = URL(fileURLWithPath: folder)
    try Self.html(document).write(to: place.appendingPathComponent("\(name).html"), atomically: true, encoding: .utf8)
    try Self.markdown(document).write(to: place.appendingPathComponent("\(name).md"), atomically: true, encoding: .utf8)
    for (file, svg) in IncidentReport.charts(document) {
      try svg.write(to: place.appendingPathComponent("\(name)-\(file)"), atomically: true, encoding: .utf8)
    }
  }

  // MARK: HTML

  /// No script, no handler, no address but anchors of the page itself and the empty icon; nothing that fetches.
  @Test(arguments: names)
  func pageIsInert(name: String) throws {
    let markup = try StrictMarkup(parsing: Self.html(try Self.document(name)))
    let known: Set<String> = [
      "html", "head", "meta", "title", "link", "style", "body", "header", "h1", "h2", "h3", "p", "nav", "ol", "ul",
      "li", "a",
      "main", "section", "dl", "div", "dt", "dd", "figure", "figcaption", "table", "thead", "tbody", "tr", "th", "td",
      "code",
      "pre", "span", "strong", "em", "details", "summary", "svg", "desc", "path", "rect", "circle", "text",
    ]
    var ids: Set<String> = []
    for element in markup.elements {
      #expect(known.contains(element.name), "\(element.name)")
      for (key, value) in element.attributes {
        #expect(!key.hasPrefix("on") && key != "src" && key != "style" && key != "action", "\(element)")
        if key == "href" { #expect(value.hasPrefix("#") || value == "data:,", "\(value)") }
        if key == "id" { #expect(ids.insert(value).inserted, "\(value) stands twice") }
      }
    }
    for element in markup.elements {
      let targets = [element.attributes["aria-labelledby"] ?? ""].flatMap { $0.split(separator: " ") }
      #expect(targets.allSatisfy { ids.contains(String($0)) }, "\(element)")
      if let anchor = element.attributes["href"], anchor.hasPrefix("#") {
        #expect(ids.contains(String(anchor.dropFirst())))
      }
    }
    let policy = try #require(markup.elements.first { $0.attributes["http-equiv"] == "Content-Security-Policy" })
    #expect(
      policy.attributes["content"]?.hasPrefix("default-src 'none'; style-src 'unsafe-inline'; img-src data:") == true)
    #expect(!markup.text.unicodeScalars.contains { Escape.isControl($0) && $0 != "\n" })
  }

  /// What was in the log is to be read on the page, whatever it is.
  @Test func hostileTextIsThere() throws {
    let text = try StrictMarkup(parsing: Self.html(try HostileIncident.document())).text
    for hostile in HostileIncident.texts where hostile.utf8.count < 300 && hostile.contains(where: { $0 != " " }) {
      let shown = Escape.terminal(hostile).replacing("\u{FFFE}\u{FFFF}", with: "\u{FFFD}\u{FFFD}")
      // By scalars: to Swift a combining mark of a neighbour makes another character.
      #expect(text.unicodeScalars.contains(shown.unicodeScalars), "\(hostile)")
    }
  }

  /// Very many windows, lines and rows make no endless page.
  @Test func pageIsBounded() throws {
    var document = try HostileIncident.document()
    var random = SplitMix64(seed: 11)
    document.series = (0..<5_000).map { i in
      let requests = (0..<8).map { k in
        IncidentSamples.served(
          at: Int64(i), status: k == 0 ? 500 : 200, duration: Int64.random(in: 100_000..<90_000_000_000, using: &random)
        )
      }
      return IncidentSamples.window(
        IncidentSamples.onset + Int64(i) * IncidentSamples.second, IncidentSamples.second, requests)
    }
    document.segments[0].routes = (0..<900).map { i in
      var group = document.segments[0].total
      group.name = "GET /\(i)"
      return group
    }
    let charts = IncidentReport.charts(document)
    #expect(charts[0].name == "over-time.svg" && charts[0].svg.utf8.count < 60_000)
    #expect(charts[1].name == "latency.svg" && charts[1].svg.utf8.count < 200_000)
    #expect(Self.html(document).utf8.count < 2_000_000)
    let capture = try IncidentSamples.capture()
    #expect(Self.html(capture).utf8.count < 100_000)
  }

  // MARK: Markdown

  /// Outside of code no link, image, mention, tag or heading comes of a text; code ends where it should.
  @Test func markdownIsInert() throws {
    var fence: Substring?
    let text = Self.markdown(try HostileIncident.document())
    #expect(!text.unicodeScalars.contains { Escape.isControl($0) && $0 != "\n" })
    var (columns, titles) = (0, 0)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let ticks = line.prefix { $0 == "`" }
      if let open = fence {
        if line == open { fence = nil }
        continue
      }
      if ticks.count >= 3 {
        fence = ticks
        continue
      }
      if line.hasPrefix("# ") { titles += 1 }
      // Rows of a table have as many cells as its head.
      if line.hasPrefix("|") {
        let bars = zip(line, " " + line).count { $0 == "|" && $1 != "\\" }
        if columns == 0 { columns = bars }
        #expect(bars == columns, "\(line)")
      } else {
        columns = 0
      }
      let plain = line.replacing("\\`", with: "")
      #expect(plain.count { $0 == "`" }.isMultiple(of: 2), "\(line)")
      var words = ""
      for (i, part) in plain.split(separator: "`", omittingEmptySubsequences: false).enumerated() where i % 2 == 0 {
        words += part
      }
      for escaped in ["[", "]", "*", "_", "~", "\\", "!", "#"] { words = words.replacing("\\" + escaped, with: "") }
      if words.hasPrefix("- [") { continue }  // the list of contents
      for mark in ["**", "_to be filled in by people_"] { words = words.replacing(mark, with: "") }
      #expect(words.firstMatch(of: #/[\[\]<~]|:\/\/|@\w|\w#\d|www\.\w/#) == nil, "\(line)")
      let isOwn = ["# ", "## ", "### ", "- ", "  ", "|"].contains { line.hasPrefix($0) }
      #expect(isOwn || line.firstMatch(of: #/^([-+*>#=]|\d+[.)]|    )/#) == nil || line.hasPrefix("**"), "\(line)")
    }
    #expect(fence == nil && titles == 1)
  }

  @Test func chartsAreReferredTo() throws {
    let document = IncidentSamples.small()
    let names = IncidentReport.charts(document).map(\.name)
    #expect(names == ["over-time.svg", "latency.svg"])
    let text = Self.markdown(document, chartFiles: names.map { "incident files/\($0)" })
    #expect(text.contains("![Error rate, latency and throughput over time](incident%20files/over-time.svg)"))
    #expect(text.contains("![Latency of requests over time](incident%20files/latency.svg)"))
    for (name, svg) in IncidentReport.charts(try HostileIncident.document()) {
      let markup = try StrictMarkup(parsing: svg)
      #expect(markup.elements.first?.attributes["xmlns"] == "http://www.w3.org/2000/svg", "\(name)")
      #expect(markup.elements.allSatisfy { $0.attributes["href"] == nil && $0.name != "image" })
    }
  }

  // MARK: JSON

  @Test(arguments: names)
  func jsonIsJSON(name: String) throws {
    let document = try Self.document(name)
    for pretty in [true, false] {
      let value = try JSONValue(parsing: Self.json(document, pretty: pretty).bytes)
      #expect(value.members.first?.key == "schema" && value["schema"].string == "skein.incident/1")
      #expect(value.members.last?.key == "ledger")
      #expect(value["series"].array.count == document.series.count)
      let errors = value["series"].array.compactMap { $0["errors"].int }.reduce(0, +)
      #expect(Int64(errors) == document.series.reduce(0) { $0 + $1.errors })
    }
  }

  /// The figures of the capture are those that its README tells of the same span.
  @Test func captureHasItsNumbers() throws {
    let document = try IncidentSamples.capture()
    let during = try JSONValue(parsing: Self.json(document).bytes)["segments"][1]
    #expect(during["total"]["requests"].int == 1340 && during["total"]["errors"].int == 605)
    for text in [Self.markdown(document), Self.html(document)] {
      #expect(text.contains("605 of 1,340 requests") && text.contains("45.1 %"))
    }
  }

  // MARK: Names and sentences

  @Test func fileNames() {
    #expect(IncidentReport.fileName(IncidentSamples.small()) == "incident_20261123_065035")
    #expect(IncidentReport.fileName(IncidentSamples.small(failing: 0..<0)) == "incident_20261123_064955")
    #expect(IncidentReport.fileName(IncidentSamples.empty()) == "incident")
  }

  @Test func summaryTellsHowItEnded() {
    func end(_ change: (inout IncidentDocument) -> Void) -> String {
      var document = IncidentSamples.small()
      change(&document)
      return IncidentText(document).summary[2].plain
    }
    #expect(
      end { _ in } == "It was over at 06:51:05: the 3 windows of 10 s after it show no sign of it (3 were required).")
    #expect(end { $0.cleanWindows = 1 }.contains("not confirmed: 1 window of 10 s after it is free of signs, 3 were"))
    #expect(end { $0.cleanWindows = 0 }.contains("no window after it is free"))
    let ongoing = end { $0.span?.isOngoing = true }
    #expect(ongoing.contains("whether and when it was over is not known"))
  }
  @Test func summaryTellsHowBadItWas() {
    func bad(_ change: (inout GroupSummary) -> Void) -> String {
      var document = IncidentSamples.small()
      change(&document.segments[1].total)
      return IncidentText(document).summary[1].plain
    }
    let some = bad { _ in }
    #expect(
      some == "12 of 15 requests failed (80.0 %, before 0 %), on GET /a/{id}; p95 was 753 ms, before 32.0 ms.")
    let all = bad { $0.errors = 15 }
    #expect(all.hasPrefix("All of its 15 requests failed, on GET /a/{id}"))
    let none = bad { $0.errors = 0 }
    #expect(none == "None of its 15 requests failed; p95 was 753 ms, before 32.0 ms.")
    let one = bad { ($0.requests, $0.errors, $0.p95) = (1, 1, nil) }
    #expect(one == "Its one request failed, on GET /a/{id}; durations are not logged.")
    let open = bad { ($0.requests, $0.errors, $0.unfinished) = (0, 0, 2) }
    #expect(open == "No request ended; 2 requests had begun.")
  }
}
