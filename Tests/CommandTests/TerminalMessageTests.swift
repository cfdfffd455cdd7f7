import TestKit
import Testing

/// What messages quote of files, names and arguments does nothing to a terminal.
@Suite struct TerminalMessageTests {
  private let folder: TemporaryFolder
  private let log: String
  /// ESC, a sign of direction, a C1 control.
  private static let hostile = "a\u{1B}[31mb\u{202E}c\u{9B}d"

  init() throws {
    folder = try TemporaryFolder()
    log = try folder.file(
      "app.log", "2026-11-23 06:00:00,000 INFO [a] [r1] done method=GET path=/r status=200 duration_ms=5.0\n")
  }

  private func check(_ arguments: [String], _ status: Int32? = nil, sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    let result = try Command.run(arguments)
    #expect(result.status != 0, "\(arguments)", sourceLocation: sourceLocation)
    #expect(result.errors.count + result.text.count > 0, sourceLocation: sourceLocation)
    for scalar in (result.errors + result.text).unicodeScalars
    where scalar.value < 0x20 && scalar != "\n" || (0x7F..<0xA0).contains(scalar.value) || scalar == "\u{202E}" {
      Issue.record("\(arguments): \(result.errors) has \(scalar.value)", sourceLocation: sourceLocation)
    }
  }

  @Test func argumentsAreEscaped() throws {
    let hostile = Self.hostile
    try check(["stats", "--layout", hostile, log])
    try check(["stats", "--tz", hostile, log])
    try check(["stats", "--\(hostile)", log])
    try check(["stats", "--color", hostile, log])
    try check(["stats", "--since", hostile, log])
    try check(["stats", "--map", hostile, log])
    try check(["stats", "--where", hostile, log])
    try check(["filter", "status == \(hostile)", log])
    try check(["filter", "\(hostile) == 1", log])
    try check(["stats", folder.path(hostile)])
    try check(["show", hostile, log])
    try check(["scan", "--rules", folder.path(hostile), log])
    try check(["gate", folder.path(hostile), log])
    try check(["fill", folder.path(hostile), log])
    try check([hostile])
  }

  @Test func aLineEndInAnArgumentIsNone() throws {
    let result = try Command.run(["stats", "no\nskein: all is well", log])
    #expect(result.status == 3 && !result.errors.contains("\nskein: all is well"), "\(result.errors)")
  }

  @Test func filesAreEscaped() throws {
    // YAML has escapes for what it may not hold as it is.
    let name = #""a\u202eb\e[31mc\0d""#
    try check(["rules", "lint", try folder.file("a.yml", "pack: p\nname: \(name)\nrules: []\n")])
    try check(["rules", "lint", try folder.file("b.yml", "pack: p\nrules: [{id: \(name), title: x, pattern: x}]\n")])
    try check(["rules", "lint", try folder.file("c.yml", "pack: p\n\(name): 1\nrules: []\n")])
    try check(["rules", "lint", try folder.file("d.yml", "pack: p\nname: a\u{202E}b\nrules: [\n")])
    try check(["gate", try folder.file("g.yml", "name: \(name)\n\(name): x\nobjectives: [\(name)]\n"), log])
    try check(["scan", "--redact", try folder.file("r.yml", "redactions: [{name: \(name), pattern: x}]\n"), log])
    try check(["stats", "--layout-file", try folder.file("l.yml", "\(name): [\(name)]\n"), log])
  }

  @Test func filesOfTablesHoldNoControls() throws {
    let log = try folder.file(
      "c.log",
      "2026-11-23 06:00:00,000 INFO [a] [r1] done method=GET path=/a\u{1B}[31m\u{0}b status=200 duration_ms=5.0\n")
    let result = try Command.run(["stats", "--csv", log])
    #expect(result.status == 0, "\(result.errors)")
    for scalar in result.text.unicodeScalars where scalar.value < 0x20 && scalar != "\n" {
      Issue.record("\(scalar.value) in \(result.text)")
    }
  }
}
