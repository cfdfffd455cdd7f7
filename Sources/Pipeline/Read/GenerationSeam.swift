internal import TraceCore

/// What goes on over the end of a generation: a line that has no newline, and lines of which a wrapper's parts are there (CRI's
/// `P`, Docker's text without a newline) and not the last one.
///
/// Decided by what the next generation begins with: it is wrapped alike, and its first line is none by itself. Whether the
/// very line that parts wait for is a record of its own shows when it comes (`Unwrapper.goOn`): then they are a line by
/// themselves.
struct GenerationSeam {
  /// A line without an end may go on in the next generation.
  var passesRest = false
  /// Parts of wrapped lines may go on there.
  var passesParts = false

  /// What a generation leaves for the next.
  struct Carried {
    /// The beginning of its first line.
    var rest: Block?
    var unfinished: Unwrapper.Unfinished?

    var isEmpty: Bool { rest == nil && unfinished == nil }
  }

  /// Nothing goes on.
  init() {}

  /// Everything goes on: the next generation is empty.
  static var all: GenerationSeam {
    var seam = GenerationSeam()
    (seam.passesRest, seam.passesParts) = (true, true)
    return seam
  }

  /// The end of a generation that is wrapped in `wrappers`; the first bytes of the next one are `head`.
  init(behind wrappers: [Wrapper], head: Span<UInt8>, chooser: LayoutChooser) {
    passesRest = !GenerationSeam.beginsLine(head, wrappers, chooser)
    passesParts = Unwrapper.goesOn(wrappers, head: head)
  }

  /// As above, with all generations that follow: an empty one says nothing. Parts do not go on over a gap.
  init(behind wrappers: [Wrapper], next: [(head: [UInt8], hasGap: Bool)], chooser: LayoutChooser) {
    guard let first = next.first else { return }
    passesRest = !GenerationSeam.beginsLine(first.head.span, wrappers, chooser)
    guard wrappers.contains(where: { $0 != .ansi }) else { return }
    for generation in next {
      if generation.hasGap { return }
      if generation.head.isEmpty { continue }
      passesParts = Unwrapper.goesOn(wrappers, head: generation.head.span)
      return
    }
  }

  /// Whether the first line of `head` is one by itself: wrapped, where the lines are; else a record.
  private static func beginsLine(_ head: Span<UInt8>, _ wrappers: [Wrapper], _ chooser: LayoutChooser) -> Bool {
    wrappers.contains { $0 != .ansi } ? Unwrapper.beginsLine(wrappers, head: head) : chooser.beginsRecord(head)
  }

  /// Whether the next generation can only be opened once this one was read.
  var isAwaited: Bool { passesRest || passesParts }
}
