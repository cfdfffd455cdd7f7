import Glibc
import TestKit
import Testing
import TraceCore

@testable import Analysis

/// The tests that comparisons rest on, and what they call a difference.
struct ComparisonTests {
  // MARK: The tests themselves

  @Test func fisherByHand() {
    // C(10,1) C(10,9) + C(10,10) of C(20,10), twice.
    #expect(abs(FisherExact.p(1, of: 10, 9, of: 10) - 2 * 101 / 184_756) < 1e-12)
    // R. A. Fisher's tea: 16 + 1 of 70, twice.
    #expect(abs(FisherExact.p(3, of: 4, 1, of: 4) - 34.0 / 70) < 1e-12)
    #expect(FisherExact.p(0, of: 10, 0, of: 20) == 1 && FisherExact.p(10, of: 10, 20, of: 20) == 1)
    #expect(FisherExact.p(5, of: 0, 1, of: 3) == 1)
  }

  /// Against the sum over all tables; the same with the sets swapped, and with good and bad swapped.
  @Test func fisherAgainstTheSum() {
    var random = SplitMix64(seed: 3)
    func choose(_ n: Int64, _ k: Int64) -> Double {
      k < 0 || k > n ? 0 : (0..<k).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
    }
    for _ in 0..<300 {
      let (n, m) = (Int64(1 + random.below(25)), Int64(1 + random.below(25)))
      let (a, b) = (Int64(random.below(Int(n) + 1)), Int64(random.below(Int(m) + 1)))
      let all = choose(n + m, a + b)
      func tail(_ range: ClosedRange<Int64>) -> Double {
        range.reduce(0) { $0 + choose(n, $1) * choose(m, a + b - $1) / all }
      }
      let exact = min(1, 2 * min(tail(0...a), tail(a...max(a, n))))
      #expect(abs(FisherExact.p(a, of: n, b, of: m) - exact) < 1e-9, "\(a)/\(n) \(b)/\(m)")
      #expect(abs(FisherExact.p(b, of: m, a, of: n) - exact) < 1e-9)
      #expect(abs(FisherExact.p(n - a, of: n, m - b, of: m) - exact) < 1e-9)
    }
  }

  @Test func fisherOfMillions() {
    let p = FisherExact.p(50_000, of: 5_000_000, 51_000, of: 5_000_000)
    // As the normal approximation: z = 3.163.
    #expect(abs(log(p / 0.00156)) < 0.05, "\(p)")
    #expect(FisherExact.p(0, of: 3_000_000, 2_000_000, of: 3_000_000) == .leastNormalMagnitude)
  }

  @Test func ratesByHand() {
    #expect(abs(RateTest.p(0, per: 100, 5, per: 100) - 2.0 / 32) < 1e-12)
    // Three times the exposure: all five in it has the chance 0.75^5.
    #expect(abs(RateTest.p(5, per: 300, 0, per: 100) - 2 * 0.2373046875) < 1e-12)
    #expect(RateTest.p(7, per: 100, 7, per: 100) == 1 && RateTest.p(0, per: 1, 0, per: 1) == 1)
    #expect(abs(RateTest.p(3, per: 10, 40, per: 20) / RateTest.p(40, per: 20, 3, per: 10) - 1) < 1e-9)
  }

  @Test func discoveriesAreCorrected() {
    let qs = FalseDiscovery.adjust([0.01, 0.04, 0.03, 0.005])
    #expect(zip(qs, [0.02, 0.04, 0.04, 0.02]).allSatisfy { abs($0 - $1) < 1e-12 }, "\(qs)")
    #expect(FalseDiscovery.adjust([]).isEmpty)
  }

  @Test func dispersionWeakens() {
    #expect(Dispersed.p(0.01, dispersion: 1) == 0.01 && Dispersed.p(1, dispersion: 4) == 1)
    // z = 2.5758, halved: 1.2879.
    #expect(abs(Dispersed.p(0.01, dispersion: 4) - 0.19777) < 1e-4)
    #expect(abs(Scatter(phi: 4, freedom: .infinity).p(0.01) - 0.19777) < 1e-4 && Scatter.independent.p(0.01) == 0.01)
    // Student's t of 10 degrees of freedom: 2.228 has 5 % beyond it.
    #expect(abs(Student.quantile975(10) - 2.2281) < 1e-3 && abs(Student.twoSided(2.2281, 10) - 0.05) < 1e-4)
  }

