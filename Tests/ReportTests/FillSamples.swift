import Analysis
import Report

/// Values of a document as `skein fill` hands them to its report.
enum FillSamples {
  static func entry() throws -> FillReport.Entry {
    let command = "skein stats --where 'route = \"/api/spots\"' --until 2026-11-23T06:49:04.777Z 'app.log*'"
    return FillReport.Entry(
      line: 9, column: 25, placeholder: "[MEASURE p95 where route = \"/api/spots\" from baseline]",
      measure: try MeasureReader.read("p95 where route = \"/api/spots\" from baseline"),
      start: 1_795_416_474_777_000_000, end: 1_795_416_544_777_000_000, requests: 524, timed: 524,
      isApproximate: false, value: .duration(62_300_000), filled: FilledValue(.text("62.3 ms"), command: command))
  }

  static func grouped() throws -> FillReport.Entry {
    FillReport.Entry(
      line: 10, column: 20, placeholder: "[MEASURE error_rate by version]",
      measure: try MeasureReader.read("error_rate by version"), start: 1_795_416_474_777_000_000,
      end: 1_795_416_780_293_000_000, requests: 6_534, timed: 6_534, isApproximate: true, value: nil,
      groups: [("v1", .share(0.0094)), ("v2", .share(0.341))],
      filled: FilledValue(
        .groups([.init(name: "v1", text: "0.94 %"), .init(name: "v2", text: "34.1 %")], more: 0),
        command: "skein stats --by version 'app.log*'"))
  }

  static let left = FillReport.Left(
    placeholder: "[MEASURE p95 from recovery]",
    problem: FillProblem(
      "there is no span called 'recovery'; give --span recovery=FROM..TO", line: 12, column: 7))
}
