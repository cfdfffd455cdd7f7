internal import Foundation

/// Counts what a program executes, under valgrind. No clock is involved: what else the machine does changes nothing.
struct Valgrind {
  private let program: String
  private let bench: Workbench
  /// What it calls itself: `valgrind-3.19.0`.
  let version: String

  /// Swift hashes with a random key otherwise, and the counts would differ from run to run.
  ///
  /// Compiled rules are of the machine that valgrind plays: they have a cache of their own, as every run of the bench has.
  private var environment: [String: String] {
    ["SWIFT_DETERMINISTIC_HASHING": "1", "XDG_CACHE_HOME": bench.path("cache-valgrind")]
  }

  /// A fault where it is not installed.
  init(_ bench: Workbench) throws {
    guard let program = ChildProcess.find("valgrind") else {
      throw BenchFault("valgrind is not on the PATH; install it: apt-get install valgrind")
    }
    self.program = program
    self.bench = bench
    version = ChildProcess.output(of: [program, "--version"], in: bench.folder) ?? "valgrind"
  }

  /// Where the last command's stdout is.
  var stdout: String { bench.path("valgrind.out") }

  /// Instructions that a command executes, all threads together.
  func instructions(of command: [String]) throws -> Int {
    try number(
      after: "I   refs:", from: ["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"], command)
  }

  /// Blocks of memory that a command allocates.
  func allocations(of command: [String]) throws -> Int {
    try number(
      after: "total heap usage:", from: ["--tool=memcheck", "--leak-check=no", "--undef-value-errors=no"], command)
  }

  /// Instructions that a command executes, and how often it calls each of `functions`.
  ///
  /// - Parameter profile: the name in the bench's folder that the whole profile is kept under, for callgrind_annotate.
  func calls(
    of command: [String], to functions: [String], profile: String
  ) throws -> (instructions: Int, calls: [String: Int]) {
    let profile = bench.path(profile)
    let tool = [
      "--tool=callgrind", "--compress-strings=no", "--compress-pos=no", "--callgrind-out-file=\(profile)",
    ]
    let instructions = try number(after: "Collected :", from: tool, command)
    var calls = Dictionary(uniqueKeysWithValues: functions.map { ($0, 0) })
    var called: String?
    let text = try String(contentsOfFile: profile, encoding: .utf8)
    // `cfn=` names the function that the next `calls=` counts calls of.
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
      if line.starts(with: "cfn=".utf8) {
        // A function that is entered again before it has ended is told apart: swift_release'2.
        let name = line.dropFirst(4).prefix { $0 != UInt8(ascii: "'") }
        called = String(Substring(name))
      } else if line.starts(with: "calls=".utf8) {
        guard let name = called, calls[name] != nil else { continue }
        let count = line.dropFirst(6).prefix { $0 != UInt8(ascii: " ") }
        calls[name]! += Int(Substring(count)) ?? 0
      }
    }
    return (instructions, calls)
  }

  /// A copy of a program that has its symbols only: valgrind gives up on debug information that it cannot read.
  private func withoutDebugInfo(_ path: String) throws -> String {
    guard let strip = ChildProcess.find("strip") else {
      throw BenchFault("strip is not on the PATH; install it: apt-get install binutils")
    }
    let copy = bench.path("stripped." + URL(fileURLWithPath: path).lastPathComponent)
    _ = try ChildProcess.run(
      [strip, "--strip-debug", "-o", copy, path], output: bench.path("strip.out"), errors: bench.path("strip.err"))
    return copy
  }

  /// Runs `command` under a tool; returns the number behind `label` in what the tool says at the end.
  private func number(after label: String, from tool: [String], _ command: [String]) throws -> Int {
    let said = bench.path("valgrind.err")
    let command = [try withoutDebugInfo(command[0])] + command.dropFirst()
    _ = try ChildProcess.run(
      [program] + tool + command, environment: environment, output: stdout, errors: said)
    let text = try String(contentsOfFile: said, encoding: .utf8)
    guard let at = text.range(of: label) else { throw BenchFault("\(version) did not say '\(label)'; see \(said)") }
    let digits = text[at.upperBound...].drop { $0 == " " }.prefix { $0.isNumber || $0 == "," }
    guard let number = Int(digits.replacing(",", with: "")) else {
      throw BenchFault("\(version) said no number behind '\(label)'; see \(said)")
    }
    return number
  }
}
