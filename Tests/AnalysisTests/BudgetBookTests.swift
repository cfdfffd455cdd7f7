import Testing

@testable import Analysis
@testable import TraceCore

/// Budgets over weeks: against a model, over a restart, and what they say.
struct BudgetBookTests {
  private static let second: Int64 = 1_000_000_000
  private static let hour = 3_600 * second
  private static let start: Int64 = 1_795_413_600 * second

  private func promise(
    _ name: String = "all", _ metric: Objective.Metric = .errorRate, limit: Double = 0.02, days: Int64 = 30
  ) -> BudgetObjective? {
    BudgetObjective(
      name: name,
      objective: Objective(text: "error_rate < 2 %", metric: metric, comparison: .less, limit: .init(offset: limit)),
      window: days * 24 * Self.hour)
  }

  @Test func theBudgetIsThatOfTheWindow() throws {
    let objective = try #require(promise(days: 2))
    var budget = ErrorBudget(window: objective.window)
    var random = SimulationRandom(seed: 3)
    var all: [(start: Int64, requests: Int64, failures: Int64)] = []
    for number in Int64(0)..<1_200 {
      let start = Self.start + number * 300 * Self.second
      let requests = Int64(saturating: random.unit() * 50)
      let failures = Int64(saturating: Double(requests) * random.unit() * 0.04)
      all.append((start, requests, failures))
      budget.add(failures: failures, of: requests, at: start)
    }
    let now = Self.start + 1_200 * 300 * Self.second
    let found = budget.standing(of: objective, at: now, burningSince: nil)
    // Whole hours: the one in which the window begins is in it.
    let from = now - objective.window
    let first = from - from % Self.hour
    let kept = all.filter { $0.start >= first }
    #expect(found.requests == kept.reduce(0) { $0 + $1.requests })
    #expect(found.failures == kept.reduce(0) { $0 + $1.failures })
    #expect(found.covered == objective.window)
    let left = try #require(found.left)
    #expect(abs(left - (1 - Double(found.failures) / Double(found.requests) / 0.02)) < 1e-9)
    #expect(found.lower < left && left < found.upper && found.upper < 1)
    // Bounded: an hour is one entry.
    #expect(budget.hours.count <= 50)
  }

  @Test func theIntervalHoldsTheTruth() throws {
    // Forty services that fail as often as the objective allows: 95 of 100 intervals hold no budget left and none lacking.
    let objective = try #require(promise())
    var random = SimulationRandom(seed: 11)
    var held = 0
    for _ in 0..<200 {
      var budget = ErrorBudget(window: objective.window)
      for hour in Int64(0)..<48 {
        let failures = (0..<20).count { _ in random.unit() < 0.02 }
        budget.add(failures: Int64(failures), of: 20, at: Self.start + hour * Self.hour)
      }
      let found = budget.standing(of: objective, at: Self.start + 48 * Self.hour, burningSince: nil)
      if found.lower <= 0, found.upper >= 0 { held += 1 }
    }
    #expect(held >= 186)
  }

