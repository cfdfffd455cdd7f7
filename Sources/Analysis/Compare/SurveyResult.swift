package import TraceCore

/// Requests and records counted by segment: what an incident document and a diff are made from.
package struct SurveyResult: Sendable {
  /// One segment: a span of time, a value of a field, or a whole log.
  package struct Segment: Sendable {
    package var name: String
    package var total: GroupStats
    /// By route, in order of first appearance.
    package var routes: [(name: String, stats: GroupStats)]
    /// Event times of the first and the last request in it; EventTime.none without one.
    package var first: Int64
    package var last: Int64
    /// Of routes, as far as it was asked for and there was room; of all requests under the empty name. Looked up only.
    package var scatter: [String: ScatterSeries] = [:]

    package init(
      name: String, total: GroupStats = GroupStats(), routes: [(name: String, stats: GroupStats)] = [],
      first: Int64 = EventTime.none, last: Int64 = EventTime.none
    ) {
      self.name = name
      self.total = total
      self.routes = routes
      self.first = first
      self.last = last
    }
  }

  /// How many requests of a segment: all, those that failed, those that were slow.
  package struct Cell: Sendable, Equatable, BitwiseCopyable {
    package var all: UInt32 = 0
    package var failed: UInt32 = 0
    package var slow: UInt32 = 0
    package init() {}

    package mutating func add(_ other: Cell) {
      all &+= other.all
      failed &+= other.failed
      slow &+= other.slow
    }
  }

  /// Requests of one route of which a fact is true, by segment.
  package struct FactCount: Sendable {
    package var route: String
    package var fact: Contrast.Fact
    package var cells: [Cell]

    package init(route: String, fact: Contrast.Fact, cells: [Cell]) {
      self.route = route
      self.fact = fact
      self.cells = cells
    }
  }

  /// Distinct users or clients by segment.
  package struct Audience: Sendable {
    package var field: String
    package var all: [Int64]
    package var failed: [Int64]
    package var isEstimate: Bool

    package init(field: String, all: [Int64], failed: [Int64], isEstimate: Bool) {
      self.field = field
      self.all = all
      self.failed = failed
      self.isEstimate = isEstimate
    }
  }

  /// When a value was seen first, of a field that names releases.
  package struct FirstSeen: Sendable, Equatable {
    package var field: String
    package var value: String
    package var time: Int64
    package var path: String
    package var line: Int
    /// Of the record's first line, by which it is found again.
    package var hash: String

    package init(field: String, value: String, time: Int64, path: String, line: Int, hash: String) {
      self.hash = hash
      self.field = field
      self.value = value
      self.time = time
      self.path = path
      self.line = line
    }
  }

  /// A line that reports a release or a rollback.
  package struct ReleaseLine: Sendable, Equatable {
    package var time: Int64
    /// What the rule says of it, and the line.
    package var message: String
    package var text: String
    package var path: String
    package var line: Int
    package var hash: String

    package init(time: Int64, message: String, text: String, path: String, line: Int, hash: String) {
      self.time = time
      self.message = message
      self.text = text
      self.path = path
      self.line = line
      self.hash = hash
    }
  }

  /// A request worth showing.
  package struct Pick: Sendable, Equatable {
    package enum Reason: String, Sendable { case firstFailed, slowestFailed, slowest }
    package var reason: Reason
    package var route: String
    package var id: String
    /// Number of its life in a run over the same input.
    package var life: UInt64
    package var time: Int64
    /// Nanoseconds, or -1.
    package var duration: Int64
    package var status: Int

    package init(
      reason: Reason, route: String, id: String, life: UInt64, time: Int64, duration: Int64, status: Int
    ) {
      self.reason = reason
      self.route = route
      self.id = id
      self.life = life
      self.time = time
      self.duration = duration
      self.status = status
    }
  }

  package var segments: [Segment]
  /// Requests of each route, by segment, in order of first appearance.
  package var routeCells: [(route: String, cells: [Cell])]
  package var facts: [FactCount]
  /// In order of first appearance; counts by segment.
  package var templates: [TemplateCounts]
  /// Records of templates beyond those that are kept.
  package var foldedTemplates: Int64
  package var audience: [Audience]
  package var releases: [FirstSeen]
  package var releaseLines: [ReleaseLine]
  package var picks: [Pick]
  package var stacks: [StackGroup]
  /// Fields with too many values to be compared.
  package var leftOut: [String]
  /// Requests in no segment.
  package var outside: Int64
  /// Some requests with all their facts, where they were asked for.
  package var sample: RequestSample?

  package init(segments: [Segment]) {
    self.segments = segments
    routeCells = []
    facts = []
    templates = []
    foldedTemplates = 0
    audience = []
    releases = []
    releaseLines = []
    picks = []
    stacks = []
    leftOut = []
    outside = 0
  }
}

