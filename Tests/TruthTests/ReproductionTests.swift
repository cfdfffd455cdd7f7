import TestKit
import Testing
import TraceCore

/// Each command that a document prints beside a number, run, gives that number: with whatever options the document was made.
struct ReproductionTests {
  private let folder: TemporaryFolder
  private let log: String
  private let options: [String]

  /// Twenty minutes in a layout and with names of the log's own; from the fifth to the seventh minute requests of one shard fail.
  private static let text: String = {
    var text = ""
    for half in 0..<2_400 {
      let second = half / 2
      let isBad = (300..<420).contains(second) && half % 3 == 0
      let time = "2026-11-23 06:\(two(second / 60)):\(two(second % 60)),\(half % 2 == 0 ? "100" : "600")"
      let id = "q\(half)"
      if isBad { text += "\(time) ERROR [api] [\(id)] database is gone\n" }
      text +=
        "\(time) INFO [api.access] [\(id)] request finished method=GET path=/items/\(half) code=\(isBad ? 503 : 200) "
        + "spent=\(10 + half % 7 + (isBad ? 40 : 0)) shard=s\(half % 3) kind=\(half % 10 == 0 ? "probe" : "user")\n"
      if half % 40 == 7 {
        text += "\(time) INFO [other] [\(id)x] request finished method=GET path=/other code=200 spent=1 kind=user\n"
      }
    }
    return text
  }()

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  init() throws {
    folder = try TemporaryFolder()
    log = try folder.file("it's app.log", Self.text)
    let rules = try folder.file(
      "my rules.yml",
      """
      pack: mine
      rules:
        - id: db-gone
          title: the database is gone
          severity: P1
          description: start it
          pattern: 'database is gone'
          samples:
            hit: ["2026-11-23 06:47:55,003 ERROR [api] database is gone"]
            miss: ["2026-11-23 06:47:55,003 ERROR [api] fine"]
      """)
    options = [
      "--packs", "none", "--rules", rules, "--map", "status=code,duration=spent:ms", "--requests-from", "api.access",
      "--since", "2026-11-23T06:02:00Z", "--until", "2026-11-23T06:15:00Z", "--where", "kind = user", "--idle", "5s",
    ]
  }

