internal import Foundation

/// Times `skein scan` with growing numbers of rules, beside ripgrep that counts the lines with a hit of any.
extension Comparison {
  /// Seconds of processor time that ripgrep is given.
  static let ripgrepLimit = 60

  /// One skein row, one of a first run, and one of ripgrep for each number of rules; for the usual number one of skein with
  /// one thread, too. Rows of a number have one name.
  func compareScanning(_ log: Log) throws -> ResultTable? {
    guard let skein else { return nil }
    _ = try ChildProcess.run(["/bin/cat", log.path], output: "/dev/null", errors: "/dev/null")
    let ripgrep = ChildProcess.find("rg")
    let all = ScanRules(first: ScanRules.counts.max() ?? 0)
    let counter = ripgrep.map { RuleCounter(bench: bench, ripgrep: $0) }
    let counts = try counter?.count(all, in: log)

    var rows: [ResultRow] = []
    for count in ScanRules.counts {
      let rules = ScanRules(first: count)
      let truth = counts.map { RuleCounts(Array($0.lines.prefix(count))) }
      let ours = try SkeinPeer.prepareScan(skein, rules, log: log.path, threads: skein.threads, counts: truth, bench)
      Progress.say("Scanning with \(rules.title)")
      // The cache of compiled rules is warm for all but the first.
      var first = ours
      first.preparation = { [bench] in try bench.emptyCache() }
      var measured: [Measurement] = []
      let firstRow = row(for: first, of: SkeinPeer.firstScan, against: nil, truth: nil, ours: &measured)
      let beside: ResultRow
      if let ripgrep, let truth {
        let other = try RipgrepPeer.prepare(ripgrep, rules, log: log, counts: truth, limit: Self.ripgrepLimit, bench)
        beside = row(for: other, of: RipgrepPeer.name, against: ours, truth: nil, ours: &measured)
      } else {
        beside = .missing(RipgrepPeer.name, install: RipgrepPeer.install)
      }
      var group = [row(for: ours, truth: nil, measured: measured), firstRow, beside]
      if count == ScanRules.usualCount, skein.takesThreads, group[0].measured != nil {
        let one = try SkeinPeer.prepareScan(skein, rules, log: log.path, threads: 1, counts: truth, bench)
        var single = row(for: one, truth: nil, measured: [])
        single.peer = SkeinPeer.singleScan
        group.insert(single, at: 1)
      }
      for index in group.indices { group[index].name = rules.title }
      rows += group
    }
    let title = "Rules: 1 to \(all.patterns.count) of them on the text log, \(Figure.size(log.truth.bytes))"
    return ResultTable(job: .rules, title: title, bytes: log.truth.bytes, rows: rows)
  }

  /// ripgrep as it is without `--no-unicode`, once; nil where it is not installed.
  func measureUnicode(_ log: Log) throws -> UnicodeSearch? {
    guard let ripgrep = ChildProcess.find("rg") else { return nil }
    let rules = ScanRules.usual
    let counts = try RuleCounter(bench: bench, ripgrep: ripgrep).count(rules, in: log)
    let limit = Self.ripgrepLimit
    func seconds(isUnicode: Bool) throws -> Double? {
      let contestant = try RipgrepPeer.prepare(
        ripgrep, rules, log: log, counts: counts, limit: limit, isUnicode: isUnicode, bench)
      return try? run(contestant).wall
    }
    Progress.say("  rg -c -f, with Unicode classes")
    guard let plain = try seconds(isUnicode: false) else { return nil }
    return UnicodeSearch(bytes: log.truth.bytes, plain: plain, unicode: try seconds(isUnicode: true), limit: limit)
  }
}

/// What ripgrep's Unicode classes cost it.
struct UnicodeSearch: Codable {
  var bytes: Int
  /// Seconds with `--no-unicode`.
  var plain: Double
  /// Seconds without; nil where it took more processor time than `limit`.
  var unicode: Double?
  /// Seconds.
  var limit: Int

  /// For the report.
  var sentence: String {
    let slow = unicode.map(Figure.time) ?? "more than \(limit) s"
    return
      "ripgrep is run with `--no-unicode`: with its Unicode classes the \(ScanRules.usualCount) patterns took it \(slow) "
      + "for \(Figure.size(bytes)), without \(Figure.time(plain))."
  }
}

extension ScanRules {
  /// "1 rule", "30 rules".
  var title: String { patterns.count == 1 ? "1 rule" : "\(patterns.count) rules" }
}

extension Workbench {
  /// Where skein keeps compiled rules while it is timed: never the user's own.
  var cache: String { path("cache") }

  /// Takes all compiled rules away.
  func emptyCache() throws {
    if FileManager.default.fileExists(atPath: cache) { try FileManager.default.removeItem(atPath: cache) }
  }
}
