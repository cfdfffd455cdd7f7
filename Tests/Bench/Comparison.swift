internal import Foundation

/// Runs skein and each other program in turn (A B A B), so that a change in the machine's pace meets both.
struct Comparison {
  let bench: Workbench
  let skein: SkeinPeer.Program?
  let runs: Int

  /// The whole job on one log: skein with two threads and with one, then every peer.
  func compare(on log: Log) throws -> ResultTable {
    let truth = log.truth
    let title =
      "\(log.format == .text ? "Text" : "JSON"): \(Figure.size(truth.bytes)), \(Figure.count(truth.lines)) lines, "
      + "\(Figure.count(truth.answer.traces ?? 0)) traces"
    // Both meet the log in the page cache.
    _ = try ChildProcess.run(["/bin/cat", log.path], output: "/dev/null", errors: "/dev/null")

    var rows: [ResultRow] = []
    var ours: [Measurement] = []
    let best = skein.map { SkeinPeer.prepare($0, log: log.path, threads: $0.threads) }
    for peer in Peer.all {
      guard let contestant = try peer.prepare(log, bench) else {
        rows.append(.missing(peer.name, install: peer.install))
        continue
      }
      rows.append(row(for: contestant, of: peer.name, against: best, truth: truth.answer, ours: &ours))
    }
    var first: [ResultRow] = []
    if let skein, let best {
      let row = row(for: best, truth: truth.answer, measured: ours)
      first.append(row)
      // A program that fails with two threads is not tried with one.
      if row.measured != nil, skein.takesThreads {
        let one = SkeinPeer.prepare(skein, log: log.path, threads: 1)
        first.append(self.row(for: one, truth: truth.answer, measured: []))
      }
    }
    return ResultTable(job: log.format == .text ? .text : .json, title: title, bytes: truth.bytes, rows: first + rows)
  }

  /// A part of the job, by those who can do no more, on a log of its own.
  ///
  /// - Parameter skeinRate: what their bytes a second are held against.
  func comparePartly(on log: Log, skeinRate: Double?) throws -> ResultTable {
    var rows: [ResultRow] = []
    for peer in Peer.partial {
      guard let contestant = try peer.prepare(log, bench) else {
        rows.append(.missing(peer.name, install: peer.install))
        continue
      }
      var none: [Measurement] = []
      var row = row(for: contestant, of: peer.name, against: nil, truth: log.truth.answer, ours: &none)
      if let skeinRate, let measured = row.measured {
        row.ratio = skeinRate / (Double(log.truth.bytes) / measured.wall)
      }
      rows.append(row)
    }
    let title = "Text, a part of the job: \(Figure.size(log.truth.bytes))"
    return ResultTable(job: .part, title: title, bytes: log.truth.bytes, rows: rows)
  }

  /// The same job over the gzipped log, beside a program that does nothing but inflate it.
  func compareInflating(_ log: Log) throws -> ResultTable? {
    guard let skein else { return nil }
    let packed = try bench.gzipped(log)
    let ours = SkeinPeer.prepare(skein, log: packed, threads: skein.threads)
    var runs: [Measurement] = []
    var rows: [ResultRow] = []
    if let igzip = ChildProcess.find("igzip") {
      let version = ChildProcess.output(of: [igzip, "--version"], in: bench.folder)?.split(separator: " ").last
      let other = Contestant(
        name: "igzip -dc (inflates only)", version: version.map(String.init) ?? "", command: [igzip, "-dc", packed],
        answer: .none)
      rows.append(row(for: other, of: SkeinPeer.inflater, against: ours, truth: log.truth.answer, ours: &runs))
    } else {
      rows.append(.missing(SkeinPeer.inflater, install: "apt-get install isal"))
    }
    rows.insert(row(for: ours, truth: log.truth.answer, measured: runs), at: 0)
    return ResultTable(
      job: .gzip, title: "Gzipped text: the same log from its .gz", bytes: log.truth.bytes, rows: rows)
  }

