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
    /// What must stand after these bytes.
    var next = Next.any

    /// What a layout's next step asks of its first bytes.
    enum Next: UInt8, BitwiseCopyable {
      case any
      /// A level word, after blanks perhaps.
      case level
      /// A letter or a digit: syslog's host.
      case word
    }
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
  private static let severityLetter = FieldNameHash("severityletter")

  /// Adds a layout after the others.
  mutating func append(_ layout: TextLayout, text: Int, index: Int) {
    var opening = Opening(index: index, check: layout.check, word: 0, mask: 0)
    guard let step = layout.steps.first else { return }
    switch step.operation {
    case .time:
      (opening.word, opening.mask) = (step.word, step.mask)
      opening.next = LayoutOpenings.next(layout, after: 0)
      timed.append(opening)
    case .literal where layout.steps.count > 1 && layout.steps[1].operation == .time:
      (opening.word, opening.mask) = (layout.steps[1].word, layout.steps[1].mask)
      opening.next = LayoutOpenings.next(layout, after: 1)
      bracketed.append(opening)
    case .level: levelled.append(opening)
    case .field where step.name == LayoutOpenings.severityLetter: levelled.append(opening)
    case .priority:
      prioritized.append(opening)
      // The priority may be missing.
      if layout.steps.count > 1, layout.steps[1].operation == .time, step.count == 0 {
        (opening.word, opening.mask) = (layout.steps[1].word, layout.steps[1].mask)
        if layout.check == .syslog { opening.next = .word }
        timed.append(opening)
      }
    default: hosted.append(opening)
    }
  }

  /// What stands after the time, which is step `time`, and its literal.
  private static func next(_ layout: TextLayout, after time: Int) -> Opening.Next {
    var step = time + 1
    guard layout.steps[time].count > 0, layout.steps[time].count <= 8 else { return .any }
    if step < layout.steps.count, layout.steps[step].operation == .blanks, layout.steps[step].count == 0 { step += 1 }
    return step < layout.steps.count && layout.steps[step].operation == .level ? .level : .any
  }
}
