import TestKit
import Testing
import TraceCore

@testable import Analysis

/// Incidents that one route shows, and what looks like one and is none.
struct IncidentRouteTests {
  private static let second: Int64 = 1_000_000_000

  /// Ten requests a second to each route, 10 ms each, for ten minutes; `change` says what is different.
  private static func find(
    routes: Int = 3, seconds: Int = 600, count: (Int, Int) -> Int = { _, _ in 10 },
    change: (_ second: Int, _ route: Int, _ request: Int) -> (status: UInt16, milliseconds: Int64)
  ) -> IncidentFinder.Found {
    var series = AdaptiveSeries()
    for time in 0..<seconds {
      for route in 0..<routes {
        for request in 0..<count(time, route) {
          let (status, milliseconds) = change(time, route, request)
          let end = Int64(time) * second + Int64(request) * 10_000_000
          series.add(
            RequestEvent(
              time: end, duration: milliseconds * 1_000_000, route: Int32(route), group: Int32(route), status: status,
              level: .info, watermark: end))
        }
      }
    }
    series.finish(newest: Int64(seconds) * second)
    return IncidentFinder.find(series.windows(), routes: series.routes { "GET /\($0)" })
  }

  @Test func fiveSecondsOfFailure() throws {
    let found = Self.find { time, _, _ in (300..<305 ~= time ? 503 : 200, 10) }
    let span = try #require(found.span)
    #expect(span.onset == 300 * Self.second && span.recovery == 305 * Self.second && span.signals == [.errors])
    #expect(span.routes.isEmpty)
  }

  /// One second is a hiccup.
  @Test func oneSecondOfFailureIsNone() {
    #expect(Self.find { time, _, _ in (time == 300 ? 503 : 200, 10) }.span == nil)
  }

  /// One request a second of 400, half of which fail for two minutes.
  @Test func aRareRouteThatFails() throws {
    let found = Self.find(count: { _, route in route == 2 ? 1 : 200 }) { time, route, _ in
      (route == 2 && 200..<320 ~= time && time % 2 == 0 ? 500 : 200, 10)
    }
    let span = try #require(found.span)
    #expect(span.routes == ["GET /2"] && span.signals == [.errors])
    #expect(abs(span.onset / Self.second - 200) <= 4 && abs(span.recovery / Self.second - 320) <= 4)
    #expect(found.method.contains("failed requests of GET /2"), "\(found.method)")
  }

  /// It is still faster than the others.
  @Test func aFastRouteThatBecomesSlow() throws {
    let found = Self.find { time, route, request in
      (200, route == 2 ? 200..<320 ~= time ? 24 : 3 : 100 + Int64(request) * 20)
    }
    let span = try #require(found.span)
    #expect(span.signals == [.latency] && span.onset == 200 * Self.second && span.recovery == 320 * Self.second)
  }

  @Test func trafficThatMovesToASlowRouteIsNone() {
    let found = Self.find(count: { time, route in route == 2 ? time < 300 ? 1 : 15 : 10 }) { _, route, _ in
      (200, route == 2 ? 400 : 10)
    }
    #expect(found.span == nil, "\(found.method)")
  }

  /// Half a minute in every four that is twice as slow is how the service is; a minute of ten times as slow is not.
  @Test func slowMinutesThatComeAgainAndAgain() throws {
    func milliseconds(_ time: Int) -> Int64 { time % 240 < 30 ? 22 : 10 }
    #expect(Self.find(seconds: 2_400) { time, _, _ in (200, milliseconds(time)) }.span == nil)
    let found = Self.find(seconds: 2_400) { time, _, _ in
      (200, 1_300..<1_360 ~= time ? 100 : milliseconds(time))
    }
    #expect(try #require(found.span).onset == 1_300 * Self.second)
  }

  @Test func outagesThatComeAgainAreIncidents() throws {
    let found = Self.find(seconds: 2_400) { time, _, request in
      (time % 480 >= 100 && time % 480 < 160 && request < 6 ? 500 : 200, 10)
    }
    #expect(try #require(found.span).signals == [.errors] && found.others.count == 4)
  }

  /// At the same hour of each of three days.
  @Test func whatEachDayHasIsNone() {
    let found = Self.find(routes: 1, seconds: 3 * 86_400, count: { time, _ in time % 5 == 0 ? 1 : 0 }) { time, _, _ in
      (200, 7_200..<9_000 ~= time % 86_400 ? 100 : 10)
    }
    #expect(found.span == nil && found.notes.contains { $0.contains("recur: ") }, "\(found.notes)")
  }

  @Test func aSlowStart() throws {
    let found = Self.find { time, _, _ in
      (200, 200..<280 ~= time ? 10 + Int64(90 * (280 - time) * (280 - time) / 6_400) : 10)
    }
    #expect(try #require(found.span).isSlowStart)
    #expect(try #require(Self.find { time, _, _ in (200, 200..<280 ~= time ? 60 : 10) }.span).isSlowStart == false)
  }

  @Test func trafficThatFalls() throws {
    let found = Self.find(count: { time, _ in 200..<260 ~= time ? 3 : 10 }) { _, _, _ in (200, 10) }
    #expect(found.span == nil)
    let drop = try #require(found.drops.first)
    #expect(drop == TrafficDrop(from: 200 * Self.second, to: 260 * Self.second, requests: 540, expected: 1_800))
    #expect(found.notes.contains { $0.contains("traffic fell to 30 %") }, "\(found.notes)")
  }

  /// What is kept by route is the same whatever the order within the reordering that is allowed, and in longer windows.
  @Test func routesInLongerWindows() throws {
    var random = SplitMix64(seed: 5)
    var (series, all) = (AdaptiveSeries(), [(Int64, Int32)]())
    for _ in 0..<4_000 { all.append((Int64(random.unit() * 20_000) * Self.second, Int32(random.below(5)))) }
    for (time, route) in all.sorted(by: { $0.0 < $1.0 }) {
      series.add(
        RequestEvent(
          time: time, duration: 1_000_000, route: route, group: route, status: 500, level: .info, watermark: time))
    }
    series.finish(newest: 20_000 * Self.second)
    let routes = try #require(series.routes { "\($0)" })
    #expect(routes.length == series.length && routes.routes.map(\.total).reduce(0, +) == 4_000)
    for route in routes.routes {
      #expect(route.total == Int64(all.count { "\($0.1)" == route.name }))
      #expect(route.errors == route.requests && route.timed == route.total)
    }
    let windows = series.windows()
    for (index, window) in windows.enumerated() {
      #expect(window.requests == routes.routes.map { $0.requests[index] }.reduce(0, +))
    }
  }
}
