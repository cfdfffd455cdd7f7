internal import Foundation

/// Counts the figures of the instruction table: each from a small and a large run, so that the start cancels out.
struct InstructionCounter {
  let bench: Workbench
  let skein: SkeinPeer.Program
  let valgrind: Valgrind

  /// Sizes of the logs in their text form: small enough to take seconds at a fiftieth of the speed, large enough to be
  /// past what fills only once.
  private static let small = 5_000_000
  private static let large = 15_000_000
  /// How many times a stage goes through the small log, for the difference.
  private static let passes = (few: 1, many: 3)

  /// What a stage's row says, and how it is counted.
  private struct Figure {
    var part: String
    var unit: String
    var stage: StageName
    /// What is taken off: the cost of the same work without the part.
    var without: StageName?
    var format = LogFormat.text
  }

  private static let figures = [
    Figure(part: "split", unit: "line", stage: .split),
    Figure(part: "parse text", unit: "line", stage: .parse),
    Figure(part: "parse json", unit: "line", stage: .parse, format: .json),
    Figure(part: "group", unit: "record", stage: .group),
    Figure(part: "stats", unit: "request", stage: .stats),
    Figure(part: "quantile sketch", unit: "value", stage: .sketch),
    Figure(part: "route name", unit: "path", stage: .route),
    Figure(part: "filter", unit: "record", stage: .parseFiltered, without: .parse),
    Figure(part: "line rule", unit: "record", stage: .parseRuled, without: .parse),
  ]

  /// A command of skein as a whole, on one thread.
  private struct Whole: Sendable {
    var part: String
    var format: LogFormat
    /// Whether it keeps compiled rules: those that the first run had to compile would not cancel out.
    var hasCache = false
    /// The program and its arguments for a log.
    var command: @Sendable (SkeinPeer.Program, Workbench, Log) throws -> [String]
  }

  private static let wholes =
    LogFormat.allCases.map { format in
      Whole(part: "\(InstructionCheck.limited), \(format.rawValue)", format: format) {
        $0.statsCommand(log: $2.path, threads: 1)
      }
    }
    + LogFormat.allCases.map { format in
      Whole(
        part: "skein scan, \(ScanRules.usual.title), \(format.rawValue)", format: format, hasCache: true
      ) { skein, bench, log in
        skein.scanCommand(rules: try ScanRules.usual.writePack(in: bench), log: log.path, threads: 1)
      }
    } + [
      Whole(part: "skein scan, packs built in, text", format: .text, hasCache: true) { skein, _, log in
        skein.scanCommand(rules: nil, log: log.path, threads: 1)
      },
      Whole(part: "skein filter, text", format: .text) { skein, _, log in
        skein.filterCommand(log: log.path, threads: 1)
      },
    ]

  /// Names of all parts, in the order of the table.
  static var parts: [String] { figures.map(\.part) + wholes.map(\.part) }

  /// Counts the parts named; `progress` is told of each before.
  func count(_ parts: Set<String>, progress: (String) -> Void) throws -> InstructionTable {
    var rows: [InstructionTable.Row] = []
    for figure in Self.figures where parts.contains(figure.part) {
      progress(figure.part)
      var value = try slope(figure.stage, figure.format, unit: figure.unit)
      if let without = figure.without { value -= try slope(without, figure.format, unit: figure.unit) }
      rows.append(.init(part: figure.part, unit: "instructions/\(figure.unit)", value: value))
    }
    for whole in Self.wholes where parts.contains(whole.part) {
      progress(whole.part)
      rows += try count(whole)
    }
    let compiler = Machine.compiler(in: bench.folder)
    return InstructionTable(rows: rows, tool: "\(valgrind.version), \(Machine.architecture), \(compiler)")
  }

  /// Instructions of a stage for one unit of its work.
  private func slope(_ stage: StageName, _ format: LogFormat, unit: String) throws -> Double {
    let log = try bench.log(bytes: Self.small, format: format)
    let program = try ChildProcess.itself()
    func instructions(passes: Int) throws -> Int {
      try valgrind.instructions(
        of: [program, "stage", stage.rawValue, "--log", log.path, "--passes", "\(passes)"])
    }
    let few = try instructions(passes: Self.passes.few)
    let many = try instructions(passes: Self.passes.many)
    let data = FileManager.default.contents(atPath: valgrind.stdout) ?? Data()
    let outcome = try JSONDecoder().decode(RunStage.Outcome.self, from: data)
    guard let units = outcome.units[unit], units > 0 else {
      throw BenchFault("stage \(stage.rawValue) found no \(unit) in \(log.path)")
    }
    return Double(many - few) / Double(units * (Self.passes.many - Self.passes.few))
  }

  /// What the linker calls the functions of Swift's runtime that cost without doing the work.
  private static let runtime = [
    "swift_retain", "swift_release", "swift_isUniquelyReferenced_nonNull_native", "swift_beginAccess",
  ]

  /// The name in the bench's folder of the profile of a part over the large log: "callgrind.skein-stats-text.profile".
  static func profile(_ part: String) -> String {
    let words = part.split { !$0.isLetter && !$0.isNumber }
    return "callgrind.\(words.joined(separator: "-")).profile"
  }

  /// The rows of a command, over a line.
  private func count(_ whole: Whole) throws -> [InstructionTable.Row] {
    let logs = try [Self.small, Self.large].map { try bench.log(bytes: $0, format: whole.format) }
    let commands = try logs.map { try whole.command(skein, bench, $0) }
    let lines = Double(logs[1].truth.lines - logs[0].truth.lines)
    if whole.hasCache {
      let smallest = try bench.log(bytes: 1_000, format: whole.format)
      _ = try valgrind.instructions(of: try whole.command(skein, bench, smallest))
    }
    let profiles = try commands.map {
      try valgrind.calls(of: $0, to: Self.runtime, profile: Self.profile(whole.part))
    }
    let allocations = try commands.map { try valgrind.allocations(of: $0) }

    var rows: [InstructionTable.Row] = []
    func add(_ name: String, _ difference: Int) {
      rows.append(.init(part: whole.part, unit: "\(name)/line", value: Double(difference) / lines))
    }
    func calls(_ name: String) -> Int { (profiles[1].calls[name] ?? 0) - (profiles[0].calls[name] ?? 0) }
    add("instructions", profiles[1].instructions - profiles[0].instructions)
    add("allocations", allocations[1] - allocations[0])
    add("retain+release", calls("swift_retain") + calls("swift_release"))
    for name in Self.runtime { add(name, calls(name)) }
    return rows
  }
}
