import Analysis
import Report
import TraceCore

/// Comparisons: a bad release against the minutes before it, twice the same, and hostile names.
enum DiffSamples {
  private static func change(_ value: Double, _ half: Double, q: Double) -> RouteShift.Change {
    RouteShift.Change(
      difference: Interval(lower: value - half, value: value, upper: value + half), p: q / 3, q: q,
      isSignificant: q < 0.05)
  }

  private static func shift(
    _ a: Samples.Row?, _ b: Samples.Row?, errors: (Double, Double, Double)? = nil, p50: (Double, Double, Double)? = nil,
    p95: (Double, Double, Double)? = nil
  ) -> RouteShift {
    func change(_ figures: (Double, Double, Double)?) -> RouteShift.Change? {
      figures.map { self.change($0.0, $0.1, q: $0.2) }
    }
    return RouteShift(
      route: a?.0 ?? b?.0 ?? "", a: a.map { Samples.group($0, seconds: 115) },
      b: b.map { Samples.group($0, seconds: 55) }, errorRate: change(errors), p50: change(p50), p95: change(p95))
  }

  private static func side(_ name: String, _ row: Samples.Row, from: Int64, seconds: Int64) -> DiffDocument.Side {
    DiffDocument.Side(
      name: name, from: from, to: from + seconds * 1_000_000_000, total: Samples.group(row, seconds: Double(seconds)),
      ledger: Samples.ledger())
  }

  private static let before: Samples.Row = ("total", 2463, 66, 21, 21_800, 131_600, 163_200, 238_000, 478_800)
  private static let during: Samples.Row = ("total", 1339, 19, 605, 91_400, 751_800, 754_400, 894_100, 1_494_200)
  private static let start: Int64 = 1_795_416_474_982_000_000

  static func template(
    _ kind: TemplateShift.Kind, _ text: String, _ level: String?, _ rates: (Double, Double), _ counts: [Int64]
  ) -> TemplateShift {
    TemplateShift(
      template: TemplateCounts(
        id: "t\(counts.reduce(0, +))", text: text, level: level, counts: counts, first: start + 90_000_000_000,
        path: "app.log.1", line: 3120, example: text.replacing("<*>", with: "5")),
      kind: kind, rateA: rates.0, rateB: rates.1, p: 1e-9, q: 1e-8)
  }

