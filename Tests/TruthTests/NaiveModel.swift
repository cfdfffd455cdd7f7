import TraceCore

/// What is true of a log, computed the obvious way: a dictionary of lives, everything kept, nothing fast.
///
/// Times are milliseconds. It knows the layout's records as values and none of skein's machinery.
struct NaiveModel {
  struct Life: Equatable {
    var id: String
    var reopened: Bool
    var first: Int
    var last: Int
    var records = 0
    var lines = 0
    var tracebacks = 0
    var errors = 0
    var requests = 0
    var unfinished = 0
    var worst = "DEBUG"
    var route: String?
    var status = 0
    var milliseconds: Int?
    /// Requests that have begun and not ended, oldest first.
    var open: [Opening] = []
  }

  struct Opening: Equatable {
    var route: String
    var start: Int
  }

  struct Request: Equatable {
    var route: String
    var end: Int
    var status: Int
    var milliseconds: Int?
  }

  private(set) var closed: [Life] = []
  private(set) var requests: [Request] = []
  private(set) var unfinished: [Opening] = []
  private var live: [String: Life] = [:]
  private var known: Set<String> = []
  private var high = Int.min
  private let idle: Int
  private let maxOpen: Int
  private static let reorder = 2_000
  private static let levels = ["DEBUG", "INFO", "WARNING", "ERROR"]

  init(_ log: GeneratedLog, idle: Int, maxOpen: Int) {
    self.idle = idle
    self.maxOpen = maxOpen
    for record in log.records { take(record) }
    for id in live.keys.sorted() { close(id) }
  }

  private mutating func take(_ record: GeneratedLog.Record) {
    high = max(high, record.time)
    if case .closing(let status, let milliseconds) = record.role {
      requests.append(Request(route: record.route, end: record.time, status: status, milliseconds: milliseconds))
    }
    guard let id = record.id else { return }
    if let life = live[id], hasEnded(life), !belongs(record, to: life) { close(id) }
    var life =
      live[id] ?? Life(id: id, reopened: !known.insert(id).inserted, first: record.time, last: record.time)
    life.first = min(life.first, record.time)
    life.last = max(life.last, record.time)
    life.records += 1
    life.lines += 1 + record.traceback.count
    life.tracebacks += record.traceback.isEmpty ? 0 : 1
    life.errors += record.level == "ERROR" ? 1 : 0
    if Self.rank(record.level) > Self.rank(life.worst) { life.worst = record.level }
    switch record.role {
    case .plain: break
    case .opening: life.open.append(Opening(route: record.route, start: record.time))
    case .closing(let status, let milliseconds):
      life.requests += 1
      life.route = record.route
      life.status = status
      life.milliseconds = milliseconds
      if let at = life.open.firstIndex(where: { $0.route == record.route }) { life.open.remove(at: at) }
    }
    live[id] = life
  }

  /// Idle for too long, unless a request is open that may be.
  private func hasEnded(_ life: Life) -> Bool {
    let now = high - Self.reorder
    guard life.last + idle < now else { return false }
    guard let oldest = life.open.first else { return true }
    return oldest.start + maxOpen < now
  }

  /// A closing record whose logged start precedes the end of a life without a request.
  private func belongs(_ record: GeneratedLog.Record, to life: Life) -> Bool {
    guard case .closing(_, let milliseconds?) = record.role, milliseconds > 0 else { return false }
    return life.requests == 0 && record.time - milliseconds <= life.last && life.last + maxOpen >= high - Self.reorder
  }

  private mutating func close(_ id: String) {
    guard var life = live.removeValue(forKey: id) else { return }
    life.unfinished = life.open.count
    unfinished += life.open
    life.open = []
    closed.append(life)
  }

  private static func rank(_ level: String) -> Int { levels.firstIndex(of: level) ?? -1 }

  // MARK: Figures

  /// Routes that only ever answered 404 are one.
  func name(_ route: String) -> String {
    let own = requests.filter { $0.route == route }
    return !own.isEmpty && own.allSatisfy { $0.status == 404 } ? "(unmatched)" : route
  }

  /// The figures of some requests, as skein gives them; rates left out.
  static func figures(_ name: String, _ requests: [Request], unfinished: Int) -> GroupSummary {
    var group = GroupSummary(name: name)
    group.requests = Int64(requests.count)
    group.unfinished = Int64(unfinished)
    group.clientErrors = Int64(requests.count { (400..<500).contains($0.status) })
    group.errors = Int64(requests.count { $0.status >= 500 })
    let times = requests.compactMap(\.milliseconds).sorted()
    group.timed = Int64(times.count)
    guard let longest = times.last else { return group }
    func rank(_ percent: Int) -> Int64 { Int64(times[max((times.count * percent + 99) / 100, 1) - 1]) * 1_000_000 }
    (group.p50, group.p90, group.p95, group.p99) = (rank(50), rank(90), rank(95), rank(99))
    group.max = Int64(longest) * 1_000_000
    return group
  }
}
