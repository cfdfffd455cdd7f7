/// What the person in front of the live screen has chosen: the order, the filter, what is selected, what is open. Keys change
/// it; nothing here reads a clock or a terminal.
package struct LiveUI: Sendable, Equatable {
  /// Lists that can be walked through.
  package enum Panel: Int, Sendable, CaseIterable {
    case routes, findings, traces
  }

  /// How routes are ordered.
  package enum Sort: String, Sendable, CaseIterable {
    case errors, p95, rate, name
  }

  /// A text that takes the whole screen, to be paged through: an opened trace.
  package struct Detail: Sendable, Equatable {
    package var title: String
    /// May be painted as `Style` paints; all else that a terminal would act on is escaped.
    package var lines: [String]
    /// The first line that is shown.
    package var top = 0

    package init(title: String, lines: [String]) {
      self.title = title
      self.lines = lines
    }
  }

  package var isPaused = false
  package var sort = Sort.errors
  /// Only routes, findings and traces that hold this text, in any case, are listed.
  package var filter = ""
  /// The filter is being typed.
  package var isTyping = false
  package var focus = Panel.routes
  /// Nothing is marked until somebody moves.
  package private(set) var selected: [Panel: String] = [:]
  package var detail: Detail?
  package var isHelpShown = false
  /// Rows of the screen, for paging; set at every resize.
  package var rows = 24
  /// The filter before it was typed over.
  private var before = ""

  /// Longest filter, in characters.
  static let longestFilter = 80

  package init() {}

  /// What the caller has to do.
  package enum Action: Sendable, Equatable {
    case quit
    /// Hold the view as it is (true) or let it go on; reading goes on in any case.
    case pause(Bool)
    /// Read a trace's records and set `detail`.
    case openTrace(String)
    /// Give the terminal back and stop (Ctrl-Z).
    case suspend
    /// Draw everything anew (Ctrl-L).
    case redraw
  }

  /// Takes a key; returns what the caller has to do besides drawing again.
  package mutating func handle(_ key: Key, view: LiveView) -> Action? {
    switch key {
    case .control("c"), .control("\\"): return .quit
    case .control("z"): return .suspend
    case .control("l"): return .redraw
    default: break
    }
    if isTyping {
      type(key)
      return nil
    }
    if isHelpShown {
      // Any key closes it; q does no more than that.
      isHelpShown = false
      return nil
    }
    if detail != nil {
      if key == .character("q") { return .quit }
      page(key)
      return nil
    }
    return choose(key, view)
  }

  private mutating func choose(_ key: Key, _ view: LiveView) -> Action? {
    switch key {
    case .character("q"): return .quit
    case .character("p"), .character(" "):
      isPaused.toggle()
      return .pause(isPaused)
    case .character("s"): sort = next(sort)
    case .character("/"):
      before = filter
      isTyping = true
    case .character("?"), .character("h"): isHelpShown = true
    case .tab, .right, .character("l"): focus = next(focus)
    case .backTab, .left: focus = previous(focus)
    case .down, .character("j"): move(1, view)
    case .up, .character("k"): move(-1, view)
    case .pageDown: move(10, view)
    case .pageUp: move(-10, view)
    case .home, .character("g"): move(-Int(Int32.max), view)
    case .end, .character("G"): move(Int(Int32.max), view)
    case .escape:
      // One step back at a time: first the selection, then the filter.
      if selected[focus] != nil { selected[focus] = nil } else { filter = "" }
    case .enter: return open(view)
    default: break
    }
    return nil
  }

  // MARK: Lists

  /// Identities of what a panel lists, in its order.
  private func keys(_ view: LiveView) -> [String] {
    switch focus {
    case .routes: view.routes(for: self).map(\.name)
    case .findings: view.findings(for: self).map(\.id)
    case .traces: view.traces(for: self).map(\.id)
    }
  }

  private mutating func move(_ by: Int, _ view: LiveView) {
    let keys = keys(view)
    guard !keys.isEmpty else {
      selected[focus] = nil
      return
    }
    guard let key = selected[focus], let at = keys.firstIndex(of: key) else {
      selected[focus] = by > 1 ? keys[keys.count - 1] : keys[0]
      return
    }
    selected[focus] = keys[min(max(at + by, 0), keys.count - 1)]
  }

  /// Opens what is selected, or the first: a trace, a finding's trace; a route becomes the filter.
  private mutating func open(_ view: LiveView) -> Action? {
    switch focus {
    case .routes:
      let routes = view.routes(for: self)
      guard let route = routes.first(where: { $0.name == selected[.routes] }) ?? routes.first else { return nil }
      filter = String(route.name.prefix(LiveUI.longestFilter))
      focus = .traces
      return nil
    case .findings:
      let findings = view.findings(for: self)
      let finding = findings.first { $0.id == selected[.findings] } ?? findings.first
      return finding?.trace.map { .openTrace($0) }
    case .traces:
      let traces = view.traces(for: self)
      return (traces.first { $0.id == selected[.traces] } ?? traces.first).map { .openTrace($0.id) }
    }
  }

  // MARK: The filter

  private mutating func type(_ key: Key) {
    switch key {
    case .character(let character): if filter.count < LiveUI.longestFilter { filter.append(character) }
    case .backspace: if filter.isEmpty { isTyping = false } else { filter.removeLast() }
    case .control("u"): filter = ""
    case .control("w"):
      while filter.last == " " { filter.removeLast() }
      while let last = filter.last, last != " " { filter.removeLast() }
    case .enter, .tab: isTyping = false
    case .escape:
      filter = before
      isTyping = false
    default: break
    }
  }

  // MARK: An opened text

  /// Lines of an opened text that are seen at once: all rows but the title and the keys.
  static func pageLength(rows: Int) -> Int { max(rows - 2, 1) }

  private mutating func page(_ key: Key) {
    guard var open = detail else { return }
    let length = LiveUI.pageLength(rows: rows)
    switch key {
    case .escape, .backspace, .left, .character("h"):
      detail = nil
      return
    case .down, .character("j"), .enter: open.top += 1
    case .up, .character("k"): open.top -= 1
    case .pageDown, .character(" "), .control("f"): open.top += length
    case .pageUp, .character("b"), .control("b"): open.top -= length
    case .home, .character("g"): open.top = 0
    case .end, .character("G"): open.top = open.lines.count
    case .character("?"): isHelpShown = true
    default: break
    }
    open.top = min(max(open.top, 0), max(open.lines.count - length, 0))
    detail = open
  }

  private func next<T: CaseIterable & Equatable>(_ value: T) -> T where T.AllCases == [T] {
    let all = T.allCases
    let at = all.firstIndex(of: value) ?? 0
    return all[(at + 1) % all.count]
  }

  private func previous<T: CaseIterable & Equatable>(_ value: T) -> T where T.AllCases == [T] {
    let all = T.allCases
    let at = all.firstIndex(of: value) ?? 0
    return all[(at + all.count - 1) % all.count]
  }
}

