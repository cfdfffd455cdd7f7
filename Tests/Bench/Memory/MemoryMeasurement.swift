internal import ArgumentParser
internal import Foundation

/// The largest resident set of every command, on usual logs and on those of `MemoryLog`.
struct MemoryMeasurement: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory",
    abstract: "Measure the peak memory of every command; writes its table into docs/performance.md.",
    discussion: "The logs take 4 GB in the bench's folder, and stay there.")

  @OptionGroup var options: BenchOptions

  @Option(help: "Only commands that begin so.")
  var only: String?

  @Option(help: "Only this log: \(MemoryLog.allCases.map(\.rawValue).joined(separator: ", ")).")
  var log: String?

  @Option(help: "The report whose section of it is written anew; not with --only or --log.")
  var report = PerformanceReport.path

  func run() throws {
    let bench = try Workbench(folder: options.folder)
    let program = try options.builtProgram(in: bench)
    let logs = MemoryLog.allCases.filter { log == nil || $0.rawValue == log }
    guard !logs.isEmpty else { throw BenchFault("--log: no log '\(log ?? "")'") }
    let gate = try bench.script("memory-gate.yml", MemoryMeasurement.gate)
    let template = try bench.script("memory-fill.md", MemoryMeasurement.template)
    var rows: [[String]] = []
    var worst = 0
    let paths = try logs.map { try $0.path(in: bench) }
    for command in MemoryMeasurement.commands where only.map(command.hasPrefix) ?? true {
      let cells = try paths.map { path in
        let words = command.split(separator: " ").map { word in
          switch word {
          case "GATE": gate
          case "TEMPLATE": template
          case "LOG": path
          default: String(word)
          }
        }
        let measured = try measure(program.path, words, path, bench)
        worst = max(worst, measured)
        Progress.say("  \(measured / 1_000_000) MB  skein \(command)  \(path)")
        return "\(measured / 1_000_000)"
      }
      rows.append(["`\(command.replacing(" LOG", with: ""))`"] + cells)
    }
    let header = ["skein"] + logs.map(\.title)
    print(TextTable.aligned([header] + rows, left: [0]), terminator: "")
    guard only == nil, log == nil else { return }
    let identity = SkeinIdentity(program, bench: bench)
    try MemorySection.write(
      """
      In MB: the largest resident set of each command (`wait4`), on the generated log, on ten times as much of it, and on logs
      that have too much of one thing (`Tests/Bench/Memory/MemoryLog.swift`); none may take more than 150 MB. What is beyond a
      bound is counted in the ledger: traces that were ended early, requests of groups beyond the 1,000th, messages of
      templates beyond those that are kept. Written by `./dev bench --memory`. \(identity.machine) It was \(identity.name).

      \(MarkdownTable.text(header: header, rows: rows, left: [0]))
      """, to: report)
    if worst > MemoryMeasurement.limit { throw BenchFault("more than \(MemoryMeasurement.limit / 1_000_000) MB") }
  }

  private static let limit = 150_000_000

  /// Each of the commands that read a log. An instant stands in the middle of most logs.
  private static let commands = [
    "stats LOG", "stats --every 10s LOG", "stats --by user_agent LOG", "traces LOG", "traces --all --json LOG",
    "show 00000000-0000-4000-8aaa-000000000000 LOG", "filter status=500 LOG", "filter --traces status=500 LOG",
    "scan LOG",
    "report LOG", "report --format html LOG", "diff --at 2026-11-23T08:00:25Z LOG", "gate GATE LOG",
    "fill TEMPLATE LOG",
    "templates LOG", "doctor LOG", "follow --once --json LOG", "follow --once --json --gate GATE LOG",
    "rules backtest http LOG",
  ]

  private static let gate = """
    name: memory
    version_field: version
    stages:
      - {for: 10s}
      - {for: 20s}
    objectives:
      - error_rate < 5 %
      - p95 < 300 ms
      - {objective: error_rate < 10 %, by: route}
    """

  private static let template = """
    Errors: [MEASURE error_rate], slowest: [MEASURE p99 by route]
    """

  /// Peak memory in bytes; any of skein's exit codes but those of faults is as good.
  private func measure(_ program: String, _ words: [String], _ log: String, _ bench: Workbench) throws -> Int {
    let status = bench.path("memory.status")
    // A shell between says the status, so that 1 to 3 are no fault; it is smaller than what it starts.
    let command = ["/bin/sh", "-c", "\"$@\"; echo $? > '\(status)'", "sh", program] + words
    let measured = try ChildProcess.measure(
      command, environment: ["HOME": bench.folder], output: "/dev/null", errors: bench.path("memory.err"),
      in: bench.folder)
    let code = Int((try? String(contentsOfFile: status, encoding: .utf8))?.filter(\.isNumber) ?? "") ?? -1
    guard (0...4).contains(code) else {
      let said = (try? String(contentsOfFile: bench.path("memory.err"), encoding: .utf8))?.prefix(300) ?? ""
      throw BenchFault("\(words.joined(separator: " ")) ended with \(code): \(said)")
    }
    return measured.peakMemory
  }
}

/// The section of a report that `./dev bench --memory` writes; the other parts of the bench leave it as it is.
enum MemorySection {
  private static let title = "## Peak memory"

  /// The section in a report, with its title; empty if it has none.
  static func text(in report: String) -> String {
    guard let start = report.range(of: title + "\n") else { return "" }
    let end = report.range(of: "\n## ", range: start.upperBound..<report.endIndex)?.lowerBound ?? report.endIndex
    return report[start.lowerBound..<end].trimmingCharacters(in: .newlines) + "\n"
  }

  static func write(_ body: String, to path: String) throws {
    let report = try String(contentsOfFile: path, encoding: .utf8)
    let section = title + "\n\n" + body.trimmingCharacters(in: .newlines) + "\n"
    let old = text(in: report)
    let whole =
      old.isEmpty
      ? report.replacing("\n## Commands\n", with: "\n" + section + "\n## Commands\n")
      : report.replacing(old, with: section)
    try whole.write(toFile: path, atomically: true, encoding: .utf8)
    Progress.say("Wrote \(title.dropFirst(3)) into \(path)")
  }
}
