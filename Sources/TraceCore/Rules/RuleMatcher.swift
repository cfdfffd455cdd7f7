internal import Patterns

/// Applies the rules to the lines of a block: what the prefilter points at is searched by PCRE2, which decides.
///
/// One for each thread. A line that nothing points at costs one comparison, and rules without a text a look at what the
/// record has. Where a rule's text was found and more of the record is asked for, its first line is read once more with all
/// fields that any rule names: so the parse of all other lines need not look for them.
package struct RuleMatcher {
  let rules: LineRules
  private let prefilter: (any LinePrefilter)?
  let scratch: MatchScratch
  /// For patterns in conditions, which must not write over what the rule's own pattern captured.
  let conditionScratch: MatchScratch
  var compiled: ContiguousArray<CompiledRule> = []
  /// Rules without a text, by what they need.
  private var dense: ContiguousArray<(rule: Int, needs: RecordNeeds)> = []
  private var unfiltered: ContiguousArray<Int> = []
  /// Rules about a field: where a line has a backslash its value may stand there escaped, which the prefilter cannot see.
  private var onFields: ContiguousArray<Int> = []
  /// Every record has to be looked at, whatever the prefilter says.
  private let looksAtEveryLine: Bool

  private var candidates: ContiguousArray<RuleCandidate> = []
  var next = 0
  /// Where the next candidate lies in the block; beyond its end without one.
  private(set) var nextOffset = Int.max
  /// Candidates in texts that had to be unescaped.
  var found: ContiguousArray<RuleCandidate> = []
  /// Of each rule, the last line on which it was looked at.
  private var looked: ContiguousArray<UInt32>
  private var lineStamp: UInt32 = 0

  /// The layouts with all fields that rules name, and what they read last.
  var layouts: LayoutSet
  var fields: LineFields
  var times: TimestampParser
  var isRead = false
  var made: ContiguousArray<UInt8> = []
  var routeText: ContiguousArray<UInt8> = []

  /// The record that a line belongs to.
  struct Head {
    var bytes: Slice
    var time: Int64
    var level: Level
  }

  /// - Parameters:
  ///   - catalog: the plan's; what rules without a text are evaluated with.
  ///   - layouts: those of the generation.
  package init(
    _ rules: LineRules, catalog: FieldCatalog, layouts: LayoutSet, zone: TimeZoneRules, referenceTime: Int64
  ) {
    self.rules = rules
    prefilter = rules.makePrefilter?()
    scratch = MatchScratch()
    conditionScratch = MatchScratch()
    let names = rules.fieldNames
    let full = FieldCatalog(wanted: names, idField: catalog.idField, map: catalog.map)
    self.layouts = layouts.reading(full)
    fields = LineFields(wantedCount: names.count)
    fields.instance = layouts.instance
    times = TimestampParser(zone: zone, referenceTime: referenceTime)
    looked = ContiguousArray(repeating: 0, count: rules.rules.count)
    unfiltered = ContiguousArray(rules.unfiltered)
    looksAtEveryLine =
      !rules.unfiltered.isEmpty
      || rules.rules.contains { rule in
        if case .field = rule.target { true } else { rule.isDense }
      }
    var wanted = WantedNames()
    wanted.add(names)
    for (index, rule) in rules.rules.enumerated() {
      compiled.append(
        CompiledRule(rule, names: wanted, boundTo: rule.isDense ? catalog.wantedNames : names))
      if rule.isDense { dense.append((index, rule.condition?.needs ?? [])) }
      if case .field = rule.target, !rule.isDense { onFields.append(index) }
    }
  }

  /// Whether a record's line, up to `limit`, has to be looked at.
  @inline(__always)
  func concerns(_ fields: borrowing LineFields, to limit: Int) -> Bool {
    if nextOffset < limit || looksAtEveryLine { return true }
    // Missing has the arena's bit, too.
    return fields.message.isUnescaped || fields.exception.isUnescaped
  }

  @inline(__always)
  func concernsContinuation(to limit: Int) -> Bool { nextOffset < limit || !unfiltered.isEmpty }

  /// Begins a block: the prefilter looks at all of it.
  mutating func begin(_ bytes: Span<UInt8>) {
    candidates.removeAll(keepingCapacity: true)
    prefilter?.scan(bytes, into: &candidates)
    next = 0
    nextOffset = candidates.isEmpty ? Int.max : Int(candidates[0].offset)
  }

  // MARK: Lines

  /// Applies the rules to a record's first line.
  ///
  /// - Parameters:
  ///   - main: what the plan's layouts read of the line.
  ///   - line: the line without its end; `limit` is where the next one begins.
  mutating func match(
    _ main: LineFields, record: Int, line: Slice, number: Int, limit: Int, _ bytes: Span<UInt8>,
    into hits: inout RuleHits
  ) {
    beginLine()
    let head = Head(bytes: line, time: main.time, level: main.level)
    let start = hits.hits.count
    var hit = RuleMatcher.hit(record: record, line: line, number: number, isUnparsed: false)
    while nextOffset < limit { take(&hit, main, head, bytes, &hits) }
    if main.message.isUnescaped { matchUnescaped(main.message, &hit, main, head, bytes, &hits) }
    if main.exception.isUnescaped { matchUnescaped(main.exception, &hit, main, head, bytes, &hits) }
    for rule in unfiltered { look(rule, &hit, main, head, bytes, &hits) }
    if !onFields.isEmpty, ByteSearch.first(0x5C, in: bytes, from: line.start, to: line.end) != nil {
      for rule in onFields { look(rule, &hit, main, head, bytes, &hits) }
    }
    if !dense.isEmpty {
      let offer = RecordNeeds(of: main)
      for (rule, needs) in dense where needs.isSubset(of: offer) {
        matchDense(rule, &hit, main, head, bytes, &hits)
      }
    }
    order(&hits.hits, from: start)
  }

  /// Applies the rules on texts to a line that continues the record whose first line is `head`.
  mutating func match(
    continuation line: Slice, of record: Int, _ head: Head, number: Int, limit: Int, _ bytes: Span<UInt8>,
    into hits: inout RuleHits
  ) {
    beginLine()
    let start = hits.hits.count
    var hit = RuleMatcher.hit(record: record, line: line, number: number, isUnparsed: false)
    while nextOffset < limit {
      let rule = Int(candidates[next].rule)
      advance()
      continueRecord(rule, &hit, line, head, bytes, &hits)
    }
    for rule in unfiltered { continueRecord(rule, &hit, line, head, bytes, &hits) }
    order(&hits.hits, from: start)
  }

  /// Applies the rules to a line that is no record (`isUnparsed`), or to one of which only the blocks before tell what it is:
  /// then what a hit needs of its record is left open.
  mutating func match(
    loose line: Slice, record: Int, number: Int, isUnparsed: Bool, limit: Int, _ bytes: Span<UInt8>,
    into hits: inout RuleHits
  ) {
    beginLine()
    var hit = RuleMatcher.hit(record: record, line: line, number: number, isUnparsed: isUnparsed)
    let start = hits.hits.count
    while nextOffset < limit {
      let rule = Int(candidates[next].rule)
      advance()
      lookLoose(rule, &hit, line, bytes, &hits)
    }
    for rule in unfiltered { lookLoose(rule, &hit, line, bytes, &hits) }
    order(&hits.hits, from: start)
    if !isUnparsed && hits.hits.count > start {
      hits.orphans.append(contentsOf: hits.hits[start...])
      hits.hits.removeSubrange(start...)
    }
  }

  /// Hits in the order of rules, so that it does not matter who found them.
  private func order(_ hits: inout ContiguousArray<RuleHit>, from start: Int) {
    guard hits.count - start > 1 else { return }
    hits[start...].sort { ($0.rule, $0.kind.rawValue) < ($1.rule, $1.kind.rawValue) }
  }

  static func hit(record: Int, line: Slice, number: Int, isUnparsed: Bool) -> RuleHit {
    RuleHit(
      rule: 0, record: Int32(truncatingIfNeeded: record), offset: UInt32(truncatingIfNeeded: line.start),
      length: line.count, line: UInt32(truncatingIfNeeded: number), first: 0, count: 0, kind: .match,
      isUnparsed: isUnparsed)
  }

  private mutating func beginLine() {
    lineStamp &+= 1
    isRead = false
  }

  private mutating func advance() {
    next += 1
    nextOffset = next < candidates.count ? Int(candidates[next].offset) : Int.max
  }

  mutating func isNew(_ rule: Int) -> Bool {
    if looked[rule] == lineStamp { return false }
    looked[rule] = lineStamp
    return true
  }

  private mutating func take(
    _ hit: inout RuleHit, _ main: LineFields, _ head: Head, _ bytes: Span<UInt8>, _ hits: inout RuleHits
  ) {
    let rule = Int(candidates[next].rule)
    advance()
    look(rule, &hit, main, head, bytes, &hits)
  }

  /// A text that had to be unescaped does not stand in the block: it is given to the prefilter by itself.
  private mutating func matchUnescaped(
    _ slice: Slice, _ hit: inout RuleHit, _ main: LineFields, _ head: Head, _ bytes: Span<UInt8>, _ hits: inout RuleHits
  ) {
    guard let prefilter else { return }
    found.removeAll(keepingCapacity: true)
    let arena = main.arena
    prefilter.scan(arena.span.extracting(slice.start..<slice.end), into: &found)
    for candidate in found { look(Int(candidate.rule), &hit, main, head, bytes, &hits) }
  }
}

extension RuleMatcher {
  /// What a hit on an orphan still needs: its record's condition and fields, read from the record's first line, which `tail`
  /// is. Whether the rule holds.
  ///
  /// For the merge stage, which alone knows what an orphan continues.
  package mutating func complete(
    _ hit: inout RuleHit, tail: ContiguousArray<UInt8>, time: Int64, level: Level, _ hits: inout RuleHits
  ) -> Bool {
    let rule = Int(hit.rule)
    guard compiled[rule].target.hasContinuations else { return false }
    guard hit.kind == .match else { return true }
    beginLine()
    let head = Head(bytes: Slice(0, tail.count), time: time, level: level)
    let bytes = tail.span
    if let condition = compiled[rule].condition {
      read(head, bytes)
      guard let outcome = outcome(condition, fields, head, bytes) else { return false }
      hit.kind = outcome
    }
    fill(rule, hit, head, bytes, &hits)
    return true
  }
}
