import TestKit
import Testing

/// A command has the options that it obeys and refuses the others; what contradicts itself is refused, too.
struct OptionTests {
  private let folder: TemporaryFolder
  private let log: String

  init() throws {
    folder = try TemporaryFolder()
    log = try folder.file(
      "app.log",
      (0..<20).map { number in
        "2026-11-23 06:00:\(number < 10 ? "0" : "")\(number),000 INFO [api] [r\(number)] request finished method=GET path=/a "
          + "status=\(number % 5 == 0 ? 503 : 200) duration_ms=\(number + 1) version=\(number < 10 ? "v1" : "v2")\n"
      }.joined())
    try folder.file(
      "gate.yml", "name: g\nwindow: 1s\nmin_requests: 1\nstages: [{for: 10s}]\nobjectives: [error_rate < 90 %]\n")
    try folder.file("t.md", "[MEASURE requests]\n")
    try folder.file("list.yml", "sections: [{title: S, items: [{title: T, log: requests > 1}]}]\n")
  }

  private func run(_ arguments: [String]) throws -> Command.Result {
    try Command.run(
      arguments.map {
        [
          "LOG": log, "GATE": folder.path("gate.yml"), "T": folder.path("t.md"), "LIST": folder.path("list.yml"),
          "PAGE": folder.path("page.md"),
        ][$0] ?? $0
      })
  }

  /// Commands as they are without the option, and options that would do nothing in them.
  @Test(arguments: [
    (["templates", "LOG"], ["--requests-from=x", "--idle=3s", "--max-open=3s", "--rules=x", "--every=1s"]),
    (["filter", "level >= info", "LOG"], ["--requests-from=x", "--csv", "--color=always", "--top=3"]),
    (["scan", "LOG"], ["--csv", "--top=3", "--every=1s", "--by=version"]),
    (
      ["doctor", "LOG"],
      ["--since=2030-01-01", "--until=2030-01-01", "--where=x = 1", "--idle=3s", "--max-open=3s", "--csv"]
    ),
    (["show", "r1", "LOG"], ["--where=x = 1", "--csv", "--top=3"]),
    (["gate", "GATE", "LOG"], ["--since=1h", "--until=2030-01-01", "--csv"]),
    (["follow", "--once", "LOG"], ["--since=1h", "--until=2030-01-01", "--csv", "--threads=2"]),
    (["report", "LOG"], ["--color=always", "--ledger", "--csv", "--top=3"]),
    (["diff", "LOG", "LOG"], ["--rules=x", "--csv", "--every=1s"]),
    (["fill", "T", "LOG"], ["--where=x = 1", "--color=always", "--csv"]),
    (["ready", "LIST", "-o", "PAGE", "LOG"], ["--where=x = 1", "--since=1h", "--csv", "--every=1s", "--rules=x"]),
    (["rules", "backtest", "http", "LOG"], ["--csv", "--packs=all", "--redact=x"]),
    (["rules", "lint"], ["--tz=UTC", "--ledger"]),
  ])
  func whatDoesNothingIsRefused(command: [String], options: [String]) throws {
    for option in options {
      let result = try run(command + [option])
      let name = String(option.prefix { $0 != "=" })
      #expect(result.status == 64 && result.output.isEmpty, "\(command) \(option)")
      #expect(result.errors.contains("Unknown option '\(name)'"), "\(command) \(option): \(result.errors)")
    }
    #expect(try run(command).status != 64, "\(command)")
  }

  /// Whoever gives it learns where it belongs.
  @Test func theMessageNamesTheCommandsThatHaveIt() throws {
    let errors = try run(["templates", "--requests-from", "x", "LOG"]).errors
    #expect(errors.contains("(it does nothing here; stats, traces, show, "), "\(errors)")
  }

  @Test(arguments: [
    ["filter", "level >= info", "--idle", "3s", "LOG"], ["filter", "level >= info", "--rules", "x.yml", "LOG"],
    ["filter", "level >= info", "--where", "status = 1", "LOG"], ["traces", "--all", "LOG"],
    ["traces", "--top", "0", "LOG"], ["doctor", "--check", "--format", "json", "LOG"],
  ])
  func whatNeedsAnotherOption(arguments: [String]) throws {
    let result = try run(arguments)
    #expect(result.status == 64 && result.output.isEmpty && !result.errors.isEmpty, "\(arguments): \(result.errors)")
  }

