internal import LogSource
internal import RulePack
internal import TraceCore

/// Brings the hits of parsed blocks to the rules' state machines, in order, with what only the merge knows: the trace of a
/// record, and what lines at the beginning of a block continue.
final class RuleStage {
  private let ruleSet: RuleSet
  private let lineRules: LineRules
  private let engine: RuleEngine
  private let plan: RunPlan
  private let catalog: FieldCatalog
  private var tails: [Tail]

  /// The last record of a stream, which lines of its next block may continue.
  private struct Tail {
    var text = ContiguousArray<UInt8>()
    var time = EventTime.none
    var level = Level.none
    var trace: UInt64 = 0
    var life: UInt64 = 0
    var id: String?
    /// Whether rules look at it.
    var isSelected = true
    var layouts: LayoutSet?
    var referenceTime: Int64 = 0
    /// Made when the first hit needs it.
    var matcher: RuleMatcher?
  }

  init(_ set: RuleSet, lineRules: LineRules, plan: RunPlan, catalog: FieldCatalog) {
    ruleSet = set
    self.lineRules = lineRules
    self.plan = plan
    self.catalog = catalog
    engine = RuleEngine(set, since: plan.since, until: plan.until)
    tails = Array(repeating: Tail(), count: plan.input.streams.count)
  }

  /// Told of hits on lines that continue a record in another block, instead of the rules' state machines: for `filter`, which
  /// finds the others in the records.
  var onContinuation: ((_ life: UInt64) -> Void)?

  /// Another stream has come.
  func addStream() { tails.append(Tail()) }

  /// See `RuleEngine`.
  var onHit: ((_ rule: Int, _ time: Int64, _ events: Int64, _ begun: Finding?) -> Void)? {
    get { engine.onHit }
    set { engine.onHit = newValue }
  }

  /// See `RuleEngine`.
  var onRelease: ((_ time: Int64, _ message: String, Finding.Example?) -> Void)? {
    get { engine.onRelease }
    set {
      engine.onRelease = newValue.map { tell in
        { [unowned self] time, message, example in
          var example = example
          if let line = example?.text { example?.text = ReadableMessage.of(line, layouts) }
          tell(time, message, example)
        }
      }
    }
  }
  /// Of the block at hand.
  private var layouts: LayoutSet?

  // MARK: Lines

  /// The hits on lines in front of the block's first record, which are in the order of the lines.
  func takeFront(of parsed: ParsedBlock) {
    while parsed.consumedFrontHits < parsed.batch.ruleHits.orphans.count {
      var hit = parsed.batch.ruleHits.orphans[parsed.consumedFrontHits]
      parsed.consumedFrontHits += 1
      let isContinuation = parsed.front[Int(hit.record)].isContinuation
      var tail = tails[parsed.stream]
      if isContinuation {
        guard complete(&hit, parsed, &tail) else { continue }
      } else if !standsAlone(hit) {
        continue
      }
      if let onContinuation {
        if isContinuation && hit.kind == .match { onContinuation(tail.life) }
        continue
      }
      engine.take(
        hit, of: parsed.batch.ruleHits, time: tail.time,
        isSelected: isContinuation ? tail.isSelected : !plan.selectsForRules,
        trace: isContinuation ? tail.trace : 0, life: isContinuation ? tail.life : 0, id: { tail.id },
        origin: { self.origin(hit, parsed) })
    }
  }

  /// A line that is no record has no fields to ask for.
  private func standsAlone(_ hit: RuleHit) -> Bool {
    let rule = lineRules.rules[Int(hit.rule)]
    return rule.condition == nil || hit.kind == .limit
  }

  private func complete(_ hit: inout RuleHit, _ parsed: ParsedBlock, _ tail: inout Tail) -> Bool {
    // Without layouts of its own where its state was loaded.
    guard let layouts = tail.layouts ?? parsed.layoutSet else { return false }
    if tail.matcher == nil {
      tail.matcher = RuleMatcher(
        lineRules, catalog: catalog, layouts: layouts, zone: plan.zone, referenceTime: tail.referenceTime)
    }
    let holds =
      tail.matcher?.complete(
        &hit, tail: tail.text, time: tail.time, level: tail.level, &parsed.batch.ruleHits) ?? false
    tails[parsed.stream] = tail
    return holds
  }

