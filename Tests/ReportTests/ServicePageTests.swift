import Analysis
import TestKit
import Testing
import TraceCore

@testable import Report

/// What the pages of a service say to people and to browsers.
struct ServicePageTests {
  static let views: [(name: String, view: ServiceView)] = [
    ("sample", ServiceSamples.view()), ("empty", ServiceSamples.empty()), ("silent", ServiceSamples.silent()),
    ("large", ServiceSamples.large()), ("hostile", ServiceSamples.hostile(WidthTests.hostile.joined(separator: " "))),
    ("markup", ServiceSamples.hostile("\"><script src=javascript:alert(1)>' onload=\"x\" \u{202E}</main>")),
  ]

  static func html(_ view: ServiceView, _ page: ServicePage.Kind) -> String {
    var sink = TextSink()
    ServicePage.html(view, page: page, into: &sink)
    return sink.text
  }

  static func trace(_ id: String, _ lives: [(trace: TraceSummary, records: [EvidenceRecord])]) -> String {
    var sink = TextSink()
    ServicePage.trace(id: id, lives: lives, view: ServiceSamples.view(), into: &sink)
    return sink.text
  }

  static func message(_ text: String) -> String {
    var sink = TextSink()
    ServicePage.message(
      title: text, text: text, status: 503, retry: 5, address: ServiceAddress.trace(text), into: &sink)
    return sink.text
  }

  static func text(_ view: ServiceView, _ page: ServicePage.Kind) throws -> String {
    try StrictMarkup(parsing: html(view, page)).text
  }

  /// Every page there is, of every view.
  static func pages() -> [(name: String, html: String)] {
    let hostile = "\"><script>alert('x')</script>\u{0}\u{202E}&amp;"
    var trace = Samples.trace()
    (trace.id, trace.route) = (hostile, hostile)
    let records = Samples.traceRecords().map { record in
      var record = record
      (record.message, record.path, record.logger) = (hostile, hostile, hostile)
      record.text = Array(hostile.utf8) + [0xFF, 0x1B, 0x0D, 0x0A] + record.text
      return record
    }
    return views.flatMap { name, view in
      ServicePage.Kind.allCases.map { (name: "\(name) \($0)", html: html(view, $0)) }
    } + [
      ("trace", self.trace(Samples.trace().id, [(trace: Samples.trace(), records: Samples.traceRecords())])),
      ("hostile trace", self.trace(hostile, [(trace: trace, records: records), (trace: trace, records: [])])),
      ("no trace", self.trace(hostile, [])), ("message", message(hostile)),
    ]
  }

  // MARK: What a browser may do with them

