package import TraceCore

/// Joins hits into findings: hits of one rule and group that follow each other within the rule's cooldown are one. On event
/// time; what it says depends on the order of hits alone.
///
/// Meaning: docs/semantics.md#rules-and-findings.
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

  fileprivate struct Key: Hashable {
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
  /// - Returns: the finding, if it begins with this hit, and how many events the hit adds to it.
  @discardableResult
  mutating func take(
    rule: Int, kind: Finding.Kind, group: [UInt8], time: Int64, firstTime: Int64, events: Int64, trace: UInt64,
    id: () -> String?, isWindow: Bool = false, evidence: () -> Evidence
  ) -> (begun: Finding?, added: Int64) {
    let key = Key(rule: rule, kind: kind, group: number(of: group, rule))
    if let last = open[key]?.finding.last, time != EventTime.none, last != EventTime.none,
      time > last, time - last > rules[rule].cooldown
    {
      close(key)
    }
    let begins = open[key] == nil
    if begins { begin(key, evidence()) }
    let overlaps = isWindow && (open[key].map { $0.finding.count > 0 && firstTime <= $0.finding.last } ?? false)
    let added = overlaps ? 1 : events
    open[key]?.add(time: time, firstTime: firstTime, events: added, trace: trace, id: id)
    return (begins ? open[key]?.finding : nil, added)
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

// MARK: State

extension FindingCollector.Key: Comparable, StateCodable {
  fileprivate static func < (a: FindingCollector.Key, b: FindingCollector.Key) -> Bool {
    (a.rule, a.kind.rawValue, a.group) < (b.rule, b.kind.rawValue, b.group)
  }

  fileprivate mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&rule)
    try coder.code(choice: &kind)
    try coder.code(&group)
  }
}

extension FindingCollector.Open: StateCodable {
  fileprivate mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try finding.codeAllButRule(&coder)
    try coder.code(&traces, empty: 0) { trace, coder throws(StateError) in try coder.code(word: &trace) }
    try coder.code(&number)
  }
}

extension FindingCollector: StateCodable {
  /// Rules by their numbers: they must be the same when the state is loaded (`RuleEngine` makes sure).
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    let rules = rules
    for rule in labels.indices { try coder.code(&labels[rule]) }
    var begun = open.sorted { $0.key < $1.key }.map { (key: $0.key, open: Optional($0.value)) }
    try coder.code(&begun, empty: (key: Key(rule: 0, kind: .rule, group: 0), open: nil)) {
      begun, coder throws(StateError) in
      try begun.key.code(&coder)
      guard rules.indices.contains(begun.key.rule) else { throw .invalid("rule of a finding") }
      var open = begun.open ?? Open(finding: Finding(of: rules[begun.key.rule]), number: 0)
      try open.code(&coder)
      begun.open = open
    }
    let numbers = Dictionary(rules.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    var ended = done.map { (rule: numbers[$0.finding.rule.id] ?? -1, number: $0.number, finding: Optional($0.finding)) }
    try coder.code(&ended, empty: (rule: 0, number: 0, finding: nil)) { ended, coder throws(StateError) in
      try coder.code(&ended.rule)
      guard rules.indices.contains(ended.rule) else { throw .invalid("rule of a finding") }
      try coder.code(&ended.number)
      var finding = ended.finding ?? Finding(of: rules[ended.rule])
      try finding.codeAllButRule(&coder)
      ended.finding = finding
    }
    try coder.code(&count)
    try coder.code(
      &unkept, emptyKey: .p0, empty: 0, key: { key, coder throws(StateError) in try coder.code(choice: &key) },
      { count, coder throws(StateError) in try coder.code(count: &count) })
    try coder.code(&hasFoldedGroups)
    guard coder.isLoading else { return }
    open = [:]
    for begun in begun { open[begun.key] = begun.open }
    guard open.count == begun.count else { throw .invalid("list of findings") }
    done = ended.compactMap { ended in ended.finding.map { (ended.number, $0) } }
  }
}

extension Finding {
  /// One of a rule that is filled by loading.
  fileprivate init(of rule: Rule) {
    self.init(
      kind: .rule, rule: rule, message: "", group: [], count: 0, first: EventTime.none, last: EventTime.none,
      example: nil, traces: [], traceCount: 0)
  }

  /// A finding of one of `rules`; nil is what loading fills.
  package static func code(_ finding: inout Finding?, rules: [Rule], _ coder: inout StateCoder) throws(StateError) {
    var rule = finding.flatMap { known in rules.firstIndex { $0.id == known.rule.id } } ?? 0
    try coder.code(&rule)
    guard rules.indices.contains(rule) else { throw .invalid("rule of a finding") }
    var known = finding ?? Finding(of: rules[rule])
    try known.codeAllButRule(&coder)
    finding = known
  }

  fileprivate mutating func codeAllButRule(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(choice: &kind)
    try coder.code(&message)
    try coder.code(&group, empty: (name: "", value: nil)) { value, coder throws(StateError) in
      try coder.code(&value.name)
      try coder.code(&value.value)
    }
    try coder.code(count: &count)
    try coder.code(time: &first)
    try coder.code(time: &last)
    try coder.code(&example, empty: Example(path: "", line: 0, text: "")) { example, coder throws(StateError) in
      try coder.code(&example.path)
      try coder.code(&example.line)
      try coder.code(&example.text)
      try coder.code(&example.hash)
    }
    try coder.code(&traces)
    try coder.code(count: &traceCount)
  }
}
