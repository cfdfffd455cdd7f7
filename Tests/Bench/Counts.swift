/// What a program says that counts and does no more.
struct Counts {
  struct Row: Equatable {
    var requests = 0
    var errors = 0
  }

  var total = Row()
  /// By route; empty from one that does not tell routes.
  var routes: [String: Row] = [:]

  /// The first thing that is wrong when this is held against the truth; nil if all is right.
  func fault(against truth: Answer) -> String? {
    if let fault = Self.fault("total", total, truth.total) { return fault }
    guard !routes.isEmpty else { return nil }
    let names = Set(routes.keys).symmetricDifference(truth.routes.keys)
    if let name = names.min() { return routes[name] == nil ? "no route \(name)" : "a route \(name) that is not there" }
    for (name, row) in routes.sorted(by: { $0.key < $1.key }) {
      if let right = truth.routes[name], let fault = Self.fault(name, row, right) { return fault }
    }
    return nil
  }

  private static func fault(_ name: String, _ row: Row, _ right: Answer.Row) -> String? {
    if row.requests != right.requests { return "\(name): \(row.requests) requests, not \(right.requests)" }
    if row.errors != right.errors { return "\(name): \(row.errors) errors, not \(right.errors)" }
    return nil
  }
}
