package import TraceCore

/// What happened while a service followed logs: the newest finding of each rule, failed requests, releases and marks. What is
/// older is forgotten.
package struct ServiceJournal: Sendable {
  /// Rules of whose findings the newest is kept.
  static let mostFindings = 5_000
  static let mostFailures = 300
  static let mostMarks = 200

  /// A finding as it began.
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
    /// Findings of the rule that have begun, this one included.
    package var number: Int64 = 1

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

  /// A verdict of the gate.
  package struct Judged: Sendable, Equatable {
    package var stage: String
    package var state: Verdict.State
    package var isEarly: Bool
    /// Of the whole gate.
    package var isFinal: Bool
    package var time: Int64
    package var reason: String

    package init(_ verdict: Verdict) {
      stage = verdict.stageName ?? ""
      state = verdict.state
      isEarly = verdict.isEarly
      isFinal = verdict.isFinal
      time = verdict.time
      reason = verdict.reason
    }

    fileprivate init() { (stage, state, isEarly, isFinal, time, reason) = ("", .pass, false, false, 0, "") }
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

  /// The newest of each rule, in the order in which they came.
  private(set) package var findings: [Found] = []
  private(set) package var failures: [Failed] = []
  private(set) package var marks: [Mark] = []
  /// Of the gate at hand, or the last one.
  private(set) package var verdicts: [Judged] = []
  static let mostVerdicts = 100
  /// End of the last window in which a rule hit, by its id.
  private(set) package var lastHits: [String: Int64] = [:]
  static let mostRules = 5_000
  /// All findings that began, by severity.
  private(set) package var findingCounts: [Int64] = [0, 0, 0, 0]

  package init() {}

  package mutating func add(_ finding: Found) {
    if findingCounts.indices.contains(Int(finding.severity)) { findingCounts[Int(finding.severity)] += 1 }
    var finding = finding
    // A rule that finds much must not hide another one.
    if let place = findings.lastIndex(where: { $0.rule == finding.rule }) {
      finding.number = findings[place].number.plus(1)
      findings.remove(at: place)
    }
    findings.append(finding)
    if findings.count > ServiceJournal.mostFindings { findings.removeFirst() }
  }

  /// A rule has hit in a window that ends at `end`.
  package mutating func note(rule: String, until end: Int64) {
    guard lastHits[rule] != nil || lastHits.count < ServiceJournal.mostRules else { return }
    lastHits[rule] = max(lastHits[rule] ?? end, end)
  }

  package mutating func add(_ failure: Failed) {
    failures.append(failure)
    if failures.count > ServiceJournal.mostFailures { failures.removeFirst() }
  }

  package mutating func add(_ verdict: Judged) {
    // The gate has begun again.
    if verdicts.last?.isFinal == true { verdicts = [] }
    verdicts.append(verdict)
    if verdicts.count > ServiceJournal.mostVerdicts { verdicts.removeFirst() }
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
      try coder.code(count: &found.number)
      guard found.severity < 4 else { throw .invalid("severity") }
    }
    try coder.code(&failures, empty: .empty) { failed, coder throws(StateError) in
      try coder.code(&failed.id)
      try coder.code(&failed.route)
      try coder.code(&failed.status)
      try coder.code(&failed.duration)
      try coder.code(time: &failed.time)
    }
    try coder.code(&verdicts, empty: Judged()) { verdict, coder throws(StateError) in
      try coder.code(&verdict.stage)
      try coder.code(choice: &verdict.state)
      try coder.code(&verdict.isEarly)
      try coder.code(&verdict.isFinal)
      try coder.code(time: &verdict.time)
      try coder.code(&verdict.reason)
    }
    try coder.code(&marks, empty: Mark(time: 0, text: "", isRelease: false)) { mark, coder throws(StateError) in
      try coder.code(time: &mark.time)
      try coder.code(&mark.text)
      try coder.code(&mark.isRelease)
    }
    try coder.code(
      &lastHits, emptyKey: "", empty: 0, key: { rule, coder throws(StateError) in try coder.code(&rule) },
      { time, coder throws(StateError) in try coder.code(time: &time) })
    for index in findingCounts.indices { try coder.code(count: &findingCounts[index]) }
  }

  /// Whether all numbers are names'.
  package func isWithin(routes: GroupNames) -> Bool {
    failures.allSatisfy { $0.route < 0 || routes.isNumber($0.route) }
  }
}