  /// R. G. Newcombe 1998, table II, (a): 56/70 - 48/80, method 10: 0.0524 to 0.3339.
  @Test func newcombesExample() {
    let interval = Interval.difference(48, of: 80, 56, of: 70)
    #expect(abs(interval.lower - 0.0524) < 1e-4 && abs(interval.upper - 0.3339) < 1e-4, "\(interval)")
    let swapped = Interval.difference(56, of: 70, 48, of: 80)
    #expect(abs(swapped.lower + interval.upper) < 1e-12 && abs(swapped.upper + interval.lower) < 1e-12)
  }

  @Test func countsAboveAValue() {
    var (few, many) = (QuantileSketch(), QuantileSketch())
    for value in 1...900 { few.add(Int64(value) * 1_000) }
    for _ in 0..<3 { for value in 1...900 { many.add(Int64(value) * 1_000) } }
    for value: Int64 in [0, 1_000, 450_000, 899_000, 900_000, 2_000_000] {
      // Buckets are 0.2 % wide: the counts agree, and are off by a value or two.
      #expect(many.count(above: value) == 3 * few.count(above: value))
      #expect(abs(few.count(above: value) - (900 - min(900, value / 1_000))) <= 1)
    }
    #expect(few.value(rank: 1) == 1_000 && few.value(rank: 900) == 900_000 && few.value(rank: 901) == nil)
  }

  // MARK: Routes

  private static func stats(
    _ requests: Int, errorRate: Double, slowness: Double = 1, _ random: inout SplitMix64
  ) -> GroupStats {
    var stats = GroupStats()
    for _ in 0..<requests {
      let isError = random.unit() < errorRate
      let normal = (-2 * log(1 - random.unit())).squareRoot() * cos(2 * Double.pi * random.unit())
      stats.add(
        RequestEvent(
          time: 0, duration: Int64(saturating: 20e6 * slowness * exp(normal)), route: 0, group: 0,
          status: isError ? 500 : 200,
          level: .info, watermark: 0))
    }
    return stats
  }

  private static func compare(
    _ a: [(name: String, stats: GroupStats)], _ b: [(name: String, stats: GroupStats)]
  ) -> [RouteShift] {
    RouteShift.compare(a: a, b: b, spanA: 60_000_000_000, spanB: 60_000_000_000)
  }

  /// Where nothing differs, hardly ever is anything said to: in at most 5 % of comparisons of 12 routes with all their
  /// figures.
  @Test func nothingMovesWhereNothingDiffers() {
    var random = SplitMix64(seed: 21)
    var wrong = 0
    let runs = 60
    for _ in 0..<runs {
      var (a, b): ([(name: String, stats: GroupStats)], [(name: String, stats: GroupStats)]) = ([], [])
      for route in 0..<12 {
        let rate = 0.002 + random.unit() * 0.05
        a.append(("r\(route)", Self.stats(20 + random.below(400), errorRate: rate, &random)))
        b.append(("r\(route)", Self.stats(20 + random.below(400), errorRate: rate, &random)))
      }
      let shifts = Self.compare(a, b)
      if shifts.contains(where: { [$0.errorRate, $0.p50, $0.p95].contains { $0?.isSignificant == true } }) {
        wrong += 1
      }
    }
    #expect(wrong * 20 <= runs, "\(wrong)")
  }

  @Test func plantedChangesAreFound() {
    var random = SplitMix64(seed: 22)
    var (errors, latency) = (0, 0)
    for _ in 0..<20 {
      let a = ["x", "y", "z"].map { ($0, Self.stats(600, errorRate: 0.01, &random)) }
      let b = [
        ("x", Self.stats(600, errorRate: 0.06, &random)), ("y", Self.stats(600, errorRate: 0.01, slowness: 2, &random)),
        ("z", Self.stats(600, errorRate: 0.01, &random)),
      ]
      let shifts = Self.compare(a, b)
      if shifts.first?.route == "x", shifts[0].errorRateMoved { errors += 1 }
      if let y = shifts.first(where: { $0.route == "y" }), y.p50Moved && y.p95Moved { latency += 1 }
    }
    #expect(errors >= 19 && latency >= 19, "\(errors) \(latency)")
  }