/// What the lists of a view hold, in which order.
extension LiveView {
  /// Routes that pass the filter, by the chosen order, then by name.
  package func routes(for ui: LiveUI) -> [LiveRoute] {
    let wanted = Filter(ui.filter)
    let kept = routes.filter { wanted.takes($0.name) }
    switch ui.sort {
    case .errors:
      return kept.sorted { a, b in
        (b.errors, b.errorRate, b.requests, a.name) < (a.errors, a.errorRate, a.requests, b.name)
      }
    case .p95: return kept.sorted { a, b in (b.p95 ?? -1, a.name) < (a.p95 ?? -1, b.name) }
    case .rate: return kept.sorted { a, b in (b.rate, a.name) < (a.rate, b.name) }
    case .name: return kept.sorted { $0.name < $1.name }
    }
  }

  /// Findings that pass the filter: the most severe first, then those that were hit last.
  package func findings(for ui: LiveUI) -> [LiveFinding] {
    let wanted = Filter(ui.filter)
    return findings.filter { wanted.takes($0.title) || wanted.takes($0.rule) }
      .sorted { a, b in (a.severity, b.last, a.id) < (b.severity, a.last, b.id) }
  }

  /// Failed requests that pass the filter, the newest first.
  package func traces(for ui: LiveUI) -> [LiveTrace] {
    let wanted = Filter(ui.filter)
    return traces.reversed().filter { wanted.takes($0.route) || wanted.takes($0.id) }
  }

  /// A text that others have to hold; upper and lower case are the same.
  struct Filter {
    private let text: [UInt8]

    init(_ text: String) { self.text = Array(text.lowercased().utf8) }

    func takes(_ other: String) -> Bool {
      if text.isEmpty { return true }
      let bytes = Array(other.lowercased().utf8)
      guard bytes.count >= text.count else { return false }
      return (0...(bytes.count - text.count)).contains { bytes[$0..<($0 + text.count)].elementsEqual(text) }
    }
  }
}
