internal import Foundation

/// What a generated log holds, exactly; written beside it as JSON.
struct Truth: Codable {
  var schema = "skein.bench.truth/1"
  /// Version of the generator: another one makes another log.
  var generator = LogGenerator.version
  /// What the log was made from.
  var seed: UInt64 = 0
  /// Of the file: its size, lines, and log records (a record may have several lines).
  var bytes: Int
  var lines: Int
  var records: Int
  var answer: Answer

  /// Beside `log`: the same name with `.truth.json`.
  static func path(of log: String) -> String { log + ".truth.json" }

  func write(besides log: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(self).write(to: URL(fileURLWithPath: Self.path(of: log)))
  }

  init?(besides log: String) {
    guard let data = FileManager.default.contents(atPath: Self.path(of: log)),
      let truth = try? JSONDecoder().decode(Truth.self, from: data)
    else { return nil }
    self = truth
  }

  init(bytes: Int, lines: Int, records: Int, answer: Answer) {
    self.bytes = bytes
    self.lines = lines
    self.records = records
    self.answer = answer
  }
}

/// Collects the truth while a log is made: all durations are kept (4 bytes a request), so quantiles are exact.
struct TruthCollector {
  private var durations = [[Int32]](repeating: [], count: Route.all.count)
  private var errors = [Int](repeating: 0, count: Route.all.count)

  /// One finished request; the duration in tenths of a millisecond, as logged.
  mutating func add(route: Int, status: Int, tenths: Int) {
    durations[route].append(Int32(tenths))
    if status >= 500 { errors[route] += 1 }
  }

  /// Quantiles are nearest rank: the ceil(q n)-th value.
  consuming func finish(bytes: Int, lines: Int, records: Int) -> Truth {
    var routes: [String: Answer.Row] = [:]
    for (index, route) in Route.all.enumerated() where !durations[index].isEmpty {
      routes[route.name] = Self.row(durations[index], errors: errors[index])
    }
    let all = Array(durations.joined())
    let total = Self.row(all, errors: errors.reduce(0, +))
    return Truth(
      bytes: bytes, lines: lines, records: records, answer: Answer(traces: all.count, total: total, routes: routes))
  }

  private static func row(_ tenths: [Int32], errors: Int) -> Answer.Row {
    let sorted = tenths.sorted()
    func quantile(percent: Int) -> Double { Double(sorted[(percent * sorted.count + 99) / 100 - 1]) / 10 }
    return Answer.Row(
      requests: sorted.count, errors: errors, p50: quantile(percent: 50), p95: quantile(percent: 95),
      p99: quantile(percent: 99))
  }
}
