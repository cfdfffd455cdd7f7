package import TraceCore

/// What happened while a service followed logs: findings, failed requests, releases and marks. The newest of each; what is
/// older is forgotten.
package struct ServiceJournal: Sendable {
  static let mostFindings = 300
  static let mostFailures = 300
  static let mostMarks = 200

  /// A finding as it began, and what it has grown to.
  package struct Found: Sendable, Equatable {
    /// Event id.
    package var id: String
    package var rule: String
    package var title: String
    /// 0 (P0) ... 3 (P3).
    package var severity: UInt8
    package var count: Int64
    package var first: Int64
    package var last: Int64
    package var trace: String?
    /// Of the first line found, and where it stands.
    package var message: String
    package var place: String

    package init(
      id: String, rule: String, title: String, severity: UInt8, count: Int64, first: Int64, last: Int64,
      trace: String?, message: String, place: String
    ) {
      self.id = id
      self.rule = rule
      self.title = title
      self.severity = severity
      self.count = count
      self.first = first
      self.last = last
      self.trace = trace
      self.message = message
      self.place = place
    }

    static let empty = Found(
      id: "", rule: "", title: "", severity: 0, count: 0, first: 0, last: 0, trace: nil, message: "", place: "")
  }

  /// A request that failed.
  package struct Failed: Sendable, Equatable {
    package var id: String
    /// Number of the route.
    package var route: Int32
    /// 0 without one.
    package var status: UInt16
    /// Nanoseconds, or -1.
    package var duration: Int64
    package var time: Int64

    package init(id: String, route: Int32, status: UInt16, duration: Int64, time: Int64) {
      self.id = id
      self.route = route
      self.status = status
      self.duration = duration
      self.time = time
    }

    static let empty = Failed(id: "", route: -1, status: 0, duration: -1, time: 0)
  }

  package struct Mark: Sendable, Equatable {
    package var time: Int64
    package var text: String
    package var isRelease: Bool

    package init(time: Int64, text: String, isRelease: Bool) {
      self.time = time
      self.text = text
      self.isRelease = isRelease
    }
  }

  /// In the order in which they came.
  private(set) package var findings: [Found] = []
  private(set) package var failures: [Failed] = []
  private(set) package var marks: [Mark] = []
  /// All findings that began, by severity.
  private(set) package var findingCounts: [Int64] = [0, 0, 0, 0]

  package init() {}

  package mutating func add(_ finding: Found) {
    if findingCounts.indices.contains(Int(finding.severity)) { findingCounts[Int(finding.severity)] += 1 }
    findings.append(finding)
    if findings.count > ServiceJournal.mostFindings { findings.removeFirst() }
  }

  /// The newest finding of a rule has grown: hits up to `end`.
  package mutating func grow(rule: String, by hits: Int64, until end: Int64) {
    guard let place = findings.lastIndex(where: { $0.rule == rule }) else { return }
    findings[place].count = findings[place].count.plus(hits)
    findings[place].last = max(findings[place].last, end)
  }

  package mutating func add(_ failure: Failed) {
    failures.append(failure)
    if failures.count > ServiceJournal.mostFailures { failures.removeFirst() }
  }

  package mutating func add(_ mark: Mark) {
    marks.append(mark)
    if marks.count > ServiceJournal.mostMarks { marks.removeFirst() }
  }

  /// Begin of the last release that came after another one.
  package var lastRelease: Mark? {
    let releases = marks.filter(\.isRelease)
    return releases.count > 1 ? releases.last : nil
  }
}

extension ServiceJournal: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("journal")
    try coder.code(&findings, empty: .empty) { found, coder throws(StateError) in
      try coder.code(&found.id)
      try coder.code(&found.rule)
      try coder.code(&found.title)
      try coder.code(&found.severity)
      try coder.code(count: &found.count)
      try coder.code(time: &found.first)
      try coder.code(time: &found.last)
      try coder.code(&found.trace)
      try coder.code(&found.message)
      try coder.code(&found.place)
      guard found.severity < 4 else { throw .invalid("severity") }
    }
    try coder.code(&failures, empty: .empty) { failed, coder throws(StateError) in
      try coder.code(&failed.id)
      try coder.code(&failed.route)
      try coder.code(&failed.status)
      try coder.code(&failed.duration)
      try coder.code(time: &failed.time)
    }
    try coder.code(&marks, empty: Mark(time: 0, text: "", isRelease: false)) { mark, coder throws(StateError) in
      try coder.code(time: &mark.time)
      try coder.code(&mark.text)
      try coder.code(&mark.isRelease)
    }
    for index in findingCounts.indices { try coder.code(count: &findingCounts[index]) }
  }

  /// Whether all numbers are names'.
  package func isWithin(routes: GroupNames) -> Bool {
    failures.allSatisfy { $0.route < 0 || routes.isNumber($0.route) }
  }
}