  /// The words of a command as a shell takes them; in these there are only single quotes, and \' between them.
  static func words(_ command: String) -> [String] {
    var words: [String] = []
    var word: String?
    var isQuoted = false
    var rest = command[...]
    while let character = rest.popFirst() {
      switch character {
      case "'":
        isQuoted.toggle()
        word = word ?? ""
      case " " where !isQuoted:
        if let done = word { words.append(done) }
        word = nil
      case "\\" where !isQuoted: word = (word ?? "") + (rest.popFirst().map(String.init) ?? "")
      default: word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }

  private func json(_ command: String) throws -> [JSONValue] {
    let words = Self.words(command)
    #expect(words.first == "skein")
    let run = try Command.run(Array(words.dropFirst()) + ["--json"])
    #expect(run.status == 0, "\(command)\n\(run.errors)")
    return try JSONValue.lines(run.output)
  }

  private func document(_ arguments: [String]) throws -> JSONValue {
    let run = try Command.run(arguments)
    #expect(run.status == 0, "\(run.errors)")
    return try JSONValue(parsing: run.output)
  }

  @Test func aReport() throws {
    let report = try document(["report", "--json", "--no-redaction"] + options + [log])
    #expect(report["state"].string == "over")
    #expect(report["notes"].array.contains { $0.string?.contains("kind = user") ?? false })
    var kinds: Set<String> = []
    for command in report["commands"].array {
      let (purpose, line) = (command["purpose"].string ?? "", command["command"].string ?? "")
      let found = try json(line)
      kinds.insert(String(purpose.prefix { $0 != " " }))
      switch purpose {
      case "this document":
        for key in ["span", "segments", "series", "findings", "templates", "contrasts", "commands"] {
          #expect(found[0][key] == report[key], "\(key)")
        }
      case "figures before the incident", "figures during the incident", "figures after the incident":
        let name = Self.words(purpose)[1]
        let segment = try #require(report["segments"].array.first { $0["segment"].string == name })
        for key in ["requests", "errors", "client_errors", "p50_ms", "p95_ms", "max_ms"] {
          #expect(found[0]["total"][key] == segment["total"][key], "\(purpose) \(key)")
        }
        #expect(found[0]["routes"].array.map { $0["requests"] } == segment["routes"].array.map { $0["requests"] })
      case "charts":
        let windows = found[0]["series"].array
        #expect(!windows.isEmpty)
        for shown in report["series"].array {
          let own = windows.first { $0["start"] == shown["start"] }
          let isSame = own?["total"]["requests"] == shown["requests"] && own?["total"]["errors"] == shown["errors"]
          #expect(isSame || shown["requests"].int == 0, "\(shown["start"])")
        }
      case "findings":
        let all = found.filter { $0["rule"].string != nil }
        #expect(all.count == report["findings"].array.count)
        for finding in report["findings"].array {
          #expect(all.contains { $0["rule"] == finding["rule"] && $0["count"] == finding["count"] })
        }
      case "message templates before the incident", "message templates during the incident":
        let side = purpose.contains("before") ? 0 : 1
        for shift in report["templates"].array where (shift["counts"][side].int ?? 0) > 0 {
          let row = found[0]["templates"].array.first { $0["template"] == shift["template"] }
          #expect(row?["count"] == shift["counts"][side], "\(purpose): \(shift)")
        }
      default:
        let exemplar = try #require(report["exemplars"].array.first { $0["reason"].string == purpose })
        #expect(found[0]["trace"]["trace_id"] == exemplar["trace"]["trace_id"])
      }
    }
    #expect(kinds.isSuperset(of: ["this", "figures", "charts", "findings", "message", "the"]), "\(kinds)")
  }

  @Test(arguments: [["--at", "2026-11-23T06:05:00Z"], ["--by", "shard=s0,s1"]])
  func aDiff(how: [String]) throws {
    let own = Array(options.dropFirst(4))
    let diff = try document(["diff", "--json"] + how + own + [log])
    for (side, command) in zip(["a", "b"], diff["commands"].array.dropFirst()) {
      let found = try json(command["command"].string ?? "")
      for key in ["requests", "errors", "p95_ms"] {
        #expect(found[0]["total"][key] == diff[side]["total"][key], "\(command)")
      }
    }
    #expect(diff["commands"].array.count == 3)
  }

  /// Of a followed run the page names the replay, with every option that made the verdict.
  @Test func aFollowedGate() throws {
    let gate = try folder.file(
      "gate.yml",
      "name: g\nmin_requests: 10\nwarm_up: 1s\nstages: [{for: 12m}]\nobjectives: [error_rate < 0.1 %, p95 < 1s]\n")
    let page = folder.path("page.md")
    let own = options.enumerated().filter { !["--since", "--until"].contains($0.element) }.filter { index, _ in
      index == 0 || !["--since", "--until"].contains(options[index - 1])
    }.map(\.element)
    let followed = try Command.run(["follow", "--once", "--json", "--gate", gate, "-o", page] + own + [log])
    #expect(followed.status == 1, "\(followed.errors)")
    let text = String(decoding: try readFile(page), as: UTF8.self)
    #expect(text.contains("kind"))
    let command = try #require(text.split(separator: "\n").first { $0.hasPrefix("    skein gate ") })
    let replay = try Command.run(Array(Self.words(String(command)).dropFirst()) + ["--json"])
    #expect(replay.status == 1, "\(command)\n\(replay.errors)")
    func verdicts(_ run: Command.Result) throws -> [JSONValue] {
      try JSONValue.lines(run.output).filter { $0["event"].string == "verdict" }
    }
    #expect(try verdicts(followed) == verdicts(replay))
    #expect(try verdicts(followed).allSatisfy { "\($0)".contains("kind = user") })
  }
}