  @Test func whatItDoesNotKnowItSays() throws {
    let objective = try #require(promise())
    var budget = ErrorBudget(window: objective.window)
    #expect(
      BudgetText.left(budget.standing(of: objective, at: Self.start, burningSince: nil))
        == "Of the budget of 30 days nothing is known: no request counted")
    budget.add(failures: 1, of: 100, at: Self.start)
    let text = BudgetText.left(budget.standing(of: objective, at: Self.start + 6 * Self.hour, burningSince: nil))
    #expect(
      text.hasPrefix("Of the budget of 30 days, of which 6 h are known, 50 % is left (in the long run, at 95 %, "))
    budget.add(failures: 9, of: 100, at: Self.start + Self.hour)
    let used = BudgetText.left(budget.standing(of: objective, at: Self.start + 6 * Self.hour, burningSince: nil))
    #expect(used.contains("nothing is left: 2.5 times of it is used up"))
  }

  @Test func whatIsNoBudgetIsNone() {
    #expect(promise("a", .throughput) == nil && promise("a", .unfinishedRate) == nil)
    #expect(promise("a", .findings(worst: 0)) == nil && promise("a", limit: 0) == nil)
    let relative = Objective(
      text: "", metric: .errorRate, comparison: .less, limit: .init(factor: 1, offset: 0))
    #expect(BudgetObjective(name: "a", objective: relative) == nil)
    let floor = Objective(text: "", metric: .errorRate, comparison: .greater, limit: .init(offset: 0.1))
    #expect(BudgetObjective(name: "a", objective: floor) == nil)
  }

  @Test func whatCounts() throws {
    let slow = try #require(
      BudgetObjective(
        name: "slow",
        objective: Objective(
          text: "p95 < 300 ms", metric: .quantile(q: 0.95, of: .duration), comparison: .less,
          limit: .init(offset: 300e6))))
    #expect(abs(slow.limit - 0.05) < 1e-12)
    func answer(_ objective: BudgetObjective, _ duration: Int64, _ truths: UInt32, _ kind: RouteKind = .user)
      -> BudgetObjective.Answer
    { objective.answer(isError: true, duration: duration, truths: truths, kind: kind) }
    #expect(answer(slow, 299_999_999, 0) == .good && answer(slow, 300_000_000, 0) == .bad)
    #expect(answer(slow, -1, 0) == .notConcerned && answer(slow, 1, 0, .healthCheck) == .notConcerned)
    var narrow = Objective(text: "error_rate < 2 %", metric: .errorRate, comparison: .less, limit: .init(offset: 0.02))
    narrow.condition = try FilterExpression(parsing: "route = \"GET /healthz\"")
    let health = try #require(BudgetObjective(name: "health", objective: narrow))
    #expect(answer(health, 1, 1, .healthCheck) == .bad && answer(health, 1, 0, .healthCheck) == .notConcerned)
    #expect(answer(health, 1, 2) == .notConcerned)
  }

  /// Two objectives, of which one asks for a condition.
  private func book() throws -> BudgetBook {
    var narrow = Objective(text: "error_rate < 2 %", metric: .errorRate, comparison: .less, limit: .init(offset: 0.02))
    narrow.condition = try FilterExpression(parsing: "route = \"POST /pay\"")
    return BudgetBook([
      try #require(BudgetObjective(name: "pay", objective: narrow, severity: 0)), try #require(promise()),
    ])
  }

  @Test func burnsBeginGoOnAndEnd() throws {
    var book = try book()
    var kinds: [BudgetBook.Change.Kind] = []
    var messages: [String] = []
    for number in Int64(0)..<2_000 {
      let window = Self.start + number * 10 * Self.second
      for request in 0..<4 {
        // `pay` fails from window 500 to 900.
        let isPay = request == 0
        book.take(
          isError: isPay && (500..<900).contains(number), duration: 1, truths: isPay ? 1 : 0, kind: .user,
          window: window)
      }
      for change in book.close(upTo: window + 10 * Self.second, length: 10 * Self.second)
      where change.rule == "budget.pay" {
        if kinds.last != change.kind { kinds.append(change.kind) }
        messages.append(change.message)
        #expect(change.severity == 0 && change.since >= Self.start + 490 * 10 * Self.second)
      }
    }
    #expect(kinds == [.begins, .goesOn, .ends])
    let first = try #require(messages.first)
    #expect(first.contains(" requests did not keep error_rate < 2 % since 2026-11-23"))
    let standing = try #require(book.standings.first)
    #expect(standing.requests == 2_000 && standing.failures == 400 && standing.burningSince == nil)
  }

  @Test func savedInTheMiddleItIsTheSame() throws {
    var whole = try book()
    var parts = try book()
    var random = SimulationRandom(seed: 9)
    for number in Int64(0)..<3_000 {
      let window = Self.start + number * 10 * Self.second
      for _ in 0..<3 {
        let isError = random.unit() < (number > 2_000 ? 0.5 : 0.01)
        let truths: UInt32 = random.unit() < 0.3 ? 1 : 0
        // Some come a window late, some early.
        let shift = Int64(saturating: random.unit() * 3) - 1
        whole.take(
          isError: isError, duration: 1, truths: truths, kind: .user, window: window + shift * 10 * Self.second)
        parts.take(
          isError: isError, duration: 1, truths: truths, kind: .user, window: window + shift * 10 * Self.second)
      }
      let end = window + 10 * Self.second
      let a = whole.close(upTo: end, length: 10 * Self.second)
      let b = parts.close(upTo: end, length: 10 * Self.second)
      #expect(a == b)
      guard number % 499 == 0 else { continue }
      let saved = try StateCoder.saved { (coder: inout StateCoder) throws(StateError) in try coder.code(&parts) }
      parts = try book()
      try StateCoder.load(saved.bytes) { (coder: inout StateCoder) throws(StateError) in try coder.code(&parts) }
    }
    #expect(whole.standings == parts.standings)
    #expect(whole.standings[1].burningSince != nil)
  }

  @Test func otherObjectivesBeginAnew() throws {
    var old = try book()
    old.take(isError: true, duration: 1, truths: 0, kind: .user, window: Self.start)
    _ = old.close(upTo: Self.start + 10 * Self.second, length: 10 * Self.second)
    let saved = try StateCoder.saved { (coder: inout StateCoder) throws(StateError) in try coder.code(&old) }
    var new = BudgetBook([try #require(promise("new")), try #require(promise())])
    try StateCoder.load(saved.bytes) { (coder: inout StateCoder) throws(StateError) in try coder.code(&new) }
    #expect(new.standings.map(\.requests) == [0, 1] && new.standings.map(\.name) == ["new", "all"])
    // Bytes that are none of ours are refused, not taken.
    var copy = saved.bytes.indices.map { saved.bytes[$0] }
    copy.removeLast()
    #expect(throws: (any Error).self) {
      try StateCoder.load(copy.span) { (coder: inout StateCoder) throws(StateError) in try coder.code(&new) }
    }
  }
}
