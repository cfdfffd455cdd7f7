internal import Foundation

/// skein itself: `skein stats --json`, and its other commands.
enum SkeinPeer {
  /// What result rows call skein, and what it is held against that is no peer at its job.
  static let name = "skein"
  static let onSmallLog = "skein, small log"
  static let scanOfSmallLog = "skein scan, small log"
  static let firstScanOfSmallLog = "skein scan, small log, first run"
  static let singleScan = "skein, 1 thread"
  static let firstScan = "skein, first run"
  static let inflater = "igzip"
  static let starter = "rg"

  /// Ready to run with this many threads; one thread is pinned to one processor.
  static func prepare(_ skein: Program, log: String, threads: Int) -> Contestant {
    contestant(skein.statsCommand(log: log, threads: threads), threads: threads, .skein)
  }

  /// Ready to scan with some rules, its cache in the bench's folder.
  ///
  /// - Parameter counts: the lines of each rule; nil where nobody has counted them.
  static func prepareScan(
    _ skein: Program, _ rules: ScanRules, log: String, threads: Int, counts: RuleCounts?, _ bench: Workbench
  ) throws -> Contestant {
    let command = skein.scanCommand(rules: try rules.writePack(in: bench), log: log, threads: threads)
    let answer = Contestant.AnswerForm.judged { data in
      let found = try RuleCounts(scan: data, rules: rules)
      guard let counts else { return "not checked: \(RipgrepPeer.name) is not installed" }
      return found.fault(against: counts).map { "WRONG: \($0)" } ?? "right"
    }
    var contestant = contestant(command, threads: threads, answer)
    contestant.environment = ["XDG_CACHE_HOME": bench.cache]
    return contestant
  }

  /// Ready to write the records that are errors.
  static func prepareFilter(_ skein: Program, log: String, threads: Int, _ records: LevelRecords) -> Contestant {
    var contestant = contestant(
      skein.filterCommand(log: log, threads: threads), threads: threads,
      .judged { LevelRecords.remark($0, beside: records.lines) })
    contestant.isTimedSilently = true
    return contestant
  }

  private static func contestant(
    _ command: [String], threads: Int, _ answer: Contestant.AnswerForm
  ) -> Contestant {
    var command = command
    if threads == 1, let taskset = ChildProcess.find("taskset") {
      command = [taskset, "-c", firstProcessor] + command
    }
    return Contestant(
      name: threads == 1 ? "skein, 1 thread" : "skein, \(threads) threads", version: "", command: command,
      answer: answer)
  }

  /// The skein that is timed.
  struct Program {
    /// Its absolute path.
    let path: String
    /// Whether its `stats` has a `--threads`; one that has not is timed on one processor.
    let takesThreads: Bool
    /// Whether it has a `filter`.
    let hasFilter: Bool

    /// Nil if there is no such program.
    init?(path: String, in bench: Workbench) {
      guard FileManager.default.isExecutableFile(atPath: path) else { return nil }
      self.path = path
      takesThreads =
        ChildProcess.output(of: [path, "stats", "--help"], in: bench.folder)?.contains("--threads") ?? false
      hasFilter = ChildProcess.output(of: [path, "filter", "--help"], in: bench.folder) != nil
    }

    /// What the comparison is with: the most threads that the others have too.
    var threads: Int { takesThreads ? 2 : 1 }

    /// The whole job on one log.
    func statsCommand(log: String, threads: Int) -> [String] {
      [path, "stats"] + (takesThreads ? ["--threads", "\(threads)"] : []) + ["--json", log]
    }

    /// - Parameter rules: the path of a pack; nil: the packs that are built in.
    func scanCommand(rules: String?, log: String, threads: Int) -> [String] {
      let packs = rules.map { ["--packs", "none", "--rules", $0] } ?? []
      return [path, "scan"] + (takesThreads ? ["--threads", "\(threads)"] : []) + packs + ["--json", log]
    }

    /// The records that are errors.
    func filterCommand(log: String, threads: Int) -> [String] {
      [path, "filter"] + (takesThreads ? ["--threads", "\(threads)"] : []) + [LevelRecords.expression, log]
    }
  }

  /// The first processor that this process may run on, as taskset takes it.
  private static var firstProcessor: String {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let allowed = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    return allowed.flatMap { $0.drop { !$0.isNumber }.prefix(while: \.isNumber) }.map(String.init) ?? "0"
  }

  /// The part of `skein.stats/1` that is compared.
  private struct Stats: Decodable {
    struct Group: Decodable {
      var route: String?
      var requests: Int
      var errors: Int
      var p50_ms: Double?
      var p95_ms: Double?
      var p99_ms: Double?

      /// A missing quantile becomes one that is never right.
      var row: Answer.Row {
        Answer.Row(requests: requests, errors: errors, p50: p50_ms ?? -1, p95: p95_ms ?? -1, p99: p99_ms ?? -1)
      }
    }

    var schema: String
    var traces: Int?
    var total: Group
    var routes: [Group]
  }

  /// The answer in its JSON.
  static func decode(_ json: Data) throws -> Answer {
    do {
      let stats = try JSONDecoder().decode(Stats.self, from: json)
      let routes = stats.routes.map { ($0.route ?? "", $0.row) }
      return Answer(
        traces: stats.traces, total: stats.total.row,
        routes: Dictionary(routes, uniquingKeysWith: { first, _ in first }))
    } catch {
      throw BenchFault("skein's JSON is not that of skein.stats/1: \(error)")
    }
  }
}
