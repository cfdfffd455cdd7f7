/// Decides whether a line that fits no layout continues the open record.
///
/// A pure state machine over line shapes: the same shapes in the same order give the same answer wherever a block ends.
/// After a line that does not belong, the record is closed and nothing continues it.
///
/// Most shapes belong by themselves or not at all. Lines of any text belong only inside a block that a known line has
/// opened (the message of an exception goes on, a crash is reported), and only so many of them: the more a block allows,
/// the more exact is the line that opens it. It refuses to guess from what comes later: a line is decided when it is read.
///
/// Meaning: docs/semantics.md#records.
package struct Continuation: BitwiseCopyable, Sendable, Equatable {
  private enum State: UInt8, BitwiseCopyable {
    /// No record is open.
    case closed
    /// The record's first line, or what says no more than that.
    case head
    /// Inside a Python traceback or after the title of another stack trace: a name with a colon is the exception.
    case trace
    /// After the exception's line of such a trace.
    case raised
    /// After a line that names an exception, without the title of a trace before it.
    case named
    /// After frames: only frames, causes and what is indented go on.
    case frames
    /// After a function of Go: its place comes, which is indented.
    case function
    /// After the first line of a crash (`panic: …`), up to its frames.
    case crash
    /// Inside a report of a crash that has text of any form.
    case dump
    /// After Node's place of an uncaught exception: the line of the source comes.
    case place
    /// Headers of an HTTP message, and what follows the blank line after them.
    case http, body
    /// After YAML's `---`.
    case yaml
    /// After a rule of `*` or `=`, as it stands around the title of some reports.
    case ruled
  }

  /// Lines of any text that a block allows: one after another, and in all.
  private static let mostRaised: (run: UInt8, all: UInt8) = (12, 200)
  private static let mostNamed: (run: UInt8, all: UInt8) = (3, 24)
  private static let mostCrash: (run: UInt8, all: UInt8) = (8, 40)
  private static let mostDump: (run: UInt8, all: UInt8) = (60, 200)
  private static let mostHeaders: (run: UInt8, all: UInt8) = (64, 64)
  private static let mostBody: (run: UInt8, all: UInt8) = (8, 8)
  private static let mostYAML: (run: UInt8, all: UInt8) = (60, 60)

  private var state = State.closed
  /// Lines of any text that may follow before one that is known.
  private var run: UInt8 = 0
  /// Lines of any text that are left to the block.
  private var free: UInt8 = 0

  package init() {}

  /// A record has begun.
  @inline(__always)
  package mutating func begin() { enter(.head) }

  /// No record is open any more.
  package mutating func close() { enter(.closed) }

  package var isOpen: Bool { state != .closed }

  /// Whether a line of this shape belongs to the open record; closes the record if not.
  package mutating func accepts(_ shape: LineShape) -> Bool {
    guard state != .closed else { return false }
    if state == .ruled && shape != .failedToStart { enter(shape == .rule ? .closed : .head) }
    switch shape {
    case .context, .bracketed, .sql, .detail, .markup:
      return true
    case .indented:
      renew()
      return true
    case .blank:
      blank()
      return true
    case .tracebackHead, .sourceFrame, .chainedTrace:
      return open(.trace)
    case .stackFrame, .frame, .separator:
      return open(.frames)
    case .innerFrame:
      return isInside ? open(.frames) : spend()
    case .function:
      return state == .function ? spend() : open(.function)
    case .margin:
      return true
    case .exceptionName:
      return isTrace ? open(.raised, Self.mostRaised) : open(.named, Self.mostNamed)
    case .likelyException:
      if isTrace { return open(.raised, Self.mostRaised) }
      return state == .named ? spend() : open(.named)
    case .chained:
      return open(.named, Self.mostNamed)
    case .crash, .panicked:
      if state == .crash { enter(.head) }
      return open(.crash, Self.mostCrash)
    case .dump, .failedToStart:
      if shape == .failedToStart && state != .ruled && state != .dump { return spend() }
      enter(.dump, Self.mostDump)
      return true
    case .rule:
      if state == .head || state == .frames { enter(.ruled) } else if state != .dump { return spend() }
      return true
    case .quotedName:
      return state == .dump ? true : spend()
    case .epilogue:
      guard isInside else { return spend() }
      enter(.head)
      return true
    case .place:
      return state == .place ? spend() : open(.place, (1, 1))
    case .httpStart:
      return state == .http ? refuse() : open(.http, Self.mostHeaders)
    case .documentStart:
      return state == .yaml ? true : open(.yaml, Self.mostYAML)
    case .nameColon where state == .trace:
      return open(.raised, Self.mostRaised)
    case .nameColon:
      return spend()
    case .header, .listItem:
      return spend()
    case .notice:
      return refuse()
    case .tagged, .other:
      return state == .http || state == .yaml ? refuse() : spend()
    }
  }

  /// Inside a trace that ends with its exception.
  private var isTrace: Bool { state == .trace || state == .raised }

  /// A known line has opened a trace, an exception or a crash.
  private var isInside: Bool {
    switch state {
    case .trace, .raised, .named, .frames, .function, .crash, .dump, .place: true
    case .closed, .head, .http, .body, .yaml, .ruled: false
    }
  }

  private mutating func enter(_ state: State, _ most: (run: UInt8, all: UInt8) = (0, 0)) {
    self.state = state
    (run, free) = most
  }

  /// A block inside of the open one; one of the same kind has no more lines of any text than are left. A report of any text
  /// stays one until its lines are used up.
  private mutating func open(_ state: State, _ most: (run: UInt8, all: UInt8) = (0, 0)) -> Bool {
    if self.state == .dump {
      run = Self.mostDump.run
    } else if self.state == state {
      run = most.run
    } else {
      enter(state, most)
    }
    return true
  }

  private mutating func refuse() -> Bool {
    enter(.closed)
    return false
  }

  /// One of the lines of any text that the block allows, or the end of the record.
  private mutating func spend() -> Bool {
    guard run > 0 && free > 0 else { return refuse() }
    run -= 1
    free -= 1
    return true
  }

  /// The message goes on in a form that a message has.
  private mutating func renew() {
    switch state {
    case .raised: run = Self.mostRaised.run
    case .named: run = Self.mostNamed.run
    case .crash: run = Self.mostCrash.run
    case .function: enter(.frames)
    default: break
    }
  }

  private mutating func blank() {
    switch state {
    case .raised, .named, .crash, .place, .yaml: (run, free) = (0, 0)
    case .http: enter(.body, Self.mostBody)
    default: break
    }
  }
}

extension Continuation: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(choice: &state)
    try coder.code(&run)
    try coder.code(&free)
  }
}
