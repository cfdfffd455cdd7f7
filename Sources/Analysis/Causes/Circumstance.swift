/// Which fields tell the circumstances of a request, and which only what became of it.
///
/// A cause comes before its effect. Where a log does not say when a value was known, its name has to.
enum Circumstance {
  /// Whether values of this name say how a request went: a retry, an outcome, a reason.
  static func isOutcome(_ name: String) -> Bool {
    let name = folded(name)
    return outcomes.contains(name)
      || ["error", "status", "retry", "attempt", "exception", "timeout"].contains { name.contains($0) }
  }

  /// Whether values of this name say where work was done: they count from records amid a request, too.
  static func isPlace(_ name: String) -> Bool {
    let name = folded(name)
    return places.contains { name.hasSuffix($0) || name.hasPrefix($0) }
  }

  private static let outcomes: Set<String> = [
    "retries", "tries", "result", "outcome", "reason", "cause", "err", "failure", "failures", "fallback", "aborted",
    "success", "ok", "circuit", "breaker", "rows", "count", "cache", "hit", "signal", "exit", "detail", "details",
    "hint", "responsecode", "grpccode",
  ]
  private static let places = [
    "host", "hostname", "node", "pod", "pool", "shard", "region", "zone", "az", "datacenter", "db", "database",
    "backend", "cluster", "instance", "server", "replica", "queue", "topic", "partition", "provider", "upstream",
    "endpoint", "peer", "service", "dependency", "bucket", "cell", "tenant", "version", "release",
  ]

  private static func folded(_ name: String) -> String {
    String(decoding: name.utf8.filter { ![0x5F, 0x2D, 0x2E, 0x40].contains($0) }, as: UTF8.self).lowercased()
  }
}
