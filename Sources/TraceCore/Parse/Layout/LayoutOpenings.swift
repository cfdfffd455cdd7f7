/// The known text layouts by what a line of theirs begins with, so that most are ruled out by a few bytes.
///
/// Each group is in the fixed order of the layouts.
struct LayoutOpenings: Sendable {
  /// A layout in its group.
  struct Opening: BitwiseCopyable, Sendable {
    /// Its place in `LayoutSet.order`.
    var index: Int
    var check: LayoutCheck
    /// Up to eight bytes that stand directly after the timestamp, the first lowest, and which of them count.
    var word: UInt64
    var mask: UInt64
  }

  /// A timestamp at the first byte.
  private(set) var timed: ContiguousArray<Opening> = []
  /// `[`, then a timestamp.
  private(set) var bracketed: ContiguousArray<Opening> = []
  /// A level word.
  private(set) var levelled: ContiguousArray<Opening> = []
  /// `<PRI>` of syslog.
  private(set) var prioritized: ContiguousArray<Opening> = []
  /// Any word, and later ` [` and a timestamp: a client's address.
  private(set) var hosted: ContiguousArray<Opening> = []

  /// Ruby's `I`, before the time.
  private static let severityLetter = FieldCatalog.NameHash("severityletter")

  /// Adds a layout behind the others.
  mutating func append(_ layout: TextLayout, text: Int, index: Int) {
    var opening = Opening(index: index, check: layout.check, word: 0, mask: 0)
    guard let step = layout.steps.first else { return }
    switch step.operation {
    case .time:
      (opening.word, opening.mask) = (step.word, step.mask)
      timed.append(opening)
    case .literal where layout.steps.count > 1 && layout.steps[1].operation == .time:
      (opening.word, opening.mask) = (layout.steps[1].word, layout.steps[1].mask)
      bracketed.append(opening)
    case .level: levelled.append(opening)
    case .field where step.name == LayoutOpenings.severityLetter: levelled.append(opening)
    case .priority:
      prioritized.append(opening)
      // The priority may be missing.
      if layout.steps.count > 1, layout.steps[1].operation == .time, step.count == 0 {
        (opening.word, opening.mask) = (layout.steps[1].word, layout.steps[1].mask)
        timed.append(opening)
      }
    default: hosted.append(opening)
    }
  }
}