  static func release() -> DiffDocument {
    var document = DiffDocument(
      a: side("before.log", before, from: start, seconds: 115),
      b: side("after.log", during, from: start + 160_000_000_000, seconds: 55),
      routes: [
        shift(
          ("GET /api/payments/{id}", 340, 6, 2, 120_400, 180_300, 210_200, 240_900, 300_100),
          ("GET /api/payments/{id}", 185, 4, 160, 751_700, 752_100, 752_500, 894_100, 1_494_200),
          errors: (0.859, 0.052, 1e-60), p50: (631_300_000, 9_000_000, 1e-40), p95: (542_300_000, 21_000_000, 1e-30)),
        shift(
          ("POST /api/bookings", 300, 11, 4, 148_100, 176_000, 189_400, 230_000, 290_000),
          ("POST /api/bookings", 165, 6, 90, 150_200, 751_300, 754_300, 883_200, 1_087_300),
          errors: (0.532, 0.08, 1e-38), p50: (2_100_000, 9_000_000, 0.7), p95: (564_900_000, 30_000_000, 1e-20)),
        shift(
          ("GET /api/spots/{id}", 540, 40, 6, 9_300, 20_100, 43_000, 70_000, 90_000),
          ("GET /api/spots/{id}", 290, 20, 9, 9_700, 43_100, 131_500, 753_100, 778_200),
          errors: (0.02, 0.021, 0.21), p50: (400_000, 900_000, 0.5), p95: (88_500_000, 60_000_000, 2e-4)),
        shift(nil, ("POST /api/refunds", 12, 0, 0, 20_000, 30_000, 40_000, 40_000, 40_000)),
        shift(("GET /legacy", 4, 0, 0, 20_000, 30_000, 40_000, 40_000, 40_000), nil),
        shift(
          ("GET /healthz", 75, 0, 0, 1_300, 2_000, 2_100, 2_700, 3_900),
          ("GET /healthz", 36, 0, 0, 1_300, 2_000, 2_200, 2_400, 2_600), errors: (0, 0.07, 1),
          p50: (0, 200_000, 1)),
      ])
    document.total = shift(
      before, during, errors: (0.4433, 0.028, 1e-200), p50: (69_600_000, 9_000_000, 1e-90),
      p95: (591_200_000, 12_000_000, 1e-90))
    document.templates = [
      template(
        .new, "QueuePool limit of size <*> overflow <*> reached, connection timed out", "error", (0, 248), [0, 333]),
      template(.changed, "cache missed for <*>", "debug", (122, 371), [301, 497]),
      template(.gone, "settings of <*> were warmed", nil, (24.4, 0), [60, 0]),
    ]
    document.contrasts = [
      Contrast(
        inside: "failed requests of B", outside: "requests of B that did not fail", insideRequests: 605,
        outsideRequests: 734,
        rows: [
          .init(
            count: .init(
              fact: .init(kind: .template, name: "t333", value: "QueuePool limit of size <*> reached"), inside: 333,
              outside: 0), shareInside: 0.55, shareOutside: 0,
            difference: Interval(lower: 0.51, value: 0.55, upper: 0.59), p: 1e-140, q: 1e-138),
          .init(
            count: .init(fact: .init(name: "version", value: "v2"), inside: 600, outside: 590), shareInside: 0.9917,
            shareOutside: 0.8038, difference: Interval(lower: 0.157, value: 0.188, upper: 0.218), p: 1e-31, q: 1e-30,
            also: [.init(name: "build", value: "77")]),
        ], compared: 41, leftOut: ["user"])
    ]
    document.dispersion = .init(errors: 4.5, latency: 3.25)
    document.notes = [
      "requests that share their fate count as fewer: errors scatter 4.5 times as much as independent ones"
    ]
    document.commands = [.init(purpose: "the same comparison", command: "skein diff before.log after.log")]
    return document
  }

  /// The same minutes twice.
  static func same() -> DiffDocument {
    var document = DiffDocument(
      a: side("monday.log", before, from: start, seconds: 115),
      b: side("tuesday.log", before, from: start, seconds: 115),
      routes: [
        shift(before, before, errors: (0, 0.006, 1), p50: (0, 2_000_000, 1), p95: (0, 9_000_000, 1))
      ])
    document.total = shift(before, before, errors: (0, 0.006, 1), p50: (0, 2_000_000, 1), p95: (0, 9_000_000, 1))
    return document
  }

  /// Everything that comes from a log or a command line tries to be more than text.
  static func hostile() -> DiffDocument {
    let name = "\u{1B}]0;x\u{07}| [a](http://evil) @all </script> \u{202E}<img src=x>\n# b"
    let row: Samples.Row = (name, 500, 0, 5, 20_000, 30_000, 40_000, 50_000, 60_000)
    let bad: Samples.Row = (name, 500, 0, 250, 20_000, 30_000, 40_000, 50_000, 60_000)
    var document = DiffDocument(
      a: side(name, row, from: EventTime.none, seconds: 1), b: side(name, bad, from: EventTime.none, seconds: 1),
      routes: [
        shift(row, bad, errors: (0.49, 0.05, 1e-9)),
        shift(nil, ("B " + name, 9, 0, 0, 20_000, 30_000, 40_000, 50_000, 60_000)),
      ])
    document.templates = [template(.new, name, name, (0, 20), [0, 10])]
    document.contrasts = [
      Contrast(
        inside: name, outside: name, insideRequests: 9, outsideRequests: 9,
        rows: [
          .init(
            count: .init(fact: .init(name: name, value: name), inside: 9, outside: 0), shareInside: 1, shareOutside: 0,
            difference: Interval(lower: 0.6, value: 1, upper: 1), p: 1e-4, q: 1e-4,
            also: [.init(name: name, value: name)])
        ], compared: 1)
    ]
    document.notes = [name]
    document.commands = [.init(purpose: name, command: name)]
    return document
  }
}
