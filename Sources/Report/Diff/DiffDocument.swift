package import Analysis
package import TraceCore

/// All that `skein diff` says about two sets of requests, A and B, as values: what text, Markdown and JSON are made from.
package struct DiffDocument: Sendable {
  /// One of both sets.
  package struct Side: Sendable {
    /// As the user named it: files, or a span of time.
    package var name: String
    /// First and last event time; EventTime.none without times.
    package var from: Int64
    package var to: Int64
    package var total: GroupSummary
    package var ledger: Ledger

    package init(name: String, from: Int64, to: Int64, total: GroupSummary, ledger: Ledger) {
      self.name = name
      self.from = from
      self.to = to
      self.total = total
      self.ledger = ledger
    }
  }

  package var a: Side
  package var b: Side
  /// All requests of each as one route; nil where one has none.
  package var total: RouteShift?
  /// As `RouteShift.compare` orders them.
  package var routes: [RouteShift]
  /// New, then changed, then gone.
  package var templates: [TemplateShift]
  /// What sets the failed, and the slow requests of B apart.
  package var contrasts: [Contrast]
  /// phi by which counts were divided.
  package var dispersion: RouteShift.Dispersion
  package var notes: [String]
  /// How its numbers are made again.
  package var commands: [IncidentDocument.Command]

  package init(a: Side, b: Side, routes: [RouteShift]) {
    self.a = a
    self.b = b
    total = nil
    self.routes = routes
    templates = []
    contrasts = []
    dispersion = .init()
    notes = []
    commands = []
  }

  /// Routes whose figures moved: more than chance, and by enough to be reported.
  package var moved: [RouteShift] { routes.filter(\.moved) }
  package var onlyA: [RouteShift] { routes.filter { $0.b == nil } }
  package var onlyB: [RouteShift] { routes.filter { $0.a == nil } }

  /// In a sentence: what moved, or that nothing did.
  package var sentence: String {
    let both = routes.count { $0.a != nil && $0.b != nil }
    var parts: [String] = []
    let moved = self.moved.count
    if moved > 0 { parts.append("\(CountText.text(moved)) of \(CountText.text(Int64(both), "route")) moved") }
    if !onlyA.isEmpty { parts.append("\(CountText.text(Int64(onlyA.count), "route")) only in A") }
    if !onlyB.isEmpty { parts.append("\(CountText.text(Int64(onlyB.count), "route")) only in B") }
    for (kind, word) in [(TemplateShift.Kind.new, "new"), (.changed, "changed in rate"), (.gone, "gone")] {
      let count = templates.count { $0.kind == kind }
      if count > 0 { parts.append("\(CountText.text(Int64(count), "log message")) \(word)") }
    }
    guard parts.isEmpty else { return parts.joined(separator: ", ") }
    if a.total.requests == 0 || b.total.requests == 0 {
      return "nothing to compare: \(a.total.requests == 0 ? "A" : "B") has no requests"
    }
    return "nothing moved: no route's error rate, p50 or p95 differs by more than chance and by enough to matter"
  }
}
