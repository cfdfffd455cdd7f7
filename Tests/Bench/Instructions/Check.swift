internal import ArgumentParser
internal import Foundation

/// Counts instructions, allocations and reference counts, and holds them against the table that is checked in.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Count instructions a line, without a clock, and hold them against the checked-in table.",
    discussion: "Needs valgrind. Exits with 1 if a count rose by more than 3 %, or is above its limit.")

  @Flag(help: "Write the table anew.")
  var update = false

  @Option(help: "Only this part (split, parse text, …); may be given several times.")
  var part: [String] = []

  @OptionGroup var options: BenchOptions

  @Option(help: "The table.")
  var table = InstructionTable.path

  func validate() throws {
    for name in part where !InstructionCounter.parts.contains(name) {
      throw ValidationError(
        "There is no part '\(name)'; there are: \(InstructionCounter.parts.joined(separator: ", "))")
    }
  }

  func run() throws {
    let bench = try Workbench(folder: options.folder)
    let valgrind = try Valgrind(bench)
    let program = try options.builtProgram(in: bench)
    let old = try InstructionTable(at: table)
    let counter = InstructionCounter(bench: bench, skein: program, valgrind: valgrind)
    let parts = part.isEmpty ? InstructionCounter.parts : part
    let counted = try counter.count(Set(parts)) { Progress.say("  \($0)") }

    let check = InstructionCheck(counted, against: old)
    print(check.text, terminator: "")
    if update {
      let written = part.isEmpty ? counted : (old?.replacing(with: counted) ?? counted)
      try written.text.write(toFile: table, atomically: true, encoding: .utf8)
      Progress.say("Wrote \(table)")
    } else if check.isTableOld {
      Progress.say("The table should be updated: ./dev bench --update")
    }
    // Limits hold for a table that is written, too; what got worse is then as it shall be.
    if update ? check.isOverLimits : check.isFailed {
      if check.isOverLimits {
        let parts = Set(check.overLimits.map(\.part)).sorted()
        let profiles = parts.map { bench.path(InstructionCounter.profile($0)) }
        Progress.say("callgrind_annotate shows what calls what: \(profiles.joined(separator: ", "))")
      }
      Progress.say("The check failed.")
      throw ExitCode(1)
    }
  }
}
