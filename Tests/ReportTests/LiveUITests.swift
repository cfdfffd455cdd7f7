import Report
import TestKit
import Testing

/// What keys do to the live screen.
struct LiveUITests {
  let view = LiveSamples.view()

  private func press(_ keys: [Key], _ ui: inout LiveUI) -> [LiveUI.Action] {
    keys.compactMap { ui.handle($0, view: view) }
  }

  private func typed(_ text: String) -> [Key] { text.map { .character($0) } }

  @Test func quits() {
    for key: Key in [.character("q"), .control("c"), .control("\\")] {
      var ui = LiveUI()
      #expect(press([key], &ui) == [.quit])
    }
    // While a filter is typed q is a letter; Ctrl-C always quits.
    var ui = LiveUI()
    #expect(press([.character("/"), .character("q")], &ui) == [])
    #expect(ui.filter == "q")
    #expect(press([.control("c")], &ui) == [.quit])
  }

  @Test func pausesAndGoesOn() {
    var ui = LiveUI()
    #expect(press(typed("pp"), &ui) == [.pause(true), .pause(false)])
    #expect(press([.control("z"), .control("l")], &ui) == [.suspend, .redraw])
  }

  @Test func sortsRoutes() {
    var ui = LiveUI()
    #expect(view.routes(for: ui).map(\.errors) == [278, 167, 84, 79, 75, 0, 0])
    _ = press(typed("s"), &ui)
    #expect(view.routes(for: ui).first?.name == "GET /api/payments/{id}")
    #expect(view.routes(for: ui).last?.name == "(unmatched)", "without durations it is last")
    _ = press(typed("s"), &ui)
    #expect(view.routes(for: ui).first?.name == "GET /api/spots")
    _ = press(typed("s"), &ui)
    #expect(view.routes(for: ui).map(\.name) == view.routes.map(\.name).sorted())
    _ = press(typed("s"), &ui)
    #expect(ui.sort == .errors)
  }

  @Test func filtersInAnyCase() {
    var ui = LiveUI()
    _ = press(typed("/PAYments"), &ui)
    #expect(ui.isTyping)
    _ = press([.enter], &ui)
    #expect(!ui.isTyping)
    #expect(view.routes(for: ui).map(\.name) == ["GET /api/payments/{id}"])
    #expect(view.traces(for: ui).allSatisfy { $0.route == "GET /api/payments/{id}" })
    #expect(view.findings(for: ui).isEmpty)
    // Escape takes back what was typed, and clears what was kept.
    _ = press(typed("/xyz") + [.escape], &ui)
    #expect(ui.filter == "PAYments")
    _ = press(typed("/") + [.control("u")] + typed("a b") + [.control("w"), .backspace], &ui)
    #expect(ui.filter == "a")
    _ = press([.enter, .escape], &ui)
    #expect(ui.filter == "")
  }

  @Test func selectionStaysWithWhatWasSelected() {
    var ui = LiveUI()
    _ = press([.down, .down], &ui)
    #expect(ui.selected[.routes] == "POST /api/bookings")
    // Another order, the same route.
    _ = press([.character("s"), .character("s"), .character("s")], &ui)
    #expect(ui.selected[.routes] == "POST /api/bookings")
    _ = press([.character("G")], &ui)
    #expect(ui.selected[.routes] == "PUT /api/settings/{id}")
    _ = press([.character("k"), .home, .up], &ui)
    #expect(ui.selected[.routes] == "(unmatched)")
    _ = press([.escape], &ui)
    #expect(ui.selected[.routes] == nil)
  }

  @Test func opens() {
    var ui = LiveUI()
    // A route becomes the filter of the requests that failed on it.
    _ = press([.down, .enter], &ui)
    #expect(ui.filter == "GET /api/payments/{id}")
    #expect(ui.focus == .traces)
    #expect(
      press([.enter], &ui) == [.openTrace("0dc4db31-094f-4941-ab85-ef9612bbc521")], "the newest, if none is selected")
    #expect(press([.down, .down, .enter], &ui) == [.openTrace("0dc4db31-094f-4941-ab85-ef9612bbc520")])
    _ = press([.escape, .escape, .backTab], &ui)
    #expect(ui.focus == .findings)
    #expect(press([.down, .down, .enter], &ui) == [.openTrace("71cda8c152d34c7b9e0d47087e5d1a58")])
    #expect(press([.down, .enter], &ui) == [], "a finding without a request opens nothing")
  }

  @Test func pagesThroughWhatIsOpen() {
    var ui = LiveUI()
    ui.rows = 12
    ui.detail = .init(title: "t", lines: (0..<25).map { "line \($0)" })
    _ = press([.pageDown], &ui)
    #expect(ui.detail?.top == 10)
    _ = press([.pageDown, .pageDown], &ui)
    #expect(ui.detail?.top == 15, "the last page is full")
    _ = press([.up, .pageUp, .pageUp], &ui)
    #expect(ui.detail?.top == 0)
    _ = press([.end, .character("?")], &ui)
    #expect(ui.isHelpShown)
    _ = press([.character("q")], &ui)
    #expect(!ui.isHelpShown && ui.detail != nil, "any key closes the help, and only that")
    _ = press([.escape], &ui)
    #expect(ui.detail == nil)
  }

  /// No order of keys traps, and the state stays sound.
  @Test func randomKeys() {
    var random = SplitMix64(seed: 7)
    for _ in 0..<200 {
      let view = random.below(2) == 0 ? LiveSamples.random(&random) : LiveView()
      var ui = LiveUI()
      for key in LiveSamples.keys(&random, 60) {
        if case .openTrace = ui.handle(key, view: view) { ui.detail = .init(title: "t", lines: LiveSamples.texts) }
        #expect(ui.filter.count <= 80)
        #expect(ui.detail.map { $0.top >= 0 && $0.top < max($0.lines.count, 1) } ?? true)
      }
    }
  }
}