  /// Strict markup that the policy of the server allows: no inline style, script or handler, no address outside the site.
  @Test func pagesAreInert() throws {
    for (name, html) in Self.pages() {
      let markup = try StrictMarkup(parsing: html)
      var ids: Set<String> = []
      for element in markup.elements {
        #expect(!["style", "iframe", "object", "embed", "base"].contains(element.name), "\(name): \(element.name)")
        for (key, value) in element.attributes {
          #expect(!key.hasPrefix("on") && key != "style", "\(name): \(element)")
          if key == "id" { #expect(ids.insert(value).inserted, "\(name): \(value) stands twice") }
          if key == "src" { #expect(element.name == "script" && value == "/live.js", "\(name): \(element)") }
          guard key == "href" || key == "action" else { continue }
          let isOwn = value.utf8.allSatisfy { byte in
            Self.addressBytes.contains(byte)
          }
          #expect(
            isOwn && (value.hasPrefix("/") && !value.hasPrefix("//") || value == "#main")
              || value == ServiceAssets.iconAddress && element.name == "link", "\(name): \(value)")
        }
      }
      for element in markup.elements {
        let targets = ["aria-labelledby", "for"].compactMap { element.attributes[$0] }.flatMap {
          $0.split(separator: " ")
        }
        #expect(targets.allSatisfy { ids.contains(String($0)) }, "\(name): \(element)")
      }
      #expect(markup.elements.count { $0.name == "script" } <= 1)
      #expect(!markup.text.unicodeScalars.contains { Escape.isControl($0) && $0 != "\n" }, "\(name)")
      // A piece of markup that became a text.
      #expect(!html.contains("ServiceMarkup("), "\(name)")
      #expect(!html.contains("Optional("), "\(name)")
    }
  }

  private static let addressBytes = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%/?=&#".utf8)

  /// What was in the log is to be read on the page, whatever it is.
  @Test func hostileTextIsThere() throws {
    let hostile = "\"><script>alert('x')</script>&amp;"
    for page in ServicePage.Kind.allCases {
      #expect(try Self.text(ServiceSamples.hostile(hostile), page).contains(hostile), "\(page)")
    }
  }

  @Test func pagesAreBounded() {
    let assets = ServiceAssets.css.utf8.count + ServiceAssets.script.utf8.count
    #expect(ServiceAssets.script.utf8.count < 6_000)
    for (name, view) in Self.views where name == "large" || name == "sample" {
      for page in ServicePage.Kind.allCases {
        let size = Self.html(view, page).utf8.count + assets
        #expect(size < 100_000, "\(name) \(page): \(size)")
      }
    }
  }

  @Test func theSameViewGivesTheSameBytes() {
    #expect(Self.pages().map(\.html) == Self.pages().map(\.html))
  }

  // MARK: What they say

  @Test func figuresAreComparedInWords() throws {
    let text = try Self.text(ServiceSamples.view(), .http)
    for said in [
      "Worse, compared with the 15 minutes before: failed ", "before 21.4/s, about as many", "about the same",
    ] {
      #expect(text.contains(said), "\(said)")
    }
    var better = ServiceSamples.view()
    (better.total, better.before) = (try #require(better.before), better.total)
    #expect(try Self.text(better, .http).contains("Better, compared with"))
    better.before = better.total
    #expect(try Self.text(better, .http).contains("About the same, compared with"))
    better.before = nil
    #expect(try Self.text(better, .http).contains("There is nothing to compare with"))
    better.before = better.total
    better.beforeName = "before version v2"
    #expect(try Self.text(better, .http).contains("compared with the time before version v2"))
    better.before?.requests = 3
    better.before?.timed = 3
    #expect(try Self.text(better, .http).contains("Too few requests to compare with"))
  }

  @Test func thePresentPageAndSpanAreMarked() {
    for page in ServicePage.Kind.allCases {
      for span in ServiceSpan.allCases {
        var view = ServiceSamples.view()
        (view.span, view.filter) = (span, "GET /a")
        let html = Self.html(view, page)
        let address = "<a href=\"\(page.path)?span=\(span.rawValue)&amp;route=GET%20%2Fa\" aria-current="
        #expect(html.contains("\(address)\"page\">\(page.name)") && html.contains("\(address)\"true\">"))
        #expect(html.ranges(of: "aria-current").count == 2)
      }
    }
  }

  @Test func emptyViewsSayWhatIsWaitedFor() throws {
    for page in [ServicePage.Kind.http, .users, .errors] {
      #expect(try Self.text(ServiceSamples.empty(), page).contains("No log is there yet."), "\(page)")
      let silent = try Self.text(ServiceSamples.silent(), page)
      #expect(
        silent.contains("No request ended in the last 15 minutes. The last one ended at 06:00:50 UTC, 50 m before"))
      #expect(silent.contains("42 s behind"))
    }
    var view = ServiceSamples.silent()
    (view.span, view.lastRequest) = (.release, EventTime.none)
    #expect(try Self.text(view, .http).contains("No release was seen"))
    for progress in [LiveProgress.catchingUp(bytes: 12_000_000), .following, .ended] {
      var view = ServiceSamples.empty()
      view.progress = progress
      #expect(try Self.text(view, .http).contains(progress == .ended ? "nothing more comes" : "The figures appear"))
    }
    view.progress = .catchingUp(bytes: 12_000_000)
    #expect(try Self.text(view, .http).contains("catching up, 12.0 MB left"))
  }

  @Test func whatIsLeftOutIsSaid() throws {
    let large = ServiceSamples.large()
    #expect(try Self.text(large, .http).contains("970 more routes not shown"))
    let errors = try Self.text(large, .errors)
    #expect(errors.contains("160 more findings not shown") && errors.contains("1,160 more requests not shown"))
    #expect(try Self.text(large, .users).contains("1,970 more people not shown"))
    #expect(errors.contains("and 80 more notes"))
  }

  @Test func routesAreFiltered() throws {
    var view = ServiceSamples.view()
    view.filter = "API/Payments"
    let text = try Self.text(view, .http)
    #expect(text.contains("GET /api/payments/{id}") && text.contains("POST /api/payments"))
    #expect(!text.contains("/api/spots"))
    view.filter = "nothing like it"
    #expect(try Self.text(view, .http).contains("No route contains this text."))
    #expect(try Self.text(view, .errors).contains("No request failed whose route contains"))
  }

  @Test func everyFailureLeadsToItsWaterfall() throws {
    let markup = try StrictMarkup(parsing: Self.html(ServiceSamples.view(), .errors))
    let links = markup.elements.compactMap { $0.attributes["href"] }.filter { $0.hasPrefix("/trace?id=") }
    // Three findings, two causes, one message with a request, and the failed requests.
    #expect(links.count == 3 + 2 + 1 + ServicePage.mostFailures)
  }

  @Test func urgentFindingsComeFirst() throws {
    let text = try Self.text(ServiceSamples.view(), .errors)
    let first = try #require(text.range(of: "page now"))
    let second = try #require(text.range(of: "within the hour"))
    #expect(first.lowerBound < second.lowerBound)
  }

  @Test func usersWithoutAFieldSayWhichToLog() throws {
    var view = ServiceSamples.view()
    view.users.field = nil
    let text = try Self.text(view, .users)
    #expect(text.contains("Log user_id, user or client with each request") && text.contains("failed writes"))
  }

  // MARK: The gate

  @Test func gateStates() throws {
    var view = ServiceSamples.view()
    let running = try Self.text(view, .gate)
    #expect(running.contains("Bad so far. Stage 2 of 3 (50 %), 9 m 01 s left: error_rate is 8.10 %, at least 6.21 %"))
    #expect(running.contains("Then 1 more stage.") && running.contains("1,340"))
    view.gate?.objectives.removeAll { $0.state == .fail }
    #expect(
      try Self.text(view, .gate).contains(
        "Not decided. Stage 2 of 3 (50 %), 9 m 01 s left: 2 of 3 objectives hold, 1 open."))
    view.gate?.objectives.removeAll { $0.state != .pass }
    #expect(try Self.text(view, .gate).contains("Good so far."))
    view.gate?.isWarmingUp = true
    #expect(try Self.text(view, .gate).contains("warming up for 9 m 01 s"))
    view.gate?.stage = nil
    #expect(try Self.text(view, .gate).contains("Not started. It begins with"))
    view.gate = LiveSamples.failed().gate
    let failed = try Self.text(view, .gate)
    #expect(failed.contains("Failed. It ended in stage 50 %, before the stage's end: error_rate is 33.9 %"))
    #expect(failed.contains("failed early") && !failed.contains("more stage"))
    for (state, word) in [(LiveGate.State.pass, "Passed."), (.open, "Inconclusive."), (.goesOn, "Goes on.")] {
      view.gate?.final?.state = state
      #expect(try Self.text(view, .gate).contains("\(word) It ended"))
    }
    view.gate = nil
    #expect(try Self.text(view, .gate).contains("With --gate FILE the service judges a deploy"))
  }

