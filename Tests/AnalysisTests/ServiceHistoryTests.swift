import TestKit
import Testing

@testable import Analysis
@testable import TraceCore

/// What a service remembers: every request once, whatever is cut, saved or over.
struct ServiceHistoryTests {
  private static let second: Int64 = 1_000_000_000
  private static let start: Int64 = 1_795_413_600 * second
  private let names = ServiceNames(
    route: { $0 == ServiceHistory.unmatched ? "(unmatched)" : $0 < 0 ? "(other)" : "GET /\($0)" },
    version: { "v\($0)" }, instance: { "i\($0)" })

  /// Some hours of requests, not quite in order.
  private func requests(_ seed: UInt64, _ count: Int, routes: Int = 12) -> [RequestEvent] {
    var random = SplitMix64(seed: seed)
    var newest = Self.start
    return (0..<count).map { _ in
      newest += Int64(random.below(20_000)) * 1_000_000
      let late = random.below(50) == 0 ? Int64(random.below(900)) * Self.second : Int64(random.below(1_500)) * 1_000_000
      return RequestEvent(
        time: newest - late, duration: random.below(20) == 0 ? -1 : Int64(random.below(900_000_000)),
        route: Int32(random.below(routes)), group: Int32(random.below(3)),
        status: [200, 200, 200, 404, 404, 500][random.below(6)], level: .info, watermark: newest - 2 * Self.second,
        stream: Int32(random.below(2)))
    }
  }

  private func add(_ request: RequestEvent, to history: inout ServiceHistory) {
    if history.isOver(at: request.watermark) { history.seal(before: request.watermark, names) }
    history.add(request, route: history.route(of: request), version: request.group)
  }

  private func hours(_ history: ServiceHistory) -> [ServiceHour<String>] {
    history.sealed + history.hours.map { $0.named(names) }
  }

  @Test(arguments: UInt64(1)...5) func everyRequestOnce(seed: UInt64) {
    let all = requests(seed, 4_000)
    var history = ServiceHistory(mostSealed: 1_000)
    for request in all { add(request, to: &history) }
    #expect(history.sealed.count > 5 && history.forgotten == 0)
    let hours = hours(history)
    var (byMinute, byRoute, byVersion, byInstance) = (Int64(0), Int64(0), Int64(0), Int64(0))
    for hour in hours {
      byMinute += hour.minutes.values.reduce(0) { $0 + $1.requests }
      for part in hour.parts.values {
        byRoute += part.routes.values.reduce(0) { $0 + $1.requests }
        byVersion += part.versions.values.reduce(0) { $0 + $1.requests }
        byInstance += part.instances.values.reduce(0) { $0 + $1.requests }
      }
    }
    #expect(byMinute + history.late == Int64(all.count))
    #expect(byRoute == byMinute && byVersion == byMinute && byInstance == byMinute)
    #expect(history.late < 60)
    // By hand, of the hours themselves.
    for hour in hours {
      let own = all.filter { ServiceTime.start(of: $0.time, ServiceTime.hour) == hour.start }
      let errors = hour.minutes.values.reduce(0) { $0 + $1.errors }
      #expect(errors <= Int64(own.filter(\.isError).count))
      #expect(errors >= Int64(own.filter(\.isError).count) - history.late)
    }
  }

  /// A state that is saved and loaded anywhere goes on as if it had not been.
  @Test(arguments: UInt64(1)...4) func cutAnywhere(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var (whole, cut) = (ServiceHistory(), ServiceHistory())
    for request in requests(seed, 3_000) {
      add(request, to: &whole)
      if random.below(300) == 0 { cut = try copy(cut) }
      add(request, to: &cut)
    }
    #expect(try state(cut) == state(whole))
    #expect(hours(cut) == hours(whole) && cut.ticks == whole.ticks && cut.late == whole.late)
  }

  private func state(_ history: ServiceHistory) throws -> [UInt8] {
    var (history, coder) = (history, StateCoder())
    try history.code(&coder)
    return coder.written
  }

  private func copy(_ history: ServiceHistory) throws -> ServiceHistory {
    let saved = try state(history)
    var loaded = ServiceHistory()
    try StateCoder.load(saved.span) { coder throws(StateError) in try loaded.code(&coder) }
    #expect(try state(loaded) == saved)
    return loaded
  }

