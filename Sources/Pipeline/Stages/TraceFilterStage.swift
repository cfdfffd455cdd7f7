internal import TraceCore

/// The stage of `skein filter --traces`, second pass: passes on the records of lives that were found in the first.
///
/// A `MergeStage` says again which life each record belongs to, perhaps later (it may wait for the election); until then
/// blocks stand in line here, in the order of the merge.
final class TraceFilterStage: RecordStage {
  /// What the merge gave and was not written yet.
  private enum Waiting {
    case front(ParsedBlock)
    case records
  }

  private let merge: MergeStage
  private let wanted: LifeSet
  private let isInverted: Bool
  let writer: RecordWriter
  private var waiting: ContiguousArray<Waiting> = []
  /// Those in front of it are done.
  private var next = 0

  init(merge: MergeStage, lives: LifeTeller, wanted: LifeSet, isInverted: Bool, writer: RecordWriter) {
    self.merge = merge
    self.wanted = wanted
    self.isInverted = isInverted
    self.writer = writer
    lives.onLives = { [unowned self] in self.take($0, $1, $2) }
  }

  func acceptFront(_ parsed: ParsedBlock) {
    waiting.append(.front(parsed))
    merge.acceptFront(parsed)
    takeFronts()
    writer.endStep()
  }

  func accept(_ parsed: ParsedBlock, _ range: Range<Int>) {
    if !range.isEmpty { waiting.append(.records) }
    merge.accept(parsed, range)
    takeFronts()
    writer.endStep()
  }

  var isHolding: Bool { next < waiting.count }
  var isDone: Bool { writer.isDone }

  /// Ends the input.
  func finish() -> MergeOutcome {
    let outcome = merge.finish()
    takeFronts()
    writer.finish()
    return outcome
  }

  /// Takes the next records that the merge stage has looked at.
  private func take(_ parsed: ParsedBlock, _ range: Range<Int>, _ members: ContiguousArray<TraceGrouper.Membership>) {
    takeFronts()
    next += 1
    writer.take(parsed, range) { (_, index) in
      wanted.contains(members[index - range.lowerBound].life) != isInverted
    }
  }

  private func takeFronts() {
    while next < waiting.count, case .front(let parsed) = waiting[next] {
      writer.takeFront(parsed)
      next += 1
    }
    guard next == waiting.count else { return }
    waiting.removeAll(keepingCapacity: true)
    next = 0
  }
}
