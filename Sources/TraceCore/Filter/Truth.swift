/// Three-valued truth (S. C. Kleene's strong logic, as in SQL): a comparison with a missing field is `unknown`.
package enum Truth: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case no, yes, unknown

  @inline(__always) package init(_ value: Bool) { self = value ? .yes : .no }

  /// unknown stays unknown.
  @inline(__always) package var negated: Truth {
    switch self {
    case .no: .yes
    case .yes: .no
    case .unknown: .unknown
    }
  }

  @inline(__always) package func and(_ other: Truth) -> Truth {
    if self == .no || other == .no { return .no }
    return self == .unknown || other == .unknown ? .unknown : .yes
  }

  @inline(__always) package func or(_ other: Truth) -> Truth {
    if self == .yes || other == .yes { return .yes }
    return self == .unknown || other == .unknown ? .unknown : .no
  }
}

/// `and`, `or` and `not` over numbered tests as a flat program with jumps over what no longer matters.
///
/// It does not know what the tests are: `TruthMachine` asks for them one by one. So running it needs neither recursion nor
/// closures nor memory.
struct TruthProgram: Sendable {
  enum Step: BitwiseCopyable, Sendable {
    case test(Int32)
    case not
    /// Puts the value at hand on the stack.
    case push
    /// Takes a value from the stack and joins it with the one at hand.
    case and, or
    /// Goes on at that step if the value at hand decides.
    case skipIfNo(Int32)
    case skipIfYes(Int32)
  }

  private(set) var steps: ContiguousArray<Step> = []

  /// - Parameter test: the number of the test that a leaf stands for; leaves are all but `and`, `or`, `not`.
  init(_ syntax: FilterSyntax, test: (FilterSyntax) throws(FilterError) -> Int) throws(FilterError) {
    try append(syntax, test: test)
  }

  private mutating func append(
    _ syntax: FilterSyntax, test: (FilterSyntax) throws(FilterError) -> Int
  ) throws(FilterError) {
    switch syntax {
    case .and(let parts): try append(parts, joined: .and, test: test)
    case .or(let parts): try append(parts, joined: .or, test: test)
    case .not(let part):
      try append(part, test: test)
      steps.append(.not)
    default:
      steps.append(.test(Int32(try test(syntax))))
    }
  }

  private mutating func append(
    _ parts: [FilterSyntax], joined step: Step, test: (FilterSyntax) throws(FilterError) -> Int
  ) throws(FilterError) {
    var jumps: [Int] = []
    for (index, part) in parts.enumerated() {
      if index > 0 {
        jumps.append(steps.count)
        steps.append(step)  // becomes the jump below
        steps.append(.push)
      }
      try append(part, test: test)
      if index > 0 { steps.append(step) }
    }
    let end = Int32(steps.count)
    for jump in jumps {
      if case .and = step { steps[jump] = .skipIfNo(end) } else { steps[jump] = .skipIfYes(end) }
    }
  }
}

/// Runs a `TruthProgram`: `next` gives the number of the test it needs, `answer` takes the result, until `next` is nil.
struct TruthMachine {
  /// The value at hand; the result once `next` is nil.
  private(set) var value = Truth.unknown
  private var step = 0
  // Stacks of bits. The parser's limit on depth keeps them from running over: two values a level at most.
  private var yes: UInt128 = 0
  private var unknown: UInt128 = 0

  @inline(__always)
  mutating func answer(_ truth: Truth) { value = truth }

  @inline(__always)
  mutating func next(_ program: TruthProgram) -> Int? {
    while step < program.steps.count {
      let current = program.steps[step]
      step &+= 1
      switch current {
      case .test(let number): return Int(number)
      case .not: value = value.negated
      case .push:
        yes = yes << 1 | (value == .yes ? 1 : 0)
        unknown = unknown << 1 | (value == .unknown ? 1 : 0)
      case .and: value = pop().and(value)
      case .or: value = pop().or(value)
      case .skipIfNo(let target): if value == .no { step = Int(target) }
      case .skipIfYes(let target): if value == .yes { step = Int(target) }
      }
    }
    return nil
  }

  @inline(__always)
  private mutating func pop() -> Truth {
    defer {
      yes >>= 1
      unknown >>= 1
    }
    return unknown & 1 != 0 ? .unknown : Truth(yes & 1 != 0)
  }
}
