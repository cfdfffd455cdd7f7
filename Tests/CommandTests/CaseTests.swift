import Foundation
import TestKit
import Testing

/// The golden cases of fixtures/cases: what each log means, one rule of the design a file.
///
/// Every command runs three times: as it stands, in blocks of 64 bytes on three threads, and with its file through a pipe in blocks of 1 (from
/// the files where there are several); what it says must be the same but for `ledger.sources`. `SKEIN_GOLDEN=write` rewrites the exact outputs.
@Suite struct CaseTests {
  @Test func thereAreCases() { #expect(CaseFile.names().count >= 45) }

  @Test(arguments: CaseFile.names())
  func golden(_ name: String) throws {
    let text = try Fixtures.text("cases/\(name)")
    var file = try CaseFile(name: name, text: text)
    let folder = try TemporaryFolder()
    for log in file.logs {
      let path = try folder.file(log.name, log.bytes)
      if let modified = log.modified {
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSince1970: modified)], ofItemAtPath: path)
      }
    }
    for index in file.steps.indices {
      let outcome = try SkeinBinary.run(file.steps[index].arguments, in: folder.path)
      if ProcessInfo.processInfo.environment["SKEIN_GOLDEN"] == "write", file.steps[index].output != nil {
        file.steps[index].output = outcome.output
        try rewrite(file, text)
      }
      try check(outcome, against: file.steps[index], of: file)
      try checkOtherWays(outcome, of: file.steps[index], file, folder)
    }
  }

  private func check(_ outcome: SkeinBinary.Outcome, against step: CaseFile.Step, of file: CaseFile) throws {
    let place = Comment(rawValue: "\(file.name):\(step.line): \(outcome.errors)")
    #expect(outcome.exitCode == step.exitCode, place)
    for part in step.errorParts { #expect(outcome.errors.contains(part), place) }
    if let output = step.output { #expect(outcome.output == output, place) }
    guard !step.facts.isEmpty else { return }
    let facts = try Facts(outcome.output)
    for (path, value) in step.facts {
      let expected = try Facts.canonical(text: value)
      let found: String
      do { found = try facts.value(at: path) } catch { found = "(\(error))" }
      #expect(found == expected, Comment(rawValue: "\(file.name):\(step.line): \(path)"))
    }
  }

  private func checkOtherWays(
    _ outcome: SkeinBinary.Outcome, of step: CaseFile.Step, _ file: CaseFile, _ folder: TemporaryFolder
  ) throws {
    // Found nothing, failed or inconclusive: that is a result, too.
    guard 0...2 ~= step.exitCode else { return }
    let small = try SkeinBinary.run(step.arguments + ["--block-size", "64", "--threads", "3"], in: folder.path)
    try expectSame(small, outcome, "\(file.name):\(step.line) in blocks of 64")
    let named = file.logs.filter { step.arguments.contains($0.name) }
    let bytewise = step.arguments + ["--block-size", "1", "--threads", "1"]
    if !file.isForFilesOnly, named.count == 1, let log = named.first {
      let piped = try SkeinBinary.run(bytewise.filter { $0 != log.name }, in: folder.path, input: log.bytes)
      try expectSame(piped, outcome, "\(file.name):\(step.line) through a pipe in blocks of 1")
    } else {
      let single = try SkeinBinary.run(bytewise, in: folder.path)
      try expectSame(single, outcome, "\(file.name):\(step.line) in blocks of 1")
    }
  }

  private func expectSame(_ other: SkeinBinary.Outcome, _ first: SkeinBinary.Outcome, _ what: String) throws {
    #expect(other.exitCode == first.exitCode, Comment(rawValue: "\(what): \(other.errors)"))
    guard let facts = try? Facts(first.output) else {
      #expect(Self.withoutPlaces(other.output) == Self.withoutPlaces(first.output), Comment(rawValue: what))
      return
    }
    #expect(try Facts(other.output).comparable() == facts.comparable(), Comment(rawValue: what))
  }

  /// Text without the lines that name where it was read from.
  private static func withoutPlaces(_ text: String) -> [Substring] {
    text.split(separator: "\n")
      .filter { !$0.hasPrefix("ledger: ") && !$0.hasPrefix("from ") && !$0.hasPrefix("          - the first ") }
  }

  /// Puts the outputs of the steps in place of those that stand in the file.
  private func rewrite(_ file: CaseFile, _ text: String) throws {
    var lines: [String] = []
    var step = -1
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().enumerated() {
      if step + 1 < file.steps.count, file.steps[step + 1].line == index + 1 { step += 1 }
      if step >= 0, line == "|" || line.hasPrefix("| ") {
        guard lines.last.map({ !$0.hasPrefix("|") }) == true, let output = file.steps[step].output else { continue }
        for part in output.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
          lines.append(part.isEmpty ? "|" : "| " + part)
        }
      } else {
        lines.append(String(line))
      }
    }
    try writeFile(Fixtures.path("cases/\(file.name)"), Array((lines.joined(separator: "\n") + "\n").utf8))
  }
}
