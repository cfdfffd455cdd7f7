import Analysis
import TestKit
import Testing
import TraceCore

@testable import Report

/// Axes, places of labels, and what charts do with gaps.
struct ChartTests {
  static let roundValues: [(Double, [String])] = [
    (75.5, ["0", "20", "40", "60", "80"]), (100, ["0", "50", "100"]), (1, ["0", "0.5", "1"]),
    (0.0123, ["0", "0.005", "0.01", "0.015"]), (1494, ["0", "500", "1,000", "1,500"]), (24.1, ["0", "10", "20", "30"]),
    (3, ["0", "1", "2", "3"]),
  ]

  @Test(arguments: roundValues)
  func valuesHaveRoundTicks(maximum: Double, ticks: [String]) {
    let axis = ValueAxis(maximum: maximum)
    #expect(axis.ticks.map(\.text) == ticks)
    #expect(axis.top >= maximum && axis.ticks.last?.value == axis.top)
  }

  @Test func valuesOfAnySize() {
    var random = SplitMix64(seed: 5)
    for _ in 0..<500 {
      var maximum = Double.random(in: 0.1...10, using: &random)
      for _ in 0..<Int.random(in: 0...12, using: &random) { maximum *= 10 }
      let axis = ValueAxis(maximum: maximum)
      #expect(axis.top >= maximum * 0.999999 && axis.top <= maximum * 2.0001 && (2...5).contains(axis.ticks.count))
    }
    for odd in [0.0, -1.0, Double.nan, Double.infinity] { #expect(ValueAxis(maximum: odd).ticks.count <= 5) }
  }

  static let roundTimes: [(Int64, [String], String)] = [
    (310, ["06:48", "06:49", "06:50", "06:51", "06:52", "06:53"], "2026-11-23"),
    (20, ["06:47:50", "06:47:55", "06:48:00", "06:48:05", "06:48:10"], "2026-11-23"),
    (
      86_400, ["12:00", "18:00", "11-24 00:00", "06:00"], "2026-11-23 to 2026-11-24"
    ),
    (4 * 86_400, ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"], "2026-11-23 to 2026-11-27"),
  ]

  @Test(arguments: roundTimes)
  func timesHaveRoundTicks(seconds: Int64, ticks: [String], days: String) {
    let start = IncidentSamples.onset - 165 * IncidentSamples.second
    let axis = TimeAxis(start: start, end: start + seconds * IncidentSamples.second)
    #expect(axis.ticks.map(\.text) == ticks)
    #expect(IncidentClock.days(axis.start, axis.end) == days)
  }

  @Test func poisonedTimesEnd() {
    for (start, end) in [(Int64.min + 1, Int64.max), (.max - 5, .max), (5, 5), (10, -10)] {
      #expect(TimeAxis(start: start, end: end).ticks.count <= 9)
    }
  }

  /// No label of a mark covers another one or is passed by a line, as long as there are lanes.
  @Test func labelsKeepApart() {
    var random = SplitMix64(seed: 8)
    let axis = TimeAxis(start: 0, end: 1_000 * IncidentSamples.second)
    for _ in 0..<200 {
      let times = (0..<Int.random(in: 1...12, using: &random)).map { _ in
        Int64.random(in: 0...1_000, using: &random) * IncidentSamples.second
      }
      let marks = times.sorted().map { TimePlot.Mark(time: $0, text: "mark \($0)", isEdge: false) }
      let plot = TimePlot(axis: axis, span: nil, marks: marks)
      #expect(plot.shown.count + plot.unlabelled == marks.count)
      func extent(_ i: Int) -> Range<Double> {
        let width = SVGDrawing.width(of: plot.shown[i].mark.text) + 12
        let x = plot.shown[i].x
        return plot.shown[i].anchor == .start ? x..<x + width : x - width..<x
      }
      for i in plot.shown.indices {
        for k in plot.shown.indices where k != i && plot.shown[i].lane == plot.shown[k].lane {
          #expect(!extent(i).overlaps(extent(k)))
        }
      }
    }
  }

  @Test func gapsAreGaps() throws {
    var document = IncidentSamples.small()
    for i in [1, 3, 4] {
      document.series[i] = SeriesWindow(start: document.series[i].start, length: document.series[i].length)
    }
    let svg = try #require(IncidentReport.charts(document).first).svg
    let line = try #require(svg.split(separator: "\n").first { $0.hasPrefix("<path class=\"failed\"") })
    // Windows 0 and 2 stand alone, 5 to 9 are one line.
    #expect(line.count { $0 == "M" } == 1 && line.count { $0 == "L" } == 4)
    let dots = svg.split(separator: "\n").count { $0.hasPrefix("<circle class=\"failed\"") && $0.contains("r=\"2.5\"") }
    #expect(dots == 2)
  }

  @Test func joinedWindowsAddUp() {
    let windows = (0..<1_000).map { (i: Int64) -> SeriesWindow in
      SeriesWindow(start: i * 10, length: 10, requests: 3, errors: i % 2, timed: 3, p50: i, p95: 2 * i, p99: 3 * i)
    }
    let series = ChartSeries(windows, covered: nil)
    #expect(series.joined == 3 && series.windows.count == 334)
    #expect(series.windows.reduce(0) { $0 + $1.requests } == 3_000)
    #expect(series.windows.reduce(0) { $0 + $1.errors } == 500)
    #expect(series.windows[0].length == 30 && series.windows[0].p95 == 4 && series.end == 10_000)
  }

  /// Of a window that the log covers in part, the rate is that of the part.
  @Test func partsOfWindows() {
    let windows = (0..<4).map { SeriesWindow(start: Int64($0) * 10_000_000_000, length: 10_000_000_000, requests: 20) }
    let series = ChartSeries(windows, covered: 5_000_000_000..<31_000_000_000)
    #expect(series.throughput == [4, 2, 2, nil])
  }

  @Test func numbersHaveOneDecimal() {
    let cases: [(Double, String)] = [(0, "0"), (1.04, "1"), (1.05, "1.1"), (-0.25, "-0.3"), (12, "12"), (.nan, "0")]
    for (value, text) in cases { #expect(SVGDrawing.number(value) == text) }
  }

  @Test func htmlEscapes() {
    #expect(Escape.html("<a href=\"x\" b='y'>&") == "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;")
    #expect(Escape.html("\u{0}\r\u{202E}\u{FFFF}é") == "\\x00\\r\\u{202e}\u{FFFD}é")
  }
}
