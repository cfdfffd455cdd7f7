package import Analysis
internal import TraceCore

/// What a gate can decide before it is used: `skein gate --plan`.
package enum GateForecastReport {
  /// - Parameters:
  ///   - rate: as it was given.
  ///   - left: objectives of which nothing is said, with the reason.
  package static func text(
    _ forecasts: [GateForecast], gate: String, rate: String, phi: Double, left: [String], style: Style,
    into sink: inout TextSink
  ) {
    sink.writeLine(style.painted("Plan of gate \(Escape.terminal(gate)) at \(Escape.terminal(rate))", .bold))
    if let stages = forecasts.first?.stages {
      sink.writeLine()
      table(
        ["stage", "takes", "requests of the new version", "ends with"],
        stages.map { stage in
          [
            Escape.terminal(stage.name), range(span(stage.least), span(stage.most)),
            range(CountText.text(stage.leastRequests), CountText.text(stage.mostRequests)),
            stage.continues ? "continue or fail" : "pass or fail",
          ]
        }, style, into: &sink)
    }
    for forecast in forecasts { text(forecast, style, into: &sink) }
    if !forecasts.isEmpty {
      sink.writeLine()
      Prose.write(
        "Simulated: failures in bursts of phi \(GateText.value(phi * 1_000, .thousandths)), requests at an even rate. The time "
          + "that a stage needs is that of its share alone; in a rollout evidence accumulates.",
        indent: 0, paint: .dim, style, into: &sink)
    }
    for line in left { Prose.write("- " + Escape.terminal(line), indent: 0, paint: .dim, style, into: &sink) }
  }

  private static func text(_ forecast: GateForecast, _ style: Style, into sink: inout TextSink) {
    sink.writeLine()
    sink.writeLine(style.painted(Escape.terminal(forecast.objective), .bold))
    let needs = forecast.stages.map { "needs in \(Escape.terminal($0.name))" }
    let rows = forecast.rows.map { row in
      [GateText.value(row.share, .share), row.needed.map { CountText.text($0) } ?? "-"]
        + row.times.map { $0.map(span) ?? "-" }
        + [
          percent(row.passes), percent(row.fails), range(span(row.median), span(row.late)),
          CountText.text(Int64(saturating: row.failed.rounded())),
        ]
    }
    table(
      ["true rate", "requests"] + needs + ["passes", "fails", "is over after", "failed requests"], rows, style,
      into: &sink)
  }

  private static func percent(_ share: Double) -> String { GateText.value((share * 1_000).rounded() / 1_000, .share) }

  private static func range(_ least: String, _ most: String) -> String { least == most ? least : "\(least) to \(most)" }

  private static func span(_ nanoseconds: Int64) -> String {
    let seconds = (nanoseconds + 999_999_999) / 1_000_000_000
    switch seconds {
    case ..<100: return "\(seconds) s"
    case ..<6_000: return "\(seconds / 60) m" + (seconds % 60 == 0 ? "" : " \(seconds % 60) s")
    case ..<360_000: return "\(seconds / 3_600) h \(seconds / 60 % 60) m"
    default: return "\(seconds / 86_400) d"
    }
  }

  private static func table(_ head: [String], _ rows: [[String]], _ style: Style, into sink: inout TextSink) {
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
    for (number, row) in ([head] + rows).enumerated() {
      var line = ""
      for (column, cell) in row.enumerated() {
        let pad = String(repeating: " ", count: widths[column] - cell.count)
        line += (column == 0 ? cell + pad : pad + cell) + (column + 1 < row.count ? "  " : "")
      }
      sink.writeLine(number == 0 ? style.painted(line, .dim) : line)
    }
  }
}
