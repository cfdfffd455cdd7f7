/// Counts and durations of one group of requests. Mergeable; the result depends on the set of requests alone.
package struct GroupStats: Sendable {
  package var requests: Int64 = 0
  package var clientErrors: Int64 = 0
  package var errors: Int64 = 0
  package var notFound: Int64 = 0
  package var unfinished: Int64 = 0
  package var durations = QuantileSketch()

  package init() {}

  /// Adds a request.
  @inline(__always)
  package mutating func add(_ request: RequestEvent) {
    requests &+= 1
    if request.isError {
      errors &+= 1
    } else if request.status >= 400 {
      clientErrors &+= 1
      if request.status == 404 { notFound &+= 1 }
    }
    if request.duration >= 0 { durations.add(request.duration) }
  }

  package mutating func merge(_ other: GroupStats) {
    requests += other.requests
    clientErrors += other.clientErrors
    errors += other.errors
    notFound += other.notFound
    unfinished += other.unfinished
    durations.merge(other.durations)
  }

  /// Only 404s were ever answered: a path that no route of the service matches.
  package var isUnmatched: Bool { requests > 0 && notFound == requests }

  /// Six significant digits: a sketch's value has no more to say, and its error stays below 0.1 %.
  private static func sixDigits(_ value: Int64) -> Int64 {
    var unit: Int64 = 1
    while value / unit >= 1_000_000 { unit *= 10 }
    return (value + unit / 2) / unit * unit
  }

  /// A quantile of the durations as `summary` tells it: nearest rank, six digits where it is approximate; nil without one.
  package func quantile(_ q: Double) -> Int64? {
    durations.quantile(q).map { durations.isApproximate ? GroupStats.sixDigits($0) : $0 }
  }

  /// The figures that reports print. Cost: a sort of up to 1,000 values, or a walk over the sketch.
  package func summary(name: String, span: Int64) -> GroupSummary {
    var summary = GroupSummary(name: name)
    summary.requests = requests
    summary.unfinished = unfinished
    summary.clientErrors = clientErrors
    summary.errors = errors
    summary.ratePerSecond = span > 0 ? Double(requests) / (Double(span) / 1e9) : nil
    summary.timed = durations.count
    summary.approximate = durations.isApproximate
    let quantiles = durations.quantiles([0.5, 0.9, 0.95, 0.99])
    if quantiles.count == 4 {
      let shown = summary.approximate ? quantiles.map(GroupStats.sixDigits) : quantiles
      (summary.p50, summary.p90, summary.p95, summary.p99) = (shown[0], shown[1], shown[2], shown[3])
      summary.max = durations.max
    }
    return summary
  }
}

/// Names of groups of one run, in order of first appearance, up to a cap; the rest share one number.
package struct GroupNames: Sendable {
  /// Groups that reports show.
  package static let most = 1_000
  /// Names kept: as many again for paths that only ever answer 404, which fold into one line of the report.
  static let mostNames = 2 * most
  /// Number of all groups beyond the cap.
  package static let folded: Int32 = -2

  private var labels = LabelTable()

  package init() {}

  package var count: Int { labels.count }
  /// Whether there may be more than have a name.
  package var isFull: Bool { labels.count >= GroupNames.mostNames }
  package func name(_ index: Int) -> String { labels.string(index) }
  /// What a number stands for, also one that is no group's.
  package func text(of number: Int32) -> String {
    if number >= 0 { return name(Int(number)) }
    return number == GroupNames.folded ? RequestStats.otherName : RequestStats.noneName
  }

  /// The group's number, or `folded`.
  package mutating func index(of source: borrowing LabelTable, _ label: Int) -> Int32 {
    let at = source.range(of: label)
    if labels.count < GroupNames.mostNames { return Int32(labels.intern(source.bytes, at.lowerBound, at.upperBound)) }
    return labels.find(source.bytes, at.lowerBound, at.upperBound).map(Int32.init) ?? GroupNames.folded
  }
}

