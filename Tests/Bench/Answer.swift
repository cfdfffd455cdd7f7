/// What every contestant must say about a log: the figures of its requests, by route and in all.
struct Answer: Codable, Equatable {
  /// One line of it. Latencies in milliseconds.
  struct Row: Codable, Equatable {
    var requests: Int
    var errors: Int
    var p50: Double
    var p95: Double
    var p99: Double
  }

  /// Distinct request ids; nil from one who does not say.
  var traces: Int?
  var total: Row
  var routes: [String: Row]

  /// How far two quantiles may lie apart, for the definitions of a quantile differ by a rank.
  static let tolerance = 0.01

  /// The first thing that is wrong when this is held against the truth; nil if all is right.
  func fault(against truth: Answer) -> String? {
    if let traces, traces != truth.traces { return "\(traces) traces, not \(truth.traces ?? 0)" }
    let names = Set(routes.keys).symmetricDifference(truth.routes.keys)
    if let name = names.min() { return routes[name] == nil ? "no route \(name)" : "a route \(name) that is not there" }
    for (name, row) in [("total", total)] + routes.sorted(by: { $0.key < $1.key }) {
      let right = name == "total" ? truth.total : truth.routes[name]
      guard let right else { continue }
      if row.requests != right.requests { return "\(name): \(row.requests) requests, not \(right.requests)" }
      if row.errors != right.errors { return "\(name): \(row.errors) errors, not \(right.errors)" }
      for (label, got, want) in [
        ("p50", row.p50, right.p50), ("p95", row.p95, right.p95), ("p99", row.p99, right.p99),
      ] where (got - want).magnitude > Self.tolerance * want { return "\(name): \(label) \(got) ms, not \(want) ms" }
    }
    return nil
  }

  /// Reads rows of route, requests, errors, p50, p95, p99, and one `traces` row with a number; nil if one is amiss.
  init?(table: String, separator: Character) {
    routes = [:]
    var total: Row?
    for line in table.split(whereSeparator: \.isNewline) {
      let cells = line.split(separator: separator, omittingEmptySubsequences: false)
        .map { $0.trimmingQuotes }
      if cells.first == "traces", cells.count >= 2 {
        traces = Int(cells[1])
        continue
      }
      guard cells.count == 6, let requests = Int(cells[1]), let errors = Int(cells[2]), let p50 = Double(cells[3]),
        let p95 = Double(cells[4]), let p99 = Double(cells[5])
      else { continue }
      let row = Row(requests: requests, errors: errors, p50: p50, p95: p95, p99: p99)
      if cells[0] == "total" { total = row } else { routes[cells[0]] = row }
    }
    guard let total, !routes.isEmpty else { return nil }
    self.total = total
  }

  init(traces: Int?, total: Row, routes: [String: Row]) {
    self.traces = traces
    self.total = total
    self.routes = routes
  }
}

extension Substring {
  /// Without the quotes that a CSV writer put around it.
  fileprivate var trimmingQuotes: String {
    count >= 2 && first == "\"" && last == "\"" ? String(dropFirst().dropLast()) : String(self)
  }
}