  /// The hits on `range` of the block's records and on lines after them.
  ///
  /// - Parameter members: the lives of those records; empty where nothing is grouped.
  func take(_ parsed: ParsedBlock, _ range: Range<Int>, _ members: ContiguousArray<TraceGrouper.Membership>) {
    if engine.onRelease != nil { layouts = parsed.layoutSet }
    while onContinuation == nil, parsed.consumedHits < parsed.batch.ruleHits.hits.count {
      let hit = parsed.batch.ruleHits.hits[parsed.consumedHits]
      let index = Int(hit.record)
      guard index < range.upperBound else { break }
      parsed.consumedHits += 1
      let record = parsed.batch.records[index]
      CurrentPlace.at(Int(record.offset))
      let hasTrace = !hit.isUnparsed && record.idHash != 0
      engine.take(
        hit, of: parsed.batch.ruleHits, time: record.time, isSelected: isSelected(record, hit),
        trace: hasTrace ? record.idHash : 0,
        life: hasTrace && !members.isEmpty ? members[index - range.lowerBound].life : 0,
        id: { hasTrace ? parsed.id(of: record) : nil }, origin: { self.origin(hit, parsed) })
    }
    guard range.upperBound == parsed.batch.records.count, let last = parsed.batch.records.last else { return }
    var tail = tails[parsed.stream]
    swap(&tail.text, &parsed.batch.ruleHits.tail)
    tail.time = last.time
    tail.isSelected = isSelected(last)
    tail.level = last.level
    tail.trace = last.idHash
    tail.life = last.idHash != 0 && !members.isEmpty ? members[range.count - 1].life : 0
    tail.id = last.idHash != 0 ? parsed.id(of: last) : nil
    if tail.layouts == nil || tail.layouts?.names != parsed.layouts {
      tail.layouts = parsed.layoutSet
      tail.matcher = nil
    }
    tails[parsed.stream] = tail
  }

  private func isSelected(_ record: Record) -> Bool { !plan.selectsForRules || record.predicates & 3 == 1 }

  /// A line that is no record is none for which something holds.
  private func isSelected(_ record: Record, _ hit: RuleHit) -> Bool {
    isSelected(record) && !(plan.selectsForRules && hit.isUnparsed)
  }

  private func origin(_ hit: RuleHit, _ parsed: ParsedBlock) -> RuleEngine.Origin {
    let block = parsed.block
    let bytes = block.bytes
    let start = Int(hit.offset)
    let end = start + min(Int(hit.length), RuleEngine.Origin.longestText)
    var text: [UInt8] = []
    text.reserveCapacity(end - start)
    for i in start..<end { text.append(bytes[i]) }
    return RuleEngine.Origin(path: parsed.path, line: parsed.lineNumber(Int(hit.line)), text: text)
  }

  // MARK: Traces

  var needsTraces: Bool { ruleSet.needsTraces }
  /// Numbers of the rules' conditions on closing records.
  var requestAtoms: Range<Int> { plan.firstRuleAtom..<plan.firstGateAtom }
  /// Rules look only at records for which a condition holds.
  var selectsRecords: Bool { plan.selectsForRules }

  /// - Parameter isSelected: rules look at the trace.
  func close(
    _ facts: TraceFacts, isSelected: Bool, life: UInt64, trace: UInt64, id: () -> String, summary: () -> TraceSummary
  ) {
    engine.close(facts, isSelected: isSelected, life: life, trace: trace, id: id, summary: summary)
  }

  func finish(newest: Int64) -> Findings { engine.finish(newest: newest) }
}

extension RunPlan {
  /// What takes the hits of its rules; nil without rules.
  func ruleStage() -> RuleStage? {
    rules.map { RuleStage($0.set, lineRules: $0.lines, plan: self, catalog: parsePlan().catalog) }
  }
}

// MARK: State

extension RuleStage {
  /// The layouts of a record that goes on in the next block are those of that block.
  func code(_ coder: inout StateCoder) throws(StateError) {
    try engine.code(&coder)
    try coder.check(tails.count, "streams")
    for index in tails.indices {
      try coder.code(&tails[index].text)
      try coder.code(time: &tails[index].time)
      try coder.code(choice: &tails[index].level)
      try coder.code(word: &tails[index].trace)
      try coder.code(&tails[index].life)
      try coder.code(&tails[index].id)
      try coder.code(&tails[index].isSelected)
      try coder.code(&tails[index].referenceTime)
    }
  }
}
