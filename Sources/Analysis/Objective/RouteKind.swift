/// Who asks for a route: people and the programs they use, or the machinery around the service.
///
/// Health checks and static files are no use of a service, are hardly ever slow, and there can be more of them than of all else:
/// counted with the others they hide what fails. Only names that mean nothing else are known; `/status` or `/live` may be
/// somebody's page.
package enum RouteKind: UInt8, Sendable, CaseIterable {
  case user = 0
  case healthCheck = 1
  case staticFile = 2

  /// - Parameter route: as it is reported: `GET /healthz`, a path alone, or a logged name as `health_check`.
  package init(route: String) {
    let parts = route.split(separator: " ", maxSplits: 1)
    var path = Substring(route)
    if parts.count == 2, parts[0].allSatisfy({ $0.isASCII && $0.isLetter && $0.isUppercase }) {
      guard RouteKind.reading.contains(String(parts[0])) else {
        self = .user
        return
      }
      path = parts[1]
    }
    let segments = path.lowercased().split(separator: "/").map(String.init)
    if RouteKind.isHealthCheck(segments) {
      self = .healthCheck
    } else if path.hasPrefix("/"), RouteKind.isStaticFile(segments) {
      self = .staticFile
    } else {
      self = .user
    }
  }

  private static let reading: Set<String> = ["GET", "HEAD", "OPTIONS"]

  private static func isHealthCheck(_ segments: [String]) -> Bool {
    guard let last = segments.last else { return false }
    if certain.contains(last) { return true }
    let before = segments.dropLast()
    // `/health/ready`, `/actuator/health/liveness`.
    if let above = before.last, certain.contains(above) || above == "health" {
      return details.contains(last) && before.dropLast().allSatisfy(isPrefix)
    }
    return likely.contains(last) && before.allSatisfy(isPrefix)
  }

  /// What stands before a service's own routes.
  private static func isPrefix(_ segment: String) -> Bool {
    prefixes.contains(segment)
      || (segment.first == "v" && segment.count > 1 && segment.dropFirst().allSatisfy(\.isNumber))
  }

  private static let certain: Set<String> = [
    "healthz", "livez", "readyz", "healthcheck", "health-check", "health_check", "lbheartbeat", "__heartbeat__",
    "__lbheartbeat__", "_health", "_healthz", "_healthcheck", "health_status", "kube-probe",
  ]
  /// At the root, or under a common prefix.
  private static let likely: Set<String> = [
    "health", "healthy", "ready", "readiness", "liveness", "alive", "ping", "_ping", "heartbeat", "up", "metrics",
    "prometheus",
  ]
  private static let details: Set<String> = [
    "live", "liveness", "ready", "readiness", "startup", "started", "ping", "db", "check", "full", "deep",
  ]
  private static let prefixes: Set<String> = [
    "api", "actuator", "-", "_", "internal", "management", "system", "q", "rest",
  ]

  private static func isStaticFile(_ segments: [String]) -> Bool {
    guard let last = segments.last else { return false }
    if segments.count > 1, segments[0] == "static" { return true }
    if segments.starts(with: ["_next", "static"]) || last == "robots.txt" { return true }
    guard let dot = last.lastIndex(of: "."), dot != last.startIndex else { return false }
    return extensions.contains(String(last[last.index(after: dot)...]))
  }

  private static let extensions: Set<String> = [
    "css", "js", "mjs", "map", "png", "jpg", "jpeg", "gif", "svg", "ico", "webp", "avif", "woff", "woff2", "ttf", "otf",
    "eot",
  ]
}

extension RouteKind {
  /// The number of these requests among kinds of records that are not counted: beyond those of sources.
  package var source: Int32 { Int32.max - Int32(rawValue) }

  package init?(source: Int32) {
    guard let found = RouteKind.allCases.first(where: { $0 != .user && $0.source == source }) else { return nil }
    self = found
  }

  /// What a verdict calls them, and what counts them.
  package var names: GateNames.Source {
    switch self {
    case .user: GateNames.Source(name: "users")
    case .healthCheck:
      GateNames.Source(name: "health checks", remedy: "`include: [health_checks]` in the gate counts them")
    case .staticFile:
      GateNames.Source(name: "static files", remedy: "`include: [static_files]` in the gate counts them")
    }
  }
}
