import LogSource
import Report
import RulePack
import TestKit
import Testing
import TraceCore

@testable import Pipeline

/// A run that stops between two steps of the merge, saves its state, and goes on in new stages that were loaded from it.
///
/// Of one stream all of the merge is new each time. Of several the blocks that are not used up stay where they are, and the
/// stage behind them is new: it is cut in the middle of blocks.
struct SavedRun {
  let plan: RunPlan
  let parsePlan: ParsePlan
  var keepsTraces = false

  init(_ plan: RunPlan) {
    self.plan = plan
    parsePlan = plan.parsePlan()
  }

  /// All that a run says.
  struct Outcome: Equatable {
    var stats: String
    var findings: String
    var traces: [TraceSummary]
    /// The state before the end, if it could be saved.
    var state: [UInt8]?
  }

  /// Runs to the end.
  ///
  /// - Parameter isCut: whether the run is cut before a step.
  /// - Returns: what it says, the number of steps, and how often its state was saved and loaded.
  func run(isCut: (Int) -> Bool = { _ in false }) throws -> (outcome: Outcome, steps: Int, cuts: Int) {
    let detector = plan.detector(parsePlan)
    let lanes = plan.input.streams.map {
      Lane(StreamReader(plan: plan, parsePlan: parsePlan, detector: detector, stream: $0))
    }
    let relay = Relay(makeStage())
    var merge = StreamMerge(stage: relay, ledgers: ledgers, observer: nil)
    var (steps, cuts) = (0, 0)
    while true {
      if isCut(steps), let saved = try save(relay.stage, merge) {
        relay.stage = makeStage()
        if lanes.count == 1 { merge = StreamMerge(stage: relay, ledgers: ledgers, observer: nil) }
        try StateCoder.load(saved.bytes) { coder throws(StateError) in try code(&coder, relay.stage, merge) }
        let again = try #require(try save(relay.stage, merge))
        #expect(Self.bytes(of: again) == Self.bytes(of: saved), "what was loaded is saved again, step \(steps)")
        cuts += 1
      }
      for (index, lane) in lanes.enumerated() {
        while merge.needsBlock(index) { try give(lane, index, merge) }
      }
      guard !merge.isAtEnd else { break }
      _ = merge.step()
      steps += 1
    }
    let state = try save(relay.stage, merge).map(Self.bytes)
    return (outcome(relay.stage, merge, state), steps, cuts)
  }

  // MARK: State

  /// The state now; nil while it cannot be told.
  private func save(_ stage: MergeStage, _ merge: StreamMerge) throws -> Block? {
    do throws(StateError) {
      return try StateCoder.saved { coder throws(StateError) in try code(&coder, stage, merge) }
    } catch .notYet {
      return nil
    }
  }

  /// Loads what was saved into new stages.
  func load(_ state: [UInt8]) throws(StateError) {
    let stage = makeStage()
    let merge = StreamMerge(stage: stage, ledgers: ledgers, observer: nil)
    try StateCoder.load(state.span) { coder throws(StateError) in try code(&coder, stage, merge) }
  }

  private func code(_ coder: inout StateCoder, _ stage: MergeStage, _ merge: StreamMerge) throws(StateError) {
    try stage.code(&coder)
    if plan.input.streams.count == 1 { try merge.code(&coder) }
  }

  static func bytes(of block: Block) -> [UInt8] { block.bytes.indices.map { block.bytes[$0] } }

  // MARK: Parts

  func makeStage() -> MergeStage {
    plan.mergeStage(
      streams: plan.input.streams.map(\.name),
      ranking: keepsTraces ? TraceRanking(order: .duration, most: 50) : nil, rules: plan.ruleStage())
  }

  var ledgers: [StreamLedger] {
    let registry = SourceRegistry()
    return plan.input.streams.enumerated().map { StreamLedger(stream: $1, index: $0, registry: registry) }
  }

  /// Reads and parses one stream's blocks.
  final class Lane {
    let reader: StreamReader
    var generation: GenerationReader?
    var parser: BlockParser?
    var carried = GenerationSeam.Carried()

    init(_ reader: StreamReader) { self.reader = reader }
  }

  private func give(_ lane: Lane, _ index: Int, _ merge: StreamMerge) throws {
    if lane.generation == nil {
      guard !lane.reader.isFinished else { return merge.end(index) }
      let reader = try lane.reader.openNext(lane.carried)
      lane.carried = .init()
      lane.generation = reader
      lane.parser = BlockParser(
        plan: parsePlan, layouts: reader.layouts, zone: plan.zone, referenceTime: reader.referenceTime)
    }
    guard let reader = lane.generation else { return }
    let parsed = ParsedBlock(capacity: plan.blockSize)
    parsed.generation = reader.generation
    parsed.layouts = reader.layoutNames
    parsed.layoutSet = reader.layouts
    guard try reader.fill(parsed) == .filled else {
      merge.end(reader, of: index)
      lane.carried = reader.carried
      lane.generation = nil
      return
    }
    if var parser = lane.parser {
      parsed.parse(with: &parser)
      lane.parser = parser
    }
    merge.give(parsed, to: index, isTimeless: lane.reader.isTimeless)
  }

  private func outcome(_ stage: MergeStage, _ merge: StreamMerge, _ state: [UInt8]?) -> Outcome {
    let end = stage.finish()
    var stats = end.stats
    for source in merge.sources { stats.ledger.totals.add(source.counts) }
    stats.ledger.sources = merge.sources
    var (json, findings) = (TextSink(), TextSink())
    StatsReport.json(stats, pretty: false, into: &json)
    if let found = end.findings { ScanReport.json(found, ledger: stats.ledger, into: &findings) }
    return Outcome(
      stats: json.text, findings: findings.text, traces: end.ranking?.rows.map(\.trace) ?? [], state: state)
  }
}

/// Stands in front of a stage that can be changed for another one.
private final class Relay: RecordStage {
  var stage: MergeStage

  init(_ stage: MergeStage) { self.stage = stage }

  func acceptFront(_ parsed: ParsedBlock) { stage.acceptFront(parsed) }
  func accept(_ parsed: ParsedBlock, _ range: Range<Int>) { stage.accept(parsed, range) }
  var isHolding: Bool { stage.isHolding }
  var isDone: Bool { stage.isDone }
}