/// Figures of all requests, and by group.
package struct RequestStats: Sendable {
  package static let otherName = "(other)"
  package static let unmatchedName = "(unmatched)"
  package static let noneName = "(none)"

  package private(set) var total = GroupStats()
  /// By number of the group.
  private var groups: ContiguousArray<GroupStats> = []
  private var folded = GroupStats()
  private var foldedNotFound = GroupStats()
  private var without = GroupStats()

  package init() {}

  package mutating func add(_ request: RequestEvent) {
    total.add(request)
    let group = Int(request.group)
    if group >= 0 {
      while groups.count <= group { groups.append(GroupStats()) }
      groups[group].add(request)
    } else if request.group == GroupNames.folded {
      if request.status == 404 { foldedNotFound.add(request) } else { folded.add(request) }
    } else {
      without.add(request)
    }
  }

  package mutating func addUnfinished(group: Int32) {
    total.unfinished += 1
    if group >= 0 {
      while groups.count <= Int(group) { groups.append(GroupStats()) }
      groups[Int(group)].unfinished += 1
    } else if group == GroupNames.folded {
      folded.unfinished += 1
    } else {
      without.unfinished += 1
    }
  }

  /// Adds the figures of others whose groups have the same numbers.
  package mutating func merge(_ other: RequestStats) {
    total.merge(other.total)
    while groups.count < other.groups.count { groups.append(GroupStats()) }
    for index in other.groups.indices where other.groups[index].requests > 0 || other.groups[index].unfinished > 0 {
      groups[index].merge(other.groups[index])
    }
    folded.merge(other.folded)
    foldedNotFound.merge(other.foldedNotFound)
    without.merge(other.without)
  }

  /// Requests that reports show under `(other)` because of the cap.
  package private(set) var foldedRequests: Int64 = 0

  /// Summaries, most requests first, then by name.
  ///
  /// - Parameters:
  ///   - unmatched: whether a group is shown as `(unmatched)`; by routes only.
  ///   - span: event time in nanoseconds that rates are over.
  package mutating func summaries(names: GroupNames, span: Int64, unmatched: (Int) -> Bool) -> [GroupSummary] {
    var rows: [GroupSummary] = []
    var strangers = foldedNotFound
    var others = folded
    for index in groups.indices where groups[index].requests > 0 || groups[index].unfinished > 0 {
      if unmatched(index) {
        strangers.merge(groups[index])
      } else if rows.count < GroupNames.most {
        rows.append(groups[index].summary(name: names.name(index), span: span))
      } else {
        others.merge(groups[index])
      }
    }
    foldedRequests = others.requests + foldedNotFound.requests
    if without.requests > 0 || without.unfinished > 0 {
      rows.append(without.summary(name: RequestStats.noneName, span: span))
    }
    rows.sort { ($1.requests, $0.name) < ($0.requests, $1.name) }
    if strangers.requests > 0 { rows.append(strangers.summary(name: RequestStats.unmatchedName, span: span)) }
    if others.requests > 0 { rows.append(others.summary(name: RequestStats.otherName, span: span)) }
    return rows
  }

  /// The figures of each group under its name, in order of number; what `unmatched` says goes together, and so do groups
  /// beyond the cap and requests without one.
  package func byName(names: GroupNames, unmatched: (Int) -> Bool) -> [(name: String, stats: GroupStats)] {
    var rows: [(name: String, stats: GroupStats)] = []
    var strangers = foldedNotFound
    for index in groups.indices where groups[index].requests > 0 || groups[index].unfinished > 0 {
      if unmatched(index) { strangers.merge(groups[index]) } else { rows.append((names.name(index), groups[index])) }
    }
    let rest = [
      (RequestStats.noneName, without), (RequestStats.unmatchedName, strangers), (RequestStats.otherName, folded),
    ]
    rows += rest.filter { $0.1.requests > 0 || $0.1.unfinished > 0 }.map { (name: $0.0, stats: $0.1) }
    return rows
  }

  /// Whether group `index` has answered nothing but 404.
  package func isUnmatched(_ index: Int) -> Bool { index < groups.count && groups[index].isUnmatched }

  /// Forgets all figures.
  package mutating func removeAll() { self = RequestStats() }
}

extension GroupStats: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(count: &requests)
    try coder.code(count: &clientErrors)
    try coder.code(count: &errors)
    try coder.code(count: &notFound)
    try coder.code(count: &unfinished)
    try coder.code(&durations)
  }
}

extension GroupNames: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&labels)
    guard labels.count <= GroupNames.mostNames else { throw .invalid("number of groups") }
  }

  /// Whether a number is that of a group, or stands for the rest, or for none (-1).
  package func isNumber(_ index: Int32) -> Bool { index >= GroupNames.folded && Int(index) < count }
}

extension RequestStats: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&total)
    try coder.code(&groups, empty: GroupStats())
    guard groups.count <= GroupNames.mostNames else { throw .invalid("number of groups") }
    try coder.code(&folded)
    try coder.code(&foldedNotFound)
    try coder.code(&without)
    try coder.code(count: &foldedRequests)
  }

  /// Whether all its groups have names.
  package func isWithin(_ names: GroupNames) -> Bool { groups.count <= names.count }
}
