import Analysis

/// What is said of an incident in which all fail alike: by the counts that a survey of its log would give.
///
/// All facts are compared, over all routes and on each of the six that failed most, as `skein report` does.
struct NullCauses {
  /// A candidate is a fact.
  let names: Bool
  /// A fact stands out among failed requests, of one route or of all.
  let shows: Bool

  init(_ log: PlantedLog) {
    let sample = log.sample
    let suspect = Contrast.Fact(name: "version", value: "v2")
    let found = CauseSearch(sample, limit: 0.05 / 7, suspects: [suspect]).find()
    names = !found.causes.isEmpty

    let inside = log.rows.filter { $0.request.time >= log.onset && $0.request.time < log.recovery }
    var failures = [Int](repeating: 0, count: sample.routes.count)
    for row in inside where row.isFailed { failures[row.request.route] += 1 }
    let worst = failures.indices.filter { failures[$0] >= 5 }.sorted { failures[$0] > failures[$1] }.prefix(6)
    let scatter = FactScatter(sample)
    var options = Contrast.Options()
    options.limit /= Double(worst.count + 2)
    shows = ([nil] + worst.map { $0 }).contains { route in
      let own = inside.filter { route == nil || $0.request.route == route }
      var counts: [String: Contrast.Count] = [:]
      for row in own {
        // Users have too many values for a contrast.
        for (name, value) in log.service.logged(row.request) where name != "user_id" {
          var count =
            counts["\(name)=\(value)"]
            ?? Contrast.Count(fact: Contrast.Fact(name: name, value: value), inside: 0, outside: 0)
          if row.isFailed { count.inside += 1 } else { count.outside += 1 }
          counts["\(name)=\(value)"] = count
        }
      }
      let failed = Int64(own.count { $0.isFailed })
      let left = scatter.of(.failed, route: route.map { sample.routes[$0] })
      return !Contrast.rank(
        counts: Array(counts.values), inside: "", outside: "", insideRequests: failed,
        outsideRequests: Int64(own.count) - failed, options: options,
        scattered: { fact, p in found.suspects.contains(fact) ? (p, .independent) : left(fact, p) }
      ).rows.isEmpty
    }
  }
}
