import TestKit
import Testing

/// `.skein.yml` and `SKEIN_*`: option before environment before file, and mistakes at their place.
struct SettingsTests {
  private static let log = "2026-11-23 06:47:55,003 INFO [api] [a1] done method=GET path=/a status=200 took=250\n"

  /// Runs `skein` over the log of a folder that also has these files.
  private func run(
    _ arguments: [String], files: [String: String] = [:], environment: [String: String] = [:]
  ) throws -> Command.Result {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.file(name, Array(text.utf8)) }
    let path = try folder.file("app.log", Array(Self.log.utf8))
    var variables = environment
    variables["SKEIN_CONFIG"] = environment["SKEIN_CONFIG"] ?? ""
    return try Command.run(arguments + [path], environment: variables)
  }

  private func zone(_ result: Command.Result) -> String {
    result.text.contains("06:47:55.003 –") ? "UTC" : result.text.contains("05:47:55.003 –") ? "+01" : result.errors
  }

  @Test func optionBeforeEnvironmentBeforeFile() throws {
    let file = [".skein.yml": "tz: Europe/Berlin\n"]
    #expect(zone(try run(["stats"])) == "UTC")
    #expect(zone(try run(["stats"], files: file)) == "+01")
    #expect(zone(try run(["stats"], files: file, environment: ["SKEIN_TZ": "UTC"])) == "UTC")
    #expect(zone(try run(["stats", "--tz", "UTC"], files: file, environment: ["SKEIN_TZ": "+01:00"])) == "UTC")
    #expect(zone(try run(["stats"], files: file, environment: ["SKEIN_CONFIG": "none"])) == "UTC")
    #expect(zone(try run(["stats"], environment: ["SKEIN_TZ": ""])) == "UTC")
  }

  @Test func everyNameIsTaken() throws {
    let file = """
      tz: "+01:00"
      id: call
      layout: own.yml
      layout_files: [more.yml]
      time_format: '%Y-%m-%d %H:%M:%S,%f'
      map: { duration: took:ms }
      requests_from: all
      idle: 5s
      max_open: 1m
      max_line: 64KiB
      threads: 1
      """
    let layout = { (name: String) in
      "layouts:\n- name: \(name)\n  format: '%(asctime)s %(levelname)s [%(name)s] [%(call)s] %(message)s'\n"
    }
    let files = [".skein.yml": file, "own.yml": layout("own"), "more.yml": layout("more")]
    let result = try run(["doctor", "--json"], files: files)
    #expect(result.status == 0, "\(result.errors)")
    for name in [
      "tz", "id", "layout", "layout_files", "time_format", "map", "requests_from", "max_line", "threads",
    ] {
      #expect(result.text.contains("\"name\":\"\(name)\""), "\(name)")
    }
    // It looks at no traces.
    for name in ["idle", "max_open"] { #expect(!result.text.contains("\"name\":\"\(name)\""), "\(name)") }
    #expect(result.text.contains(".skein.yml:6:6"))
    let traces = try run(["traces", "--json"], files: files)
    #expect(
      traces.text.contains("\"trace_id\":\"a1\"") && traces.text.contains("\"duration_ms\":250"), "\(traces.text)")
  }

  @Test func theEnvironmentGivesEveryOption() throws {
    let result = try run(
      ["doctor", "--json"],
      environment: [
        "SKEIN_MAP": "duration=took:ms", "SKEIN_LAYOUT": "python-request-id", "SKEIN_THREADS": "1",
        "SKEIN_REQUESTS_FROM": "all",
      ])
    #expect(result.status == 0, "\(result.errors)")
    for name in ["SKEIN_MAP", "SKEIN_LAYOUT", "SKEIN_THREADS", "SKEIN_REQUESTS_FROM"] {
      #expect(result.text.contains("\"from\":\"\(name)\""), "\(name)")
    }
  }

  @Test(arguments: [
    ("tzz: 3", ".skein.yml:1:1: unknown key 'tzz'; did you mean 'tz'?"),
    ("tz: [a]", ".skein.yml:1:5: 'tz' is a text, not a list"),
    ("- a", ".skein.yml:1:1: a file of settings is a mapping"),
    ("map: { status: [a] }", ".skein.yml:1:16: 'map' names a name of the log for each field"),
    ("idle: 5x", "idle=5x is from"),
    ("threads: many", "--threads: 'many' is not a number"), ("threads: many", ".skein.yml:1:10"),
    ("max_open: 5x", "max_open=5x is from"),
    ("map: statsu=x", "no field is named 'statsu' (did you mean 'status'?)"),
    ("a: {", "this is no YAML"),
  ])
  func mistakesSayWhere(_ text: String, _ message: String) throws {
    let result = try run(["stats"], files: [".skein.yml": text])
    #expect(result.status == 64)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test func anEmptyFileSaysNothing() throws {
    #expect(try run(["stats"], files: [".skein.yml": "# nothing yet\n"]).status == 0)
  }

  @Test func aFileThatIsNotThereIsAnError() throws {
    let result = try run(["stats"], environment: ["SKEIN_CONFIG": "/no/such/file.yml"])
    #expect(result.status == 3 && result.errors.contains("/no/such/file.yml"))
  }

  @Test func twoFilesBesideTheLogsAreAMistake() throws {
    let folder = try TemporaryFolder()
    var paths: [String] = []
    for name in ["a", "b"] {
      try folder.folder(name)
      try folder.file("\(name)/.skein.yml", Array("tz: UTC\n".utf8))
      paths.append(try folder.file("\(name)/app.log", Array(Self.log.utf8)))
    }
    let result = try Command.run(["stats"] + paths, environment: ["SKEIN_CONFIG": ""])
    #expect(result.status == 64 && result.errors.contains("both stand beside logs that are read"), "\(result.errors)")
  }
}