extension SurveyResult {
  /// Adds the cells of a survey of another log, by name: facts and routes that this one does not have come after its own.
  package mutating func addCells(of other: SurveyResult) {
    func sum(_ a: [Cell], _ b: [Cell]) -> [Cell] {
      var sum = a
      for index in sum.indices where index < b.count { sum[index].add(b[index]) }
      return sum
    }
    var routes: [String: Int] = [:]
    for (index, row) in routeCells.enumerated() { routes[row.route] = index }
    for row in other.routeCells {
      if let index = routes[row.route] {
        routeCells[index].cells = sum(routeCells[index].cells, row.cells)
      } else {
        routeCells.append(row)
      }
    }
    struct Key: Hashable {
      var route: String
      var fact: Contrast.Fact
    }
    var known: [Key: Int] = [:]
    for (index, row) in facts.enumerated() { known[Key(route: row.route, fact: row.fact)] = index }
    for row in other.facts {
      if let index = known[Key(route: row.route, fact: row.fact)] {
        facts[index].cells = sum(facts[index].cells, row.cells)
      } else {
        facts.append(row)
      }
    }
    for name in other.leftOut where !leftOut.contains(name) { leftOut.append(name) }
  }

  /// Which requests are looked at.
  package enum Target: String, Sendable { case failed, slow }

  /// Facts as they are counted among the failed (slow) requests of `inside` and among all others of `segments`, for one
  /// route or for all; the route itself is a fact where all are compared.
  ///
  /// - Returns: counts in order of first appearance, and requests inside and outside.
  package func counts(
    _ target: Target, segments: [Int], route: String? = nil
  ) -> (counts: [Contrast.Count], inside: Int64, outside: Int64) {
    func sum(_ cells: [Cell]) -> (inside: Int64, outside: Int64) {
      var inside: Int64 = 0
      var all: Int64 = 0
      for segment in segments where segment < cells.count {
        let cell = cells[segment]
        inside += Int64(target == .failed ? cell.failed : cell.slow)
        all += Int64(cell.all)
      }
      return (inside, all - inside)
    }
    var totals = (inside: Int64(0), outside: Int64(0))
    var found: [Contrast.Fact: Int] = [:]
    var counts: [Contrast.Count] = []
    func add(_ fact: Contrast.Fact, _ numbers: (inside: Int64, outside: Int64)) {
      if let at = found[fact] {
        counts[at].inside += numbers.inside
        counts[at].outside += numbers.outside
      } else {
        found[fact] = counts.count
        counts.append(Contrast.Count(fact: fact, inside: numbers.inside, outside: numbers.outside))
      }
    }
    for row in routeCells where route == nil || row.route == route {
      let numbers = sum(row.cells)
      totals.inside += numbers.inside
      totals.outside += numbers.outside
      if route == nil { add(Contrast.Fact(name: "route", value: row.route), numbers) }
    }
    for row in facts where route == nil || row.route == route { add(row.fact, sum(row.cells)) }
    // A request that had two templates which became one later was counted under both.
    for index in counts.indices {
      counts[index].inside = min(counts[index].inside, totals.inside)
      counts[index].outside = min(counts[index].outside, totals.outside)
    }
    return (counts, totals.inside, totals.outside)
  }
}