  @Test func swappedSetsNegate() throws {
    var random = SplitMix64(seed: 23)
    let a = ["x", "y"].map { ($0, Self.stats(300, errorRate: 0.02, &random)) }
    let b = ["y", "x"].map { ($0, Self.stats(1_500, errorRate: 0.08, slowness: 1.4, &random)) }
    let (there, back) = (Self.compare(a, b), Self.compare(b, a))
    #expect(there.map(\.route) == back.map(\.route))
    for (one, other) in zip(there, back) {
      for figure in [\RouteShift.errorRate, \.p50, \.p95] {
        let (one, other) = (try #require(one[keyPath: figure]), try #require(other[keyPath: figure]))
        #expect(abs(one.difference.value + other.difference.value) <= 1e-9 * max(1, abs(one.difference.value)))
        #expect(abs(one.difference.lower + other.difference.upper) <= 1e-9 * max(1, abs(one.difference.lower)))
        #expect(abs(one.p - other.p) <= 1e-6 * one.p && one.isSignificant == other.isSignificant)
      }
      #expect(one.a == other.b && one.b == other.a)
    }
  }

  @Test func routesOfOneSetAndThinOnes() {
    var random = SplitMix64(seed: 24)
    let shifts = Self.compare(
      [("only a", Self.stats(50, errorRate: 0, &random)), ("thin", Self.stats(4, errorRate: 0, &random))],
      [("thin", Self.stats(5, errorRate: 1, &random)), ("only b", Self.stats(90, errorRate: 0, &random))])
    #expect(shifts.map(\.route).prefix(3).contains("only b") && shifts.count == 3)
    let thin = shifts.first { $0.route == "thin" }
    #expect(thin?.p50 == nil && thin?.p95 == nil && thin?.errorRate != nil)
    #expect(shifts.first { $0.route == "only a" }?.b == nil && shifts.first { $0.route == "only b" }?.a == nil)
    #expect(Self.compare([], []).isEmpty)
  }

  /// Requests that fail together are fewer witnesses.
  @Test func dispersionIsHeeded() {
    var random = SplitMix64(seed: 25)
    let a = [("x", Self.stats(400, errorRate: 0.02, &random))]
    let b = [("x", Self.stats(400, errorRate: 0.06, &random))]
    let plain = Self.compare(a, b)[0]
    // Errors of whole seconds together: forty requests a second fail at once, or none.
    func series(_ bad: Int) -> [String: ScatterSeries] {
      var series = ScatterSeries()
      for second in 0..<400 {
        let request = RequestEvent(
          time: Int64(second) * 1_000_000_000, duration: 1_000_000, route: 0, group: 0, status: 200, level: .info,
          watermark: EventTime.none)
        for _ in 0..<40 { series.add(request, isError: second % (400 / bad) == 0) }
      }
      return ["x": series]
    }
    let bursts = RouteShift.compare(a: a, b: b, spanA: 1, spanB: 1, scatterA: series(8), scatterB: series(20))[0]
    #expect(plain.errorRateMoved && !bursts.errorRateMoved)
  }

  // MARK: Facts and templates

  private static func fact(_ name: String, _ value: String) -> Contrast.Fact { .init(name: name, value: value) }

  private static func rank(_ counts: [Contrast.Count], _ inside: Int64 = 100, _ outside: Int64 = 900) -> Contrast {
    Contrast.rank(
      counts: counts, inside: "failed requests", outside: "others", insideRequests: inside, outsideRequests: outside)
  }

  @Test func whatStandsOut() {
    let contrast = Self.rank([
      .init(fact: Self.fact("host", "a"), inside: 100, outside: 900),
      .init(fact: Self.fact("user", "7"), inside: 3, outside: 0),
      .init(fact: Self.fact("region", "eu"), inside: 52, outside: 450),
      .init(fact: Self.fact("version", "v2"), inside: 95, outside: 90),
      .init(fact: .init(kind: .template, name: "t1", value: "pool is empty"), inside: 60, outside: 2),
      .init(fact: Self.fact("build", "77"), inside: 95, outside: 90),
      .init(fact: Self.fact("cache", "hit"), inside: 2, outside: 500),
    ])
    #expect(contrast.rows.map(\.count.fact.name) == ["build", "t1"])
    #expect(contrast.rows.first?.also == [Self.fact("version", "v2")] && contrast.compared == 5)
    #expect(contrast.rows.allSatisfy { $0.difference.lower > 0 && $0.q < 0.05 && $0.p <= $0.q })
    #expect(Self.rank([.init(fact: Self.fact("x", "y"), inside: 1, outside: 0)], 0, 10).rows.isEmpty)
  }

  @Test func noFactStandsOutByChance() {
    var random = SplitMix64(seed: 31)
    var wrong = 0
    for _ in 0..<200 {
      let counts = (0..<40).map { number in
        let share = random.unit()
        return Contrast.Count(
          fact: Self.fact("f", "\(number)"), inside: Int64((0..<80).count { _ in random.unit() < share }),
          outside: Int64((0..<400).count { _ in random.unit() < share }))
      }
      if !Self.rank(counts, 80, 400).rows.isEmpty { wrong += 1 }
    }
    #expect(wrong <= 10, "\(wrong)")
  }

  private static func template(_ id: String, _ counts: [Int64]) -> TemplateCounts {
    TemplateCounts(
      id: id, text: id, level: nil, counts: counts, first: EventTime.none, path: "app.log", line: 1, example: id)
  }

  private static func shifts(
    _ templates: [TemplateCounts], a: Int = 0, b: Int = 1, requests: (Int64, Int64) = (1_000, 500)
  ) -> [TemplateShift] {
    TemplateShift.compare(
      templates, a: a, b: b, requestsA: requests.0, requestsB: requests.1, spanA: 60_000_000_000, spanB: 60_000_000_000)
  }

  @Test func messagesThatCameAndWent() {
    let templates = [
      Self.template("same", [2_000, 1_000]), Self.template("a little more", [1_000, 700]),
      Self.template("new", [0, 40]), Self.template("newest", [0, 90]), Self.template("once", [0, 1]),
      Self.template("gone", [200, 0]), Self.template("five times", [20, 50]), Self.template("fewer", [500, 20]),
      Self.template("never", [0, 0]),
    ]
    let found = Self.shifts(templates)
    #expect(found.map(\.template.id) == ["newest", "new", "fewer", "five times", "gone"])
    #expect(found.map(\.kind) == [.new, .new, .changed, .changed, .gone])
    #expect(found[1].rateA == 0 && found[1].rateB == 80 && found[3].rateA == 20 && found[3].rateB == 100)
    // The other way round.
    let back = Self.shifts(templates, a: 1, b: 0, requests: (500, 1_000))
    #expect(back.map(\.template.id) == ["gone", "fewer", "five times", "newest", "new"])
    #expect(back.map(\.kind) == [.new, .changed, .changed, .gone, .gone])
    // By seconds where there are no requests; none where there is nothing at all.
    #expect(Self.shifts([Self.template("x", [0, 30])], requests: (0, 9))[0].rateB == 0.5)
    #expect(Self.shifts([Self.template("x", [5])]).isEmpty)
    #expect(
      TemplateShift.compare(templates, a: 0, b: 1, requestsA: 0, requestsB: 0, spanA: 0, spanB: 1).isEmpty)
  }

  @Test func noMessageChangesByChance() {
    var random = SimulationRandom(seed: 32)
    var wrong = 0
    for _ in 0..<200 {
      let templates = (0..<40).map { number in
        let mean = exp(random.unit() * 5) - 0.9
        return Self.template(
          "\(number)",
          [
            Int64(SimulatedService.poisson(2 * mean, &random)), Int64(SimulatedService.poisson(mean, &random)),
          ])
      }
      if !Self.shifts(templates).isEmpty { wrong += 1 }
    }
    #expect(wrong <= 10, "\(wrong)")
  }
}