  /// How long it takes to start and to end, and for the smallest log.
  func compareStarting() throws -> ResultTable? {
    guard let skein else { return nil }
    let ours = Contestant(name: "skein --version", version: "", command: [skein.path, "--version"], answer: .none)
    var measured: [Measurement] = []
    var rows: [ResultRow] = []
    let many = Comparison(bench: bench, skein: skein, runs: max(runs * 7, 21))
    if let rg = ChildProcess.find("rg") {
      let other = Contestant(name: "rg --version", version: "", command: [rg, "--version"], answer: .none)
      rows.append(many.row(for: other, of: SkeinPeer.starter, against: ours, truth: nil, ours: &measured))
    } else {
      rows.append(.missing(SkeinPeer.starter, install: "apt-get install ripgrep"))
    }
    rows.insert(many.row(for: ours, truth: nil, measured: measured), at: 0)

    let log = try bench.log(bytes: 1_000, format: .text)
    let onSmallLog = Contestant(
      name: "skein stats, \(log.truth.lines) lines", version: "", command: [skein.path, "stats", "--json", log.path],
      answer: .skein)
    var none: [Measurement] = []
    rows.append(
      many.row(for: onSmallLog, of: SkeinPeer.onSmallLog, against: nil, truth: log.truth.answer, ours: &none))
    rows += many.scans(of: log, with: skein)
    return ResultTable(job: .start, title: "Start", bytes: nil, rows: rows)
  }

  /// `skein scan` of the smallest log with the packs that are built in: with a warm cache of compiled rules, and without.
  private func scans(of log: Log, with skein: SkeinPeer.Program) -> [ResultRow] {
    func contestant(_ cache: String) -> Contestant {
      Contestant(
        name: "skein scan, \(log.truth.lines) lines, packs built in, \(cache)", version: "",
        command: skein.scanCommand(rules: nil, log: log.path, threads: skein.threads),
        environment: ["XDG_CACHE_HOME": bench.cache], answer: .none)
    }
    var first = contestant("no cache yet")
    first.preparation = { [bench] in try bench.emptyCache() }
    var none: [Measurement] = []
    // The last of these runs leaves the cache warm.
    let cold = row(for: first, of: SkeinPeer.firstScanOfSmallLog, against: nil, truth: nil, ours: &none)
    let warm = row(
      for: contestant("warm cache"), of: SkeinPeer.scanOfSmallLog, against: nil, truth: nil, ours: &none)
    return [warm, cold]
  }

  /// Runs `other` and skein in turn; skein's runs are added to `ours`.
  func row(
    for other: Contestant, of peer: String, against skein: Contestant?, truth: Answer?, ours: inout [Measurement]
  ) -> ResultRow {
    var result = ResultRow(
      peer: peer, name: other.name, version: other.version, command: other.command, measured: nil, ratio: nil,
      remark: "")
    var own: [Measurement] = []
    var theirs: [Measurement] = []
    do {
      Progress.say("  \(other.name)")
      for _ in 1...runs {
        if let skein, let measured = try? run(skein) { own.append(measured) }
        theirs.append(try run(other))
      }
      result.measured = .median(theirs)
      result.remark = try remark(of: other, truth)
    } catch {
      result.remark = "\(error)"
    }
    if let measured = result.measured, !own.isEmpty {
      let against = Measurement.median(own)
      result.against = against
      result.ratio = measured.wall / against.wall
    }
    ours += own
    return result
  }

  /// A row of skein's own: from runs that were made in turn with others, or from fresh ones.
  func row(for skein: Contestant, truth: Answer?, measured: [Measurement]) -> ResultRow {
    var result = ResultRow(
      peer: SkeinPeer.name, name: skein.name, version: skein.version, command: skein.command, measured: nil, ratio: nil,
      remark: "")
    do {
      var all = measured
      Progress.say("  \(skein.name)")
      // One more run in any case: its output is what the answer is read from.
      for _ in 0..<(all.isEmpty ? runs : 1) { all.append(try run(skein)) }
      result.measured = .median(all)
      result.remark = try remark(of: skein, truth)
    } catch {
      result.remark = "\(error)"
    }
    return result
  }

  private var stdout: String { bench.path("answer.out") }

  /// What the answer of the last run is worth, or of another one where that was thrown away.
  private func remark(of contestant: Contestant, _ truth: Answer?) throws -> String {
    if contestant.isTimedSilently { try run(contestant, output: stdout) }
    return try contestant.remark(stdout: stdout, truth: truth)
  }

  /// Runs it once, as it is timed.
  @discardableResult
  func run(_ contestant: Contestant) throws -> Measurement {
    // Where nothing is compared, nothing is kept: writing a file would be timed with it.
    try run(contestant, output: contestant.keepsOutput && !contestant.isTimedSilently ? stdout : "/dev/null")
  }

  @discardableResult
  private func run(_ contestant: Contestant, output: String) throws -> Measurement {
    try contestant.preparation?()
    return try ChildProcess.measure(
      contestant.command, environment: contestant.environment, output: output, errors: bench.path("answer.err"),
      limit: contestant.limit, in: bench.folder)
  }
}
