import Glibc
import TestKit
import Testing

/// Rules that are not what they should be: exit code 64, nothing on stdout, and what, where, what to do.
struct RuleInputTests {
  private let folder: TemporaryFolder
  private let log: String

  init() throws {
    folder = try TemporaryFolder()
    log = try folder.file("app.log", "2026-11-23 06:00:00,000 ERROR [db] [r1] needle 1\n")
  }

  private static let samples = "samples: {hit: [needle], miss: [x]}"

  /// A rule on one line, in flow style, from column 5.
  private static func rule(_ id: String, _ what: String = "pattern: needle", _ samples: String = samples) -> String {
    "  - {id: \(id), title: t, severity: P1, \(what)\(samples.isEmpty ? "" : ", " + samples)}\n"
  }

  private static func pack(_ rules: String...) -> String { "pack: p\nrules:\n" + rules.joined() }

  private func scan(_ arguments: [String], environment: [String: String] = [:]) throws -> Command.Result {
    try Command.run(
      ["scan", "--packs", "none"] + arguments + [log], environment: environment, memoryLimit: 150 << 20)
  }

  private func refuse(
    _ text: String, _ problems: [String], _ place: SourceLocation = #_sourceLocation
  ) throws {
    let path = try folder.file("r.yml", text)
    let result = try scan(["--rules", path])
    #expect(result.status == 64, sourceLocation: place)
    #expect(result.output.isEmpty, sourceLocation: place)
    let expected = problems.map { $0.replacing("r.yml:", with: "\(path):") }
    #expect(
      result.errors == (["skein: the rules have mistakes:"] + expected).joined(separator: "\n") + "\n",
      sourceLocation: place)
  }

  // MARK: YAML

  @Test func noYAML() throws {
    try refuse(
      "pack: p\nrules:\n  - id: [\n",
      ["r.yml:4:1: this is no YAML: did not find expected node content while parsing a flow node"])
    try refuse(
      Self.pack(Self.rule("a")) + "\u{0}", ["r.yml:4:1: this is no YAML: control characters are not allowed"])
    try refuse("pack: pä\u{7}\n", ["r.yml:1:9: this is no YAML: control characters are not allowed"])
    try refuse("", ["r.yml:1:1: there is nothing in this file"])
    try refuse("# only this\n", ["r.yml:1:1: there is nothing in this file"])
    try refuse("just a text\n", ["r.yml:1:1: a pack is a mapping (key: value), not a text"])
    try refuse("pack: p\nrules: 5\n", ["r.yml:2:8: 'rules' is a list (- id: …), not a text"])
    try refuse(
      "pack: p\nrules: [5]\n",
      [
        "r.yml:2:9: a rule is a mapping (key: value), not a text",
        "r.yml:2:9: the rule says nothing to look for; give 'pattern', 'where', 'correlation' or 'trace'",
        "r.yml:2:9: 'samples' is missing: give at least one line that hits and one that misses (samples: {hit: [...], miss: [...]})",
      ])
  }

  @Test func whatYAMLCanDoBesides() throws {
    try refuse("pack: p\nrules: &a []\n", ["r.yml:2:8: anchors (&name) are not read here: write the value out"])
    try refuse("pack: p\nrules: *a\n", ["r.yml:2:8: aliases (*name) are not read here: write the value out"])
    try refuse("pack: p\nrules: !!map []\n", ["r.yml:2:8: tags (!name) are not supported here: remove it"])
    try refuse(
      "pack: p\nrules: \(String(repeating: "[", count: 100_000))\n", ["r.yml:2:71: this is nested more than 64 deep"])
    try refuse(
      "pack: p\nrules: []\npack: q\n", ["r.yml:3:1: 'pack' is given twice; the first is on line 1: remove one"])
  }

  @Test func aBinaryFile() throws {
    let path = try folder.file("r.yml", (0..<5_000).map { UInt8(truncatingIfNeeded: $0 * 37) })
    let result = try scan(["--rules", path])
    #expect(result.status == 64 && result.output.isEmpty)
    #expect(
      result.errors
        == "skein: the rules have mistakes:\n\(path):1:1: this is no YAML: control characters are not allowed\n")
  }

  @Test func aFileOf100MB() throws {
    let path = try folder.file("r.yml", "")
    #expect(unsafe truncate(path, 100 << 20) == 0)
    let result = try scan(["--rules", path])
    #expect(result.status == 3 && result.output.isEmpty)
    #expect(result.errors == "skein: \(path): cannot be read: it is larger than 64 MiB; is it the right one?\n")
  }

  // MARK: Rules

  @Test func keys() throws {
    try refuse(
      Self.pack(Self.rule("a", "pattren: needle")), ["r.yml:3:37: unknown key 'pattren'; did you mean 'pattern'?"])
    try refuse(
      Self.pack(Self.rule("a", "tags: [x]")),
      ["r.yml:3:5: the rule says nothing to look for; give 'pattern', 'where', 'correlation' or 'trace'"])
    try refuse(
      Self.pack(Self.rule("a", "pattern: needle, trace: {where: 'status >= 500'}")),
      [
        "r.yml:3:5: a rule is about a line (pattern, where, keywords), or a correlation, or a trace: this one has several of them"
      ])
    try refuse(
      Self.pack("  - {id: A b, title: t, severity: high, status: stabel, pattern: needle, \(Self.samples)}\n"),
      [
        "r.yml:3:5: 'id' is a name of a-z, 0-9 and -; 'A b' is not",
        "r.yml:3:35: 'severity' is P0, P1, P2 or P3; 'high' is not",
        "r.yml:3:49: 'status' is one of experimental, stable; 'stabel' is not (did you mean 'stable'?)",
      ])
    try refuse(
      Self.pack(Self.rule("a", "pattern: needle, group-by: [user, user]")),
      ["r.yml:3:71: 'group-by' names 'user' twice: remove one"])
  }

  @Test func samples() throws {
    try refuse(
      Self.pack(Self.rule("a", "pattern: needle", ""), Self.rule("b", "pattern: needle", "samples: {hit: [needle]}")),
      [
        "r.yml:3:5: 'samples' is missing: give at least one line that hits and one that misses (samples: {hit: [...], miss: [...]})",
        "r.yml:4:63: 'samples' has no miss: give at least one line that the rule must pass over",
      ])
  }

  @Test func patterns() throws {
    try refuse(
      Self.pack(Self.rule("a", "pattern: 'needle (x'")),
      [
        "r.yml:3:46: 'pattern' is not valid: missing closing parenthesis (at character 10 of the pattern)",
        "  needle (x",
        "           ^",
      ])
    try refuse(
      Self.pack(Self.rule("a", "pattern: '(needle)?'")),
      ["r.yml:3:46: 'pattern' matches an empty text, so it would hit on every line: make a part of it required"])
    try refuse(
      Self.pack(Self.rule("a", "pattern: needle, message: 'a {b'")),
      ["r.yml:3:63: 'message': a { without its }; for a brace of its own write {{"])
    try refuse(
      Self.pack(Self.rule("a", "where: 'status >='")),
      ["r.yml:3:44: 'where': a value is missing after `>=`", "  status >=", "           ^"])
  }

  @Test func ids() throws {
    func taken(_ place: String) -> String {
      "the id 'a' is taken by pack p (\(place)) already: ids are unique over all packs, rename one of them"
    }
    try refuse(Self.pack(Self.rule("a"), Self.rule("b"), Self.rule("a")), ["r.yml:5:5: \(taken("r.yml:3"))"])
    let one = try folder.file("one.yml", Self.pack(Self.rule("a")))
    let two = try folder.file("two.yml", "pack: q\nrules:\n" + Self.rule("b") + Self.rule("a"))
    let both = try scan(["--rules", one, "--rules", two])
    #expect(both.status == 64 && both.output.isEmpty)
    #expect(both.errors == "skein: the rules have mistakes:\n\(two):4:5: \(taken("\(one):3"))\n")
    // With a pack that is built in; a changed copy of that pack takes its place.
    let clash = try folder.file("q.yml", "pack: q\nrules:\n" + Self.rule("http-5xx"))
    let builtin = try Command.run(["scan", "--rules", clash, log])
    #expect(builtin.status == 64 && builtin.output.isEmpty)
    #expect(builtin.errors.contains("\(clash):3:5: the id 'http-5xx' is taken by pack http (http.yml:"))
    let copy = try folder.file("http.yml", "pack: http\nrules:\n" + Self.rule("http-5xx"))
    let replaced = try Command.run(["scan", "--json", "--rules", copy, "--packs", "http", log])
    #expect(replaced.status == 0, "\(replaced.errors)")
    #expect(try JSONValue.lines(replaced.output)[0]["rule"].string == "http-5xx")
  }

  @Test func correlations() throws {
    func correlation(_ rule: String) -> String {
      Self.rule("a", "correlation: {type: event_count, rules: [\(rule)], timespan: 1m, condition: {gte: 2}}")
    }
    try refuse(
      Self.pack(correlation("needel"), Self.rule("needle")),
      ["r.yml:3:5: 'rules': no rule has the id 'needel'; did you mean 'needle'?"])
    try refuse(
      Self.pack(correlation("whole"), Self.rule("whole", "trace: {where: 'records > 1'}")),
      ["r.yml:3:5: 'rules': 'whole' is not about lines; a correlation counts hits of rules about lines"])
    try refuse(
      Self.pack(correlation("a")),
      ["r.yml:3:5: 'rules': 'a' is not about lines; a correlation counts hits of rules about lines"])
  }

  @Test func traceRules() throws {
    let rules = (0..<18).map { Self.rule("a\($0)", "trace: {where: 'duration > \($0)s'}") }
    let told =
      "more than 16 rules about traces ask about their request (status, route, duration …); this one is too many"
    try refuse(Self.pack(rules.joined()), ["r.yml:19:5: \(told)", "r.yml:20:5: \(told)"])
    let most = try folder.file("most.yml", Self.pack(rules.prefix(16).joined()))
    #expect(try scan(["--rules", most]).status == 0)
    try refuse(
      Self.pack(Self.rule("a", "trace: {where: 'all(level = info)'}")),
      [
        "r.yml:3:5: a rule about a trace can have any(…) and count(…) without `not`, and no all(…); write count(…) = 0 for none"
      ])
  }

  // MARK: Files and folders

  @Test func folders() throws {
    let empty = try folder.folder("none")
    let nothing = try scan(["--rules", empty])
    #expect(nothing.status == 64 && nothing.output.isEmpty)
    #expect(nothing.errors == "skein: \(empty): there is no .yml or .yaml file in this folder\n")

    // Suppressions may stand beside the packs; by itself such a file is named.
    let rules = try folder.folder("rules")
    try folder.file("rules/suppressions.yml", "suppressions: []\n")
    let alone = try scan(["--rules", rules])
    #expect(alone.status == 64 && alone.errors == "skein: \(rules): there are no rules in this folder\n")
    try folder.file("rules/p.yaml", Self.pack(Self.rule("a")))
    let found = try scan(["--rules", rules, "--json"])
    #expect(found.status == 0, "\(found.errors)")
    #expect(try JSONValue.lines(found.output)[0]["rule"].string == "a")
    let named = try scan(["--rules", rules + "/suppressions.yml"])
    #expect(named.status == 64)
    #expect(
      named.errors == "skein: the rules have mistakes:\n\(rules)/suppressions.yml:1:1: "
        + "this is a file of suppressions, not of rules; give it to --suppressions\n")

    let missing = try scan(["--rules", folder.path("no.yml")])
    #expect(
      missing.status == 3 && missing.errors == "skein: \(folder.path("no.yml")): there is no such file or folder\n")
    let none = try scan([])
    #expect(
      none.status == 64 && none.errors == "skein: there are no rules: give a file of rules, or leave --packs out\n")
  }

  /// The repository's own folder, beside what is built in, which it replaces, and without it.
  @Test func theRepositorysRules() throws {
    let rules = Fixtures.path("../rules")
    for options in [[], ["--packs", "none"]] {
      let result = try Command.run(
        ["scan", "--rules", rules, "--suppressions", rules + "/suppressions.yml", log] + options,
        environment: ["XDG_CACHE_HOME": folder.path])
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    }
  }

  // MARK: What is right and hostile

  /// A pattern that backtracks without end on a line is given up on, in a moment, and told; the other rules go on.
  @Test func catastrophicBacktracking() throws {
    let rules = try folder.file(
      "r.yml", Self.pack(Self.rule("slow", "pattern: '(a+)+$'"), Self.rule("fast", "pattern: 'needle'")))
    let hostile = "2026-11-23 06:00:00,000 ERROR [db] [r1] needle \(String(repeating: "a", count: 5_000))c\n"
    let log = try folder.file("hostile.log", String(repeating: hostile, count: 5))
    let command = ["scan", "--packs", "none", "--rules", rules, log]
    let text = try Command.run(command)
    #expect(text.status == 0)
    #expect(text.text.contains("1 finding: 1 P1"))
    #expect(
      text.text.contains("! the pattern of rule slow was given up on 5 lines") && text.text.contains("hostile.log:1"))
    let json = try JSONValue.lines(try Command.run(command + ["--json"]).output)
    let slow = json.first { $0["rule"].string == "slow" }
    #expect(slow?["kind"].string == "match-limit" && slow?["count"].int == 5)
    let fast = json.first { $0["rule"].string == "fast" }
    #expect(fast?["kind"].string == "rule" && fast?["count"].int == 5)
    // It is no finding of its rule.
    let only = try folder.file("only.yml", Self.pack(Self.rule("slow", "pattern: '(a+)+$'")))
    #expect(try Command.run(["scan", "--packs", "none", "--rules", only, "--fail-on", "P3", log]).status == 0)
    #expect(try Command.run(command + ["--fail-on", "P1"]).status == 1)
    #expect(try Command.run(command + ["--fail-on", "P0"]).status == 0)
    let wrong = try Command.run(command + ["--fail-on", "high"])
    #expect(wrong.status == 64 && wrong.errors == "skein: --fail-on: 'high' is no severity; write P0, P1, P2 or P3\n")
  }

  @Test func manyRules() throws {
    let rules = (0..<10_000).map {
      "  - {id: r\($0), title: t, severity: P2, pattern: 'needle\($0) \\d', \(Self.samples)}\n"
    }
    let path = try folder.file("r.yml", "pack: p\nrules:\n" + rules.joined())
    let log = try folder.file(
      "many.log", (0..<200).map { "2026-11-23 06:00:00,000 ERROR [db] [r1] needle\($0 * 50) 1\n" }.joined())
    let result = try Command.run(
      ["scan", "--packs", "none", "--rules", path, "--json", log], memoryLimit: 300 << 20)
    #expect(result.status == 0, "\(result.errors)")
    let found = try JSONValue.lines(result.output).compactMap { $0["rule"].string }
    #expect(Set(found) == Set((0..<200).map { "r\($0 * 50)" }))
  }

  /// Where compiled rules cannot be kept, all goes on without.
  @Test func aCacheThatCannotBe() throws {
    let rules = try folder.file("r.yml", Self.pack(Self.rule("a"), Self.rule("b", "pattern: 'need[l-m]e'")))
    let file = try folder.file("cache", "not a folder")
    let shared = try folder.folder("shared")
    try folder.folder("shared/skein")
    #expect(unsafe chmod(shared + "/skein", 0o777) == 0)
    let expected = try scan(["--rules", rules, "--json"])
    #expect(expected.status == 0)
    for place in [file, shared, folder.path("no/such/folder"), "/proc"] {
      let result = try scan(["--rules", rules, "--json"], environment: ["XDG_CACHE_HOME": place])
      #expect(result.status == 0 && result.output == expected.output && result.errors == expected.errors, "\(place)")
    }
    #expect(try readFile(file) == Array("not a folder".utf8))
    if geteuid() != 0 {
      let closed = try folder.folder("closed")
      #expect(unsafe chmod(closed, 0o500) == 0)
      let result = try scan(["--rules", rules, "--json"], environment: ["XDG_CACHE_HOME": closed])
      #expect(result.status == 0 && result.output == expected.output)
    }
  }

  // MARK: Suppressions

  @Test func suppressions() throws {
    let rules = try folder.file("r.yml", Self.pack(Self.rule("needles")))
    func scan(_ entry: String) throws -> (result: Command.Result, path: String) {
      let path = try folder.file("s.yml", "suppressions:\n  - {\(entry)}\n")
      return (try self.scan(["--rules", rules, "--suppressions", path]), path)
    }
    let (expired, path) = try scan("rule: needles, owner: ana, reason: known, expires: 2026-11-22")
    #expect(expired.status == 0 && expired.text.contains("1 finding: 1 P1"))
    #expect(
      expired.text.contains("! the suppression of needles (\(path):2, ana) expired on 2026-11-22"), "\(expired.text)")
    let (holds, _) = try scan("rule: needles, owner: ana, reason: known, expires: 2026-11-23")
    #expect(holds.status == 0 && holds.text.contains("1 finding suppressed") && !holds.text.contains("! "))
    #expect(holds.text.contains("No findings: "))
    let (unknown, place) = try scan("rule: needless, owner: ana, reason: known, expires: 2026-11-23")
    #expect(unknown.status == 64 && unknown.output.isEmpty)
    #expect(
      unknown.errors
        == "skein: the rules have mistakes:\n\(place):2:12: there is no rule 'needless' among the rules loaded; did you mean 'needles'?\n"
    )
    let (silent, at) = try scan("rule: needles, reason: ' ', expires: soon")
    #expect(silent.status == 64)
    #expect(
      silent.errors.contains("\(at):2:5: 'owner' is missing")
        && silent.errors.contains("'expires' is a date as 2027-01-31"))
  }
}