  /// Every loss of the end, and random flips, give an error or some hour, never a trap.
  @Test func damage() throws {
    var history = ServiceHistory()
    for request in requests(9, 1_500) { add(request, to: &history) }
    let hour = try #require(history.sealed.first)
    let block = try hour.saved()
    let saved = block.bytes.indices.map { block.bytes[$0] }
    func load(_ bytes: [UInt8]) throws(StateError) -> ServiceHour<String> { try ServiceHour(loading: bytes.span) }
    let again = try load(saved)
    #expect(again == hour)
    for length in stride(from: 0, to: saved.count, by: 7) {
      #expect(throws: StateError.self) { try load(Array(saved[..<length])) }
    }
    var random = SplitMix64(seed: 10)
    for _ in 0..<2_000 {
      var damaged = saved
      damaged[random.below(saved.count)] ^= 1 << UInt8(random.below(8))
      _ = try? load(damaged)
    }
  }

  /// A route that answers nothing but 404 is none, until it answers something else.
  @Test func unmatched() {
    var history = ServiceHistory()
    func request(_ status: UInt16) -> RequestEvent {
      RequestEvent(
        time: Self.start, duration: 1, route: 4, group: 0, status: status, level: .info, watermark: Self.start)
    }
    for status: UInt16 in [404, 404, 200, 404] { add(request(status), to: &history) }
    let routes = hours(history)[0].parts[0]?.routes
    #expect(routes?["(unmatched)"]?.requests == 2 && routes?["GET /4"]?.requests == 2)
  }

  @Test func noMoreRoutesThanAreKept() {
    var history = ServiceHistory()
    for request in requests(11, 3_000, routes: 1_000) {
      var request = request
      (request.time, request.status, request.watermark) = (Self.start, 200, Self.start)
      add(request, to: &history)
    }
    let routes = hours(history)[0].parts[0]?.routes ?? [:]
    #expect(routes.count == ServiceHistory.mostGroups + 1)
    #expect(routes.values.reduce(0) { $0 + $1.requests } == 3_000)
  }

  /// Clocks that are wrong open no end of hours, and hours that nobody writes no end of memory.
  @Test func bounded() {
    var history = ServiceHistory()
    for day in 0..<200 {
      let time = Self.start + Int64(day) * 24 * ServiceTime.hour
      add(
        RequestEvent(time: time, duration: 1, route: 0, group: 0, status: 200, level: .info, watermark: Self.start),
        to: &history)
    }
    #expect(history.hours.count <= ServiceHistory.mostHours + 1)
    #expect(history.sealed.count == ServiceHistory.mostUnwritten)
    #expect(history.forgotten + Int64(history.sealed.count + history.hours.count) == 200)
  }

  // MARK: For a scraper

  @Test func bucketsOfAScraper() throws {
    var metrics = RequestMetrics(limits: [300_000_000, 0, 250_000_000])
    #expect(metrics.bounds.contains(300_000_000) && metrics.bounds == Set(metrics.bounds).sorted())
    let all = requests(12, 2_000)
    for (index, request) in all.enumerated() {
      metrics.add(request, route: request.route, version: request.group, id: "r\(index)")
    }
    let series = metrics.series
    #expect(series.values.reduce(0) { $0 + $1.requests } == 2_000)
    #expect(series.values.reduce(0) { $0 + $1.timed } == Int64(all.filter { $0.duration >= 0 }.count))
    let place = try #require(metrics.bounds.firstIndex(of: 300_000_000))
    let under = series.values.reduce(0) { $0 + $1.buckets[...place].reduce(0, +) }
    #expect(under == Int64(all.filter { $0.duration >= 0 && $0.duration <= 300_000_000 }.count))
    for one in series.values {
      for (bucket, example) in one.exemplars {
        let number = try #require(Int(example.id.dropFirst()))
        #expect(all[number].duration == example.duration && one.buckets[bucket] > 0)
      }
    }
  }

  @Test func noMoreSeriesThanAreKept() {
    var metrics = RequestMetrics()
    for number in 0..<30_000 {
      let request = RequestEvent(
        time: 0, duration: 1, route: Int32(number % 1_000), group: 0, status: UInt16(100 + number % 500), level: .info,
        watermark: 0)
      metrics.add(request, route: request.route, version: -1, id: nil)
    }
    #expect(metrics.series.count <= RequestMetrics.mostSeries + 2)
    #expect(Set(metrics.series.keys.map(\.route)).count <= RequestMetrics.mostRoutes + 1)
    #expect(metrics.series.values.reduce(0) { $0 + $1.requests } == 30_000)
  }
}
