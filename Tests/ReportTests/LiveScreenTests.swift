import Report
import TestKit
import Testing
import TraceCore

/// The live screen, word for word, and that nothing breaks its frame.
struct LiveScreenTests {
  static func screen(
    _ view: LiveView, _ columns: Int, _ rows: Int, _ style: Style = Style(), ui: LiveUI = LiveUI()
  ) -> String {
    LiveScreen.render(view, ui: ui, columns: columns, rows: rows, style: style).map { $0 + "\n" }.joined()
  }

  @Test(arguments: [(80, 24), (160, 50), (40, 12), (100, 30)])
  func incident(columns: Int, rows: Int) throws {
    try Golden.expect(LiveScreenTests.screen(LiveSamples.view(), columns, rows), "live-\(columns)x\(rows).txt")
  }

  @Test func withColour() throws {
    try Golden.expect(LiveScreenTests.screen(LiveSamples.view(), 80, 24, Style(color: true)), "live-80x24-color.txt")
    try Golden.expect(LiveScreenTests.screen(LiveSamples.view(), 160, 50, Style(color: true)), "live-160x50-color.txt")
  }

  @Test func inASCII() throws {
    let text = LiveScreenTests.screen(LiveSamples.view(), 80, 24, Style(unicode: false))
    try Golden.expect(text, "live-80x24-ascii.txt")
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
    var ui = LiveUI()
    ui.isHelpShown = true
    #expect(
      LiveScreenTests.screen(LiveSamples.view(), 80, 24, Style(unicode: false), ui: ui).utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func beforeAnythingIsKnown() throws {
    try Golden.expect(LiveScreenTests.screen(LiveView(), 80, 24), "live-nothing.txt")
    try Golden.expect(LiveScreenTests.screen(LiveSamples.uncounted(), 80, 24), "live-uncounted.txt")
  }

  @Test func verdicts() throws {
    try Golden.expect(LiveScreenTests.screen(LiveSamples.failed(), 80, 24), "live-failed.txt")
    try Golden.expect(LiveScreenTests.screen(LiveSamples.passed(), 80, 24), "live-passed.txt")
  }

  @Test func withoutAGate() throws {
    try Golden.expect(LiveScreenTests.screen(LiveSamples.plain(), 80, 24), "live-plain.txt")
  }

  @Test func pausedWithAFilter() throws {
    let view = LiveSamples.view()
    var ui = LiveUI()
    for key: Key in [.character("p"), .character("/")] + "PAY".map({ .character($0) }) + [
      .enter, .tab, .tab, .down, .down,
    ] {
      _ = ui.handle(key, view: view)
    }
    try Golden.expect(LiveScreenTests.screen(view, 80, 24, ui: ui), "live-paused.txt")
  }

  @Test func pages() throws {
    let view = LiveSamples.view()
    var ui = LiveUI()
    ui.isHelpShown = true
    try Golden.expect(LiveScreenTests.screen(view, 80, 24, ui: ui), "live-help.txt")
    ui.isHelpShown = false
    var sink = TextSink()
    ShowReport.text(
      Samples.trace(), Samples.traceRecords(), style: Style(color: true, width: 80), ledger: Samples.ledger(),
      into: &sink)
    ui.detail = .init(
      title: "request 0dc4db31",
      lines: sink.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    ui.rows = 12
    _ = ui.handle(.down, view: view)
    try Golden.expect(LiveScreenTests.screen(view, 80, 12, ui: ui), "live-detail.txt")
  }

  /// What each panel shows at 80 columns is also there, in words, without any colour.
  @Test func colourAddsOnlyEscapes() {
    for (columns, rows) in [(40, 12), (80, 24), (160, 50)] {
      for view in [LiveSamples.view(), LiveSamples.failed(), LiveSamples.passed(), LiveSamples.uncounted()] {
        let plain = LiveScreen.render(view, ui: LiveUI(), columns: columns, rows: rows, style: Style())
        let coloured = LiveScreen.render(view, ui: LiveUI(), columns: columns, rows: rows, style: Style(color: true))
        #expect(coloured.map { $0.replacing(/\u{1B}\[[0-9;]*m/, with: "") } == plain)
      }
    }
  }

  /// Numbers that change do not move what stands beside them.
  @Test func columnsStayWhereTheyAre() {
    func starts(_ view: LiveView) -> [Int?] {
      LiveScreen.render(view, ui: LiveUI(), columns: 80, rows: 24, style: Style(unicode: false)).map { line in
        line.hasPrefix("- ") || line.hasPrefix("> ") ? line.utf8.count : nil
      }
    }
    let view = LiveSamples.view()
    var other = view
    for i in other.routes.indices {
      other.routes[i].rate *= 1_000
      other.routes[i].p95 = 12
    }
    other.p95.now = 1
    other.rate.now = 12_345
    other.gate?.objectives[1].value = 3
    #expect(starts(view) == starts(other))
  }

  /// What is selected is in sight, however far down it stands, and the heading knows how many there are.
  @Test func theSelectedRowIsShown() throws {
    var view = LiveSamples.plain()
    view.routes = (100..<400).map { LiveRoute(name: "GET /\($0)", requests: 1, rate: 1, errors: 0) }
    var ui = LiveUI()
    func shown() -> [String] {
      LiveScreen.render(view, ui: ui, columns: 80, rows: 24, style: Style(unicode: false))
    }
    #expect(shown().contains { $0.contains("> ROUTES") && $0.contains("of 300") })
    #expect(shown().contains { $0.hasPrefix("  GET /100 ") })
    _ = ui.handle(.end, view: view)
    #expect(shown().contains { $0.hasPrefix("> GET /399 ") })
    #expect(shown().contains { $0.contains("> ROUTES") && $0.contains("of 300") })
    _ = ui.handle(.up, view: view)
    #expect(shown().contains { $0.hasPrefix("> GET /398 ") })
  }

  /// Whatever a log holds and however small the screen is: the rows are there, none is too wide, and no byte acts on the
  /// terminal but the paint.
  @Test(arguments: 0..<20)
  func nothingBreaksTheFrame(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    for _ in 0..<15 {
      let view = LiveSamples.random(&random)
      var ui = LiveUI()
      if random.below(4) == 0 {
        ui.detail = .init(title: LiveSamples.texts[random.below(10)], lines: LiveSamples.texts)
      }
      ui.rows = random.below(60)
      for key in LiveSamples.keys(&random, random.below(12)) { _ = ui.handle(key, view: view) }
      let columns = random.below(3) == 0 ? random.below(30) : random.below(200)
      let rows = random.below(60)
      let style = Style(color: random.below(2) == 0, unicode: random.below(2) == 0)
      let lines = LiveScreen.render(view, ui: ui, columns: columns, rows: rows, style: style)
      #expect(lines.count == rows)
      for line in lines {
        let plain = line.replacing(/\u{1B}\[(0|1|2|31|32|33|36|1;31)m/, with: "")
        #expect(DisplayWidth.of(plain) <= columns, "\(columns)x\(rows) seed \(seed): \(plain)")
        #expect(!plain.unicodeScalars.contains { Escape.isControl($0) }, "\(plain)")
      }
    }
  }
}