  @Test(arguments: [
    (["stats", "--json", "--csv"], "--json and --csv"), (["traces", "--json", "--csv"], "--json and --csv"),
    (["templates", "--csv", "--json"], "--json and --csv"),
    (["stats", "--json", "--format", "csv"], "--json and --format csv"),
    (["stats", "--csv", "--format", "json"], "--csv and --format json"),
    (["scan", "--json", "--format", "sarif"], "--json and --format sarif"),
    (["show", "r1", "--json", "--format", "text"], "--json and --format text"),
    (["report", "--json", "--format", "md"], "--json and --format md"),
    (["stats", "--by", "status", "--by", "version"], "--by is given twice"),
    (["stats", "--by=status", "--by=version"], "--by is given twice"),
    (["filter", "status = 1", "-m", "1", "-m", "2"], "-m is given twice"),
    (["report", "-o", "a.md", "-o", "b.md"], "-o is given twice"),
    (["stats", "--format", "sarif"], "'sarif'"),
  ])
  func contradictionsAreRefused(arguments: [String], words: String) throws {
    let result = try run(arguments + ["LOG"])
    #expect(result.status == 64 && result.output.isEmpty, "\(arguments)")
    #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
  }

  /// Flags may be repeated, and options that take several values.
  @Test func otherRepetitionsAreNot() throws {
    #expect(try run(["stats", "--json", "--json", "--map", "a=b", "--map", "status=c", "LOG"]).errors.contains("'a'"))
    #expect(try run(["stats", "--json", "--json", "-R", "-R", "LOG"]).status == 0)
    #expect(try run(["stats", "--json", "--format", "json", "LOG"]).status == 0)
  }

  @Test(arguments: [
    ["stats"], ["traces"], ["show", "r1"], ["scan"], ["filter", "level >= info"], ["templates"], ["doctor"],
    ["gate", "GATE", "--packs", "none"], ["follow", "--once", "--packs", "none"],
    ["diff", "--at", "2026-11-23T06:00:10Z"], ["report"], ["fill", "T"], ["rules", "backtest", "http"],
  ])
  func aFormatHasAShortForm(command: [String]) throws {
    let long = try run(command + ["--format", "json", "LOG"])
    let short = try run(command + ["--json", "LOG"])
    #expect(long.status == short.status && !long.output.isEmpty)
    if command[0] == "report" || command[0] == "diff" {
      // It ends with the command as it was given.
      #expect(long.text.hasPrefix("{\"schema\":\"skein."))
    } else {
      #expect(long.output == short.output)
    }
  }

  @Test(arguments: ["stats", "traces", "templates"]) func soHasCSV(command: String) throws {
    let long = try run([command, "--format", "csv", "LOG"])
    let short = try run([command, "--csv", "LOG"])
    #expect(long.status == 0 && long.output == short.output && !long.output.isEmpty)
  }

  /// `--top N` is the first N rows in every form, 0 all of them.
  @Test func topMeansOneThing() throws {
    for form in ["--csv", "--json"] {
      let all = try run(["stats", "--by", "status", form, "--top", "0", "LOG"]).output
      #expect(try all == run(["stats", "--by", "status", form, "LOG"]).output)
      #expect(try all.count > run(["stats", "--by", "status", form, "--top", "1", "LOG"]).output.count)
    }
    let rows = { (arguments: [String]) in
      try run(arguments + ["LOG"]).text.split(separator: "\n").count - 1
    }
    #expect(try rows(["templates", "--csv", "--top", "1"]) == 1)
    #expect(try rows(["traces", "--csv", "--top", "3"]) == 3)
    #expect(try rows(["traces", "--csv", "--top", "0"]) == 20)
  }

  /// The help says what is selected.
  @Test(arguments: [
    ("filter", "Only records"), ("templates", "Only records"), ("scan", "Only records"), ("stats", "Only requests"),
    ("report", "Only requests"), ("traces", "Only traces"), ("show", "Only traces"), ("gate", "Only requests"),
  ])
  func theHelpSaysWhatIsSelected(command: String, words: String) throws {
    let help = try run([command, "--help"]).text
    #expect(help.contains(words))
    for other in ["Only records", "Only requests", "Only traces"] where other != words {
      #expect(!help.contains(other), "\(command): \(other)")
    }
  }

  /// A trace that did not end in the span is not shown, and that is said.
  @Test func showSelectsLives() throws {
    let result = try run(["show", "r3", "--since", "2026-11-23T06:00:10Z", "LOG"])
    #expect(result.status == 1 && result.errors.contains("--since"))
    #expect(try run(["show", "r13", "--since", "2026-11-23T06:00:10Z", "LOG"]).status == 0)
  }

  /// A setting of the project counts where the command has the option, and is no mistake elsewhere.
  @Test func settingsApplyToWhatACommandHas() throws {
    let environment = ["SKEIN_REQUESTS_FROM": "nonsense", "SKEIN_THREADS": "2", "SKEIN_IDLE": "3s"]
    for command in [["templates", log], ["filter", "level >= info", log], ["rules", "lint"]] {
      #expect(try Command.run(command, environment: environment).status == 0, "\(command)")
    }
    #expect(try Command.run(["follow", "--once", log], environment: ["SKEIN_THREADS": "2"]).status == 0)
    let stats = try Command.run(["stats", log], environment: environment)
    #expect(stats.status == 64 && stats.errors.contains("requests_from=nonsense is from SKEIN_REQUESTS_FROM"))
  }
}
