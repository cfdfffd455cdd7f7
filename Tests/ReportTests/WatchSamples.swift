@testable import Analysis
import TraceCore

@testable import Report

/// A watch of which one hour is over.
enum WatchSamples {
  static func document() -> WatchDocument {
    let start: Int64 = 1_795_416_545_000_000_000
    let hour: Int64 = 3_600_000_000_000
    func figures(_ requests: Int64, _ errors: Int64, _ p95: Int64) -> GroupSummary {
      var figures = GroupSummary(name: "total")
      (figures.requests, figures.errors, figures.timed) = (requests, errors, requests)
      (figures.p50, figures.p95, figures.p99) = (p95 / 8, p95, p95 * 2)
      return figures
    }
    var document = WatchDocument(
      title: "app.log", start: start, end: start + 24 * hour, first: start - 30 * hour, last: start + hour + hour / 2,
      total: figures(9_000, 45, 180_000_000), ledger: Ledger(), command: "skein watch --gate deploy.yml app.log",
      statsCommand: "skein stats --since 2026-11-23T06:49:05Z --until 2026-11-24T06:49:05Z app.log")
    document.release = "v2"
    document.baseline = WatchDocument.Baseline(
      start: start - 24 * hour, end: start, figures: figures(140_000, 420, 160_000_000))
    document.gate = "orders"
    for number in 0..<2 {
      document.hours.append(
        WatchDocument.Hour(
          number: number + 1, start: start + Int64(number) * hour, end: start + Int64(number + 1) * hour,
          figures: number == 0 ? figures(6_000, 40, 190_000_000) : figures(3_000, 5, 170_000_000), isWhole: number == 0)
      )
    }
    document.hours[0].newMessages = 1
    document.hours[1].newMessages = 0
    for number in 0..<2 { document.hours[number].incidents = 0 }
    document.incidents = []
    document.messages = [
      ServiceMessages.Shape(
        text: "connection pool of <*> exhausted", count: 12, level: .error, first: start + 5_000_000_000,
        trace: "9f3c1b")
    ]
    return document
  }
}
