/// A speed to reach, and how far skein is from it. Everything is computed from measurements.
struct Target {
  /// Against what: a peer, or a limit.
  var name: String
  /// What is to be reached, in words.
  var goal: String
  /// What was measured, in words, and whether that is enough; nil where it could not be measured.
  var outcome: (measured: String, isMet: Bool)?
  /// The rows that the measurement comes from: skein's, then the other's.
  var skein: ResultRow?
  var other: ResultRow?
  /// Bytes that each of them read, for rates.
  var skeinBytes: Int?
  var otherBytes: Int?

  /// How many times faster than a peer skein has to be, for the same work in the same run.
  private static let speed: [(job: ResultTable.Job, peer: String, times: Double)] = [
    (.text, Peer.clickHouse.name, 4), (.text, Peer.duckDB.name, 14), (.text, Peer.lnav.name, 23),
    (.text, Peer.python.name, 25), (.part, Peer.mtail.name, 40), (.part, Peer.goAccess.name, 200),
  ]
  /// Of ClickHouse's memory.
  private static let partOfMemory = 0.1
  /// Time of `stats` over a .gz, to that of inflating it.
  private static let inflating = 2.0
  /// Time of a start, to that of ripgrep's.
  private static let starting = 3.0
  /// Seconds for a log of a thousand bytes: of `stats`, and of `scan` with compiled rules in the cache.
  private static let smallLog = 0.008
  private static let smallScan = 0.010
  /// How many times faster than ripgrep counts lines a scan with as many rules has to be.
  private static let scanning = 2.0
  /// Bytes a second of `filter`.
  private static let filtering = 500_000_000.0
  /// Bytes of memory, whatever the input.
  private static let memory = 150_000_000

  /// All of them.
  static func all(_ tables: [ResultTable], _ scaling: [ScalingRow]) -> [Target] {
    let text = tables.first { $0.job == .text }
    var targets = speed.map { faster($0.peer, $0.times, tables.first { [job = $0.job] in $0.job == job }, text) }
    targets.insert(lessMemory(text), at: 1)
    targets.append(scanning(tables.first { $0.job == .rules }))
    targets.append(filtering(tables.first { $0.job == .filter }))
    targets.append(inflating(tables.first { $0.job == .gzip }))
    targets += starting(tables.first { $0.job == .start })
    targets.append(memory(tables, scaling))
    return targets
  }

  private static func faster(_ peer: String, _ times: Double, _ table: ResultTable?, _ text: ResultTable?) -> Target {
    var target = Target(name: peer, goal: "\(Figure.goal(times)) × faster")
    target.skein = text?.row(SkeinPeer.name)
    target.skeinBytes = text?.bytes
    target.other = table?.row(peer)
    target.otherBytes = table?.bytes
    if let ratio = target.other?.ratio, target.isSound { target.outcome = ("\(Figure.ratio(ratio)) ×", ratio >= times) }
    return target
  }

  private static func lessMemory(_ text: ResultTable?) -> Target {
    var target = Target(name: Peer.clickHouse.name, goal: "a tenth of its memory")
    target.skein = text?.row(SkeinPeer.name)
    target.other = text?.row(Peer.clickHouse.name)
    if let ours = target.skein?.measured, let theirs = target.other?.measured, target.isSound {
      let part = Double(ours.peakMemory) / Double(theirs.peakMemory)
      target.outcome = ("1/\(Int((1 / part).rounded()))", part <= partOfMemory)
    }
    return target
  }

  private static func scanning(_ table: ResultTable?) -> Target {
    let count = ScanRules.usualCount
    var target = Target(
      name: "\(RipgrepPeer.name), \(count) patterns", goal: "skein scan \(Figure.goal(scanning)) × faster")
    let rows = table?.rows.filter { $0.name == ScanRules.usual.title } ?? []
    target.skein = rows.first { $0.peer == SkeinPeer.name }
    target.other = rows.first { $0.peer == RipgrepPeer.name }
    target.skeinBytes = table?.bytes
    target.otherBytes = table?.bytes
    if let ratio = target.other?.ratio, target.isSound {
      target.outcome = ("\(Figure.ratio(ratio)) ×", ratio >= scanning)
    }
    return target
  }

