/// One route of the imagined service, with what its handler logs between start and finish.
struct Route: Sendable {
  /// What a step logs.
  enum Step { case cache, pool, query, search, spot, booking, charge, ledger, settings, payment, vehicles }

  let method: String
  /// The path as requested: `prefix`, then (with `hasNumber`) a number and `suffix`.
  let prefix: String
  let hasNumber: Bool
  let suffix: String
  /// Lognormal latency: median in milliseconds, and sigma.
  let median: Double
  let sigma: Double
  /// Of all requests, in percent.
  let share: Int
  let successStatus: Int
  let steps: [Step]
  /// An audit record follows the finish line.
  let audited: Bool

  /// Method and path template, as skein names a route.
  var name: String { method + " " + prefix + (hasNumber ? "/{id}" + suffix : "") }

  private init(
    _ method: String, _ prefix: String, number: Bool = false, suffix: String = "", median: Double, sigma: Double,
    share: Int, status: Int = 200, audited: Bool = false, _ steps: [Step]
  ) {
    self.method = method
    self.prefix = prefix
    hasNumber = number
    self.suffix = suffix
    self.median = median
    self.sigma = sigma
    self.share = share
    successStatus = status
    self.audited = audited
    self.steps = steps
  }

  /// Shares add up to 100; with these medians 64 requests in flight make 500 MB in about an hour.
  static let all = [
    Route("GET", "/api/spots", median: 240, sigma: 0.8, share: 28, [.cache, .pool, .query, .query, .search]),
    Route("GET", "/api/spots", number: true, median: 150, sigma: 0.7, share: 22, [.cache, .pool, .query, .spot]),
    Route(
      "GET", "/api/spots", number: true, suffix: "/availability", median: 190, sigma: 0.8, share: 10,
      [.cache, .cache, .pool, .query, .query, .spot]),
    Route(
      "POST", "/api/bookings", median: 820, sigma: 0.7, share: 10, status: 201, audited: true,
      [.pool, .query, .query, .charge, .ledger, .query, .booking]),
    Route(
      "DELETE", "/api/bookings", number: true, median: 460, sigma: 0.6, share: 3, status: 204, audited: true,
      [.pool, .query, .charge, .query, .booking]),
    Route(
      "PUT", "/api/settings", number: true, median: 210, sigma: 0.9, share: 9, audited: true,
      [.pool, .query, .query, .settings]),
    Route(
      "GET", "/api/payments", number: true, median: 690, sigma: 0.8, share: 9,
      [.pool, .query, .ledger, .ledger, .payment]),
    Route(
      "GET", "/api/users", number: true, suffix: "/vehicles", median: 120, sigma: 0.6, share: 6,
      [.pool, .query, .vehicles]),
    Route("GET", "/healthz", median: 3, sigma: 0.4, share: 3, []),
  ]
}
