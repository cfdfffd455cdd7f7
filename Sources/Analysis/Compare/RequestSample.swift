/// Requests that were kept with all that is true of them, so that one fact can be looked at while others are held fixed.
///
/// Bad ones (failed, or slow) and others are drawn apart, of the incident and of the time around it. Drawing by the outcome
/// leaves odds ratios as they are: R. L. Prentice and R. Pyke, "Logistic disease incidence models and case-control studies",
/// Biometrika 66(3), 1979. Rates are had back by `weight(of:)`.
package struct RequestSample: Sendable {
  package struct Marks: OptionSet, Sendable, BitwiseCopyable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// It ended inside the incident.
    package static let inside = Marks(rawValue: 1)
    /// What the incident is about: failed, or slow.
    package static let bad = Marks(rawValue: 2)
    package static let failed = Marks(rawValue: 4)
    package static let slow = Marks(rawValue: 8)

    /// Inside and outside, bad and not: 0 ..< 4.
    package var part: Int { Int(rawValue & 3) }
  }

  package static let parts = 4

  /// What can be true of a request, by number.
  package let facts: [Contrast.Fact]
  /// Names of routes, by number.
  package let routes: [String]
  /// Requests of each part that there were.
  package let counted: [Int64]
  /// Of fields with so many values that only the most frequent ones of bad requests are facts.
  package var manyValued: [String] = []

  private(set) var kept = [0, 0, 0, 0]
  /// Nanoseconds of event time.
  private(set) var times: [Int64] = []
  private(set) var routeNumbers: [Int32] = []
  private(set) var marks: [Marks] = []
  /// Where the facts of a request end in `numbers`.
  private var ends: [Int32] = []
  private var numbers: [Int32] = []

  /// - Parameter counted: by `Marks.part`.
  package init(facts: [Contrast.Fact], routes: [String], counted: [Int64]) {
    self.facts = facts
    self.routes = routes
    self.counted = counted
  }

  package var count: Int { times.count }

  /// - Parameters:
  ///   - route: its place in `routes`, or -1.
  ///   - facts: places in `facts`, each once.
  package mutating func add(time: Int64, route: Int, marks: Marks, facts: some Sequence<Int>) {
    times.append(time)
    routeNumbers.append(Int32(truncatingIfNeeded: route))
    self.marks.append(marks)
    for fact in facts { numbers.append(Int32(truncatingIfNeeded: fact)) }
    ends.append(Int32(truncatingIfNeeded: numbers.count))
    kept[marks.part] += 1
  }

  func factNumbers(of request: Int) -> ArraySlice<Int32> {
    numbers[(request == 0 ? 0 : Int(ends[request - 1]))..<Int(ends[request])]
  }

  /// How many requests one of a part stands for.
  func weight(of part: Int) -> Double {
    kept[part] > 0 ? Double(counted[part]) / Double(kept[part]) : 0
  }

  /// The requests of each fact, in order.
  func members() -> [[Int32]] {
    var members: [[Int32]] = Array(repeating: [], count: facts.count)
    for request in 0..<count {
      for fact in factNumbers(of: request) { members[Int(fact)].append(Int32(truncatingIfNeeded: request)) }
    }
    return members
  }
}

extension SurveyResult.Target {
  /// What an incident is about: failed requests, unless latency alone left its baseline.
  package init(of span: IncidentSpan?) { self = span?.signals == [.latency] ? .slow : .failed }
}
