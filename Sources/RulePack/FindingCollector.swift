package import TraceCore

/// Joins hits into findings: hits of one rule and group that follow each other within the rule's cooldown are one. On event
/// time; what it says depends on the order of hits alone.
struct FindingCollector {
  /// Groups of a rule that have findings of their own; what comes after them is one group.
  static let mostGroups = 1_000
  /// Findings kept; beyond, they are only counted.
  static let mostFindings = 10_000
  /// What a finding needs that is made for its first hit only.
  struct Evidence {
    var message: String
    var group: [(name: String, value: String?)]
    var example: Finding.Example?
  }

  fileprivate struct Open {
    var finding: Finding
    var traces: Set<UInt64> = []
    /// Number of the finding among all, in order of their first hits.
    var number: Int
  }

  private struct Key: Hashable {
    var rule: Int
    var kind: Finding.Kind
    /// Number of the group; -1 for the rest.
    var group: Int
  }

  private let rules: [Rule]
  private var labels: [LabelTable]
  private var open: [Key: Open] = [:]
  private var done: [(number: Int, finding: Finding)] = []
  private var count = 0
  private(set) var unkept: [Severity: Int64] = [:]
  private(set) var hasFoldedGroups = false

  init(rules: [Rule]) {
    self.rules = rules
    labels = Array(repeating: LabelTable(), count: rules.count)
  }

  /// Takes a hit.
  ///
  /// - Parameters:
  ///   - group: the values of the group, one after another, however they are separated.
  ///   - events: how many events it stands for.
  ///   - isWindow: those events fill a window that ends at `time`; one that overlaps what was counted adds the last alone.
  ///   - trace: hash of the request id, 0 without one; `id` is asked for the first of them only.
  /// - Returns: the finding, if it begins with this hit.
  @discardableResult
  mutating func take(
    rule: Int, kind: Finding.Kind, group: [UInt8], time: Int64, firstTime: Int64, events: Int64, trace: UInt64,
    id: () -> String?, isWindow: Bool = false, evidence: () -> Evidence
  ) -> Finding? {
    let key = Key(rule: rule, kind: kind, group: number(of: group, rule))
    if let last = open[key]?.finding.last, time != EventTime.none, last != EventTime.none,
      time > last, time - last > rules[rule].cooldown
    {
      close(key)
    }
    let begins = open[key] == nil
    if begins { begin(key, evidence()) }
    let overlaps = isWindow && (open[key].map { $0.finding.count > 0 && firstTime <= $0.finding.last } ?? false)
    open[key]?.add(time: time, firstTime: firstTime, events: overlaps ? 1 : events, trace: trace, id: id)
    return begins ? open[key]?.finding : nil
  }

  private mutating func number(of group: [UInt8], _ rule: Int) -> Int {
    if group.isEmpty { return 0 }
    let span = group.span
    if let known = labels[rule].find(span, 0, group.count) { return known }
    guard labels[rule].count < FindingCollector.mostGroups else {
      hasFoldedGroups = true
      return -1
    }
    return labels[rule].intern(span, 0, group.count)
  }

  private mutating func begin(_ key: Key, _ evidence: Evidence) {
    let rule = rules[key.rule]
    let group = key.group < 0 ? evidence.group.map { ($0.name, Optional("(other)")) } : evidence.group
    open[key] = Open(
      finding: Finding(
        kind: key.kind, rule: rule, message: evidence.message, group: group, count: 0, first: EventTime.none,
        last: EventTime.none, example: evidence.example, traces: [], traceCount: 0),
      number: count)
    count += 1
  }

  private mutating func close(_ key: Key) {
    guard let closed = open.removeValue(forKey: key) else { return }
    guard done.count < FindingCollector.mostFindings else {
      unkept[closed.finding.rule.severity, default: 0] += 1
      return
    }
    done.append((closed.number, closed.finding))
  }

  /// Ends all; the findings by severity, then by time, then in the order in which they began.
  mutating func finish() -> [Finding] {
    for key in open.keys.sorted(by: { open[$0]?.number ?? 0 < open[$1]?.number ?? 0 }) { close(key) }
    return done.sorted {
      ($0.finding.rule.severity, $0.finding.first, $0.number) < ($1.finding.rule.severity, $1.finding.first, $1.number)
    }.map(\.finding)
  }
}

extension FindingCollector.Open {
  fileprivate mutating func add(time: Int64, firstTime: Int64, events: Int64, trace: UInt64, id: () -> String?) {
    finding.count += events
    if firstTime != EventTime.none, finding.first == EventTime.none || firstTime < finding.first {
      finding.first = firstTime
    }
    if time != EventTime.none, finding.last == EventTime.none || time > finding.last { finding.last = time }
    guard trace != 0, traces.count < Finding.mostCountedTraces, traces.insert(trace).inserted else { return }
    finding.traceCount += 1
    if finding.traces.count < Finding.mostTraces, let id = id(), !finding.traces.contains(id) {
      finding.traces.append(id)
    }
  }
}