  // MARK: One request

  @Test func aRequestHasItsWaterfallAndLines() throws {
    let html = Self.trace(Samples.trace().id, [(trace: Samples.trace(), records: Samples.traceRecords())])
    let text = try StrictMarkup(parsing: html).text
    #expect(text.contains("GET /api/payments/{id}: 502 after 81.7 ms") && text.contains("12 steps with a duration"))
    #expect(text.contains("app.UpstreamError: 429 Too Many Requests from provider for refunds"))
    #expect(html.contains("id=\"waterfall-1-title\""))
  }

  @Test func linesOfARequestAreBounded() throws {
    let record = Samples.traceRecords()[0]
    let records = (0..<5_000).map { _ in record }
    let html = Self.trace(Samples.trace().id, (0..<40).map { _ in (trace: Samples.trace(), records: records) })
    let text = try StrictMarkup(parsing: html).text
    #expect(text.contains("4,600 lines left out") && text.contains("35 more lives not shown"))
    #expect(html.utf8.count < 1_000_000)
  }

  @Test func addressesArePercentEncoded() {
    #expect(ServiceAddress.encoded("aZ09-._~") == "aZ09-._~")
    #expect(ServiceAddress.encoded("a b/&?=#%+\"<é\u{0}") == "a%20b%2F%26%3F%3D%23%25%2B%22%3C%C3%A9%00")
    #expect(ServiceAddress.trace("javascript:alert(1)") == "/trace?id=javascript%3Aalert%281%29")
    #expect(ServiceAddress.page(.http, span: .month) == "/?span=30d")
    #expect(ServiceAddress.page(.gate, span: .release, filter: "a&b") == "/gate?span=release&route=a%26b")
  }
}

extension String {
  fileprivate func range(of text: String) -> Range<Index>? { ranges(of: text).first }
}