  private static func filtering(_ table: ResultTable?) -> Target {
    var target = Target(
      name: "skein filter '\(LevelRecords.expression)'", goal: "\(Figure.rate(Int(filtering), in: 1)) MB/s")
    target.skein = table?.row(SkeinPeer.name)
    target.skeinBytes = table?.bytes
    if let rate = table?.skeinRate, target.isSound {
      target.outcome = ("\(Int((rate / 1e6).rounded())) MB/s", rate >= filtering)
    }
    return target
  }

  private static func inflating(_ table: ResultTable?) -> Target {
    var target = Target(name: "stats over a .gz, to igzip -dc", goal: "within \(Figure.goal(inflating)) ×")
    target.skein = table?.row(SkeinPeer.name)
    target.other = table?.row(SkeinPeer.inflater)
    target.skeinBytes = table?.bytes
    target.otherBytes = table?.bytes
    if let ratio = target.other?.ratio, target.isSound {
      target.outcome = ("\(Figure.ratio(1 / ratio)) ×", 1 / ratio <= inflating)
    }
    return target
  }

  private static func starting(_ table: ResultTable?) -> [Target] {
    var start = Target(name: "skein --version, to rg --version", goal: "under \(Figure.goal(starting)) ×")
    start.skein = table?.row(SkeinPeer.name)
    start.other = table?.row(SkeinPeer.starter)
    if let ratio = start.other?.ratio, start.isSound {
      start.outcome = ("\(Figure.ratio(1 / ratio)) ×", 1 / ratio < starting)
    }
    return [
      start, small("skein stats of a log of 1 KB", table?.row(SkeinPeer.onSmallLog), under: smallLog),
      small("skein scan of it, packs built in, warm cache", table?.row(SkeinPeer.scanOfSmallLog), under: smallScan),
    ]
  }

  private static func small(_ name: String, _ row: ResultRow?, under limit: Double) -> Target {
    var target = Target(name: name, goal: "under \(Figure.goal(limit * 1000)) ms")
    target.skein = row
    if let measured = row?.measured, target.isSound {
      target.outcome = (Figure.time(measured.wall), measured.wall < limit)
    }
    return target
  }

  private static func memory(_ tables: [ResultTable], _ scaling: [ScalingRow]) -> Target {
    var target = Target(name: "peak memory at any size", goal: "under \(Figure.megabytes(memory))")
    let rows = tables.flatMap(\.rows).filter { $0.peer == SkeinPeer.name }
    let peaks = rows.compactMap { $0.measured?.peakMemory } + scaling.map(\.measured.peakMemory)
    let largest = max(tables.compactMap(\.bytes).max() ?? 0, scaling.map(\.bytes).max() ?? 0)
    if let peak = peaks.max() {
      target.outcome = ("\(Figure.megabytes(peak)), up to \(Figure.size(largest))", peak < memory)
    }
    return target
  }

  /// Both ran to their end and neither answered wrongly.
  private var isSound: Bool { skein?.isSound == true && other?.isSound != false }

  /// Why there is no outcome.
  private var missing: String {
    for row in [skein, other].compactMap({ $0 }) where !row.isSound { return "not measured: \(row.remark)" }
    return "not measured"
  }

  static let header = ["against", "target", "measured", "", "skein", "the other"]

  /// The row of the report's first table.
  var cells: [String] {
    [
      name, goal, outcome?.measured ?? "", outcome.map { $0.isMet ? "met" : "**not met**" } ?? missing,
      Self.cost(other?.against ?? skein?.measured, skeinBytes), Self.cost(other?.measured, otherBytes),
    ]
  }

  /// "1.28 s, 1.27 s CPU, 390 MB/s, 48 MB".
  private static func cost(_ measured: Measurement?, _ bytes: Int?) -> String {
    guard let measured else { return "" }
    let rate = bytes.map { ["\(Figure.rate($0, in: measured.wall)) MB/s"] } ?? []
    return
      ([Figure.time(measured.wall), "\(Figure.time(measured.cpu)) CPU"] + rate + [Figure.memory(measured)])
      .joined(separator: ", ")
  }
}
