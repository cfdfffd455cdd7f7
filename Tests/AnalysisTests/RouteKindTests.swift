import TestKit
import Testing
import TraceCore

@testable import Analysis

/// Health checks and static files are no use of a service.
struct RouteKindTests {
  private let second = GateFeed.second

  @Test(arguments: [
    "GET /healthz", "HEAD /health", "GET /api/health", "GET /v1/health/ready", "GET /actuator/health/liveness",
    "GET /-/healthy",
    "GET /readyz", "GET /livez", "GET /orders/healthz", "GET /ping", "GET /metrics", "GET /up", "/healthz",
    "health_check",
    "GET /_health", "GET /HealthCheck",
  ])
  func healthChecks(route: String) { #expect(RouteKind(route: route) == .healthCheck) }

  @Test(arguments: [
    "GET /static/app.js", "GET /favicon.ico", "GET /assets/logo.SVG", "GET /robots.txt",
    "GET /_next/static/chunks/{id}",
    "GET /static/{id}",
  ])
  func staticFiles(route: String) { #expect(RouteKind(route: route) == .staticFile) }

  /// What may be somebody's page stays in.
  @Test(arguments: [
    "POST /healthz", "GET /", "GET /status", "GET /live", "GET /patients/{id}/health", "GET /shop/health",
    "GET /reports/q1.pdf",
    "GET /assets/{id}", "GET /upload", "GET /readings", "PUT /static/a.js", "GET /export.csv", "", "GET",
    "GET /users/me.json",
    "GET /health/articles", "GET /.js", "(unmatched)",
  ])
  func users(route: String) { #expect(RouteKind(route: route) == .user) }

  /// Two thirds of the traffic are health checks; of users' requests 2.7 % fail and a quarter is slow.
  private func run(
    _ objectives: [Objective], checksFail: Bool = false, _ change: (inout GateDefinition) -> Void = { _ in }
  )
    -> GateFeed
  {
    var definition = GateDefinition.simple(objectives)
    change(&definition)
    var feed = GateFeed(definition)
    for i in 0..<6_300 {
      let isCheck = i % 3 != 0
      let number = i / 3
      feed.take(
        GateRequest(
          time: Int64(i) * second / 50, duration: isCheck ? 1_000_000 : number % 4 == 0 ? second : 20_000_000,
          isError: isCheck ? checksFail : number % 37 == 0, route: isCheck ? 1 : 0, truths: isCheck ? 1 : 0,
          kind: isCheck ? .healthCheck : .user))
    }
    return feed
  }

  @Test func theyDiluteNothing() throws {
    let slow = Objective(
      text: "p80 < 300 ms", metric: .quantile(q: 0.8, of: .duration), comparison: .less, limit: .init(offset: 300e6))
    let verdict = try #require(run([.errors, slow]).verdicts.last { !$0.isFinal })
    #expect(verdict.objectives[0].requests < 2_101 && verdict.objectives[1].state == .fail && verdict.state == .fail)
    #expect(
      verdict.notes.contains {
        $0.hasPrefix("not counted: ") && $0.contains(" requests of health checks, none of them failed")
      })
    #expect(run([.errors, slow]) { $0.countsHealthChecks = true }.last?.state == .pass)
  }

  /// Health checks that fail beside requests that do not: nobody is sure that all is well.
  @Test func failingHealthChecksBlock() throws {
    let lenient = Objective(
      text: "error_rate < 5 %", metric: .errorRate, comparison: .less, limit: .init(offset: 0.05))
    #expect(run([lenient]).last?.state == .pass)
    let feed = run([lenient], checksFail: true)
    #expect(feed.last?.state == .inconclusive)
    #expect(feed.verdicts[0].notes.contains { $0.contains("`include: [health_checks]` in the gate counts them") })
  }

  /// An objective that names routes gets what it names.
  @Test func whoAsksGetsThem() throws {
    let health = Objective(
      text: "error_rate < 2 %", metric: .errorRate, comparison: .less, limit: .init(offset: 0.02),
      condition: try FilterExpression(parsing: "route = \"GET /healthz\""))
    let verdict = try #require(run([health]).verdicts.first)
    #expect(verdict.objectives[0].requests == 4_000 && verdict.objectives[0].state == .pass)
  }

  /// A service that answers nothing but its health checks has no users.
  @Test func healthChecksAreNoTraffic() {
    var feed = GateFeed(.simple([.errors]))
    feed.traffic(from: 0, to: 30, rate: 20)
    for i in 0..<2_000 {
      feed.take(
        GateRequest(time: 30 * second + Int64(i) * second / 20, duration: 1, isError: false, kind: .healthCheck))
    }
    #expect(feed.last?.state == .inconclusive && feed.verdicts[0].notes.contains { $0.hasPrefix("no request since") })
  }
}
