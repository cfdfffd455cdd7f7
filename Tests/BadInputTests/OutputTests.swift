import TestKit
import Testing

/// Where results go, and what of the log's text may go there.
struct OutputTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let commands = [
    ["stats"], ["stats", "--by", "path"], ["stats", "--every", "1s"], ["traces"], ["show", "7ab0"],
    ["stats", "--ledger"],
  ]

  private func hostileLog() throws -> String {
    let evil: [UInt8] =
      Array("</script>\u{2028}\u{2029}\u{202E}\u{1B}[31m\u{1B}]0;title\u{07}\u{9B}2J \u{7F}\" \\ ".utf8) + [
        0xFF, 0x01, 0x08, 0x0B,
      ]
    var bytes: [UInt8] = []
    for id in ["7ab0", "\u{1B}[2Jx", "</script>"] {
      bytes += Lines.request(id: id, message: evil)
      bytes += Array(
        "2026-11-23 06:47:55,004 ERROR [api\u{1B}[0m.access] [\(id)] request finished method=G\u{1B}[1mT path=/\u{1B}[31m/\u{202E}x status=500 duration_ms=1\n"
          .utf8)
      bytes += Array("Traceback (most recent call last):\n  File \u{1B}[5m\nValueError: ".utf8) + evil + [10]
    }
    return try folder.file("app.log", bytes)
  }

  @Test func jsonIsAlwaysJSON() throws {
    let log = try hostileLog()
    for command in Self.commands {
      let result = try Command.run(command + ["--json", log])
      #expect(result.status == 0, "\(command) \(result.errors)")
      #expect(throws: Never.self, "\(command)") { try JSONValue.lines(result.output) }
      #expect(!result.output.contains(0x1B) && !result.output.contains(0x7F), "\(command)")
    }
    for options in [["--lines"], ["--all"]] {
      let result = try Command.run(["traces", "--json", log] + options)
      #expect(result.status == 0)
      #expect(throws: Never.self, "\(options)") { try JSONValue.lines(result.output) }
    }
    // The text of the log comes back whole, but for colours, which are no part of it.
    let shown = try Command.run(["show", "7ab0", "--json", log]).json()
    #expect(
      shown["records"][0]["text"].string?.contains("</script>\u{2028}\u{2029}\u{202E}\u{1B}]0;title\u{07}") == true)
  }

  /// Nothing that a terminal acts upon: no C0 but line feeds, no C1, no bidi controls, no line separators.
  @Test func escapesOfTheLogNeverReachTheText() throws {
    let log = try hostileLog()
    for command in Self.commands + [["traces", "--csv"], ["stats", "--csv"]] {
      let result = try Command.run(command + [log])
      #expect(result.status == 0)
      let isCSV = command.contains("--csv")
      for scalar in result.text.unicodeScalars where scalar != "\n" && !(isCSV && scalar == "\r") {
        let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
        let isBidi =
          [0x200E, 0x200F, 0x061C].contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
          || (0x2066...0x2069).contains(scalar.value)
        // CSV into a file or pipe is data.
        #expect(isCSV || (!isControl && !isBidi), "\(command): U+\(String(scalar.value, radix: 16))")
        if isControl || isBidi { break }
      }
    }
    let raw = try Command.run(["show", "7ab0", "--raw", log])
    #expect(raw.output.contains(0x1B))
  }

  @Test func colourOnlyWhereItIsWanted() throws {
    let log = try folder.file("app.log", Lines.request + Lines.request(id: "7ab1", status: 500))
    func isColoured(_ options: [String], _ environment: [String: String] = [:]) throws -> Bool {
      let result = try Command.run(["stats", log] + options, environment: environment)
      #expect(result.status == 0)
      return result.output.contains(0x1B)
    }
    #expect(try !isColoured([]))
    #expect(try !isColoured([], ["TERM": "xterm-256color"]))
    #expect(try isColoured(["--color", "always"]))
    #expect(try isColoured(["--color", "always"], ["NO_COLOR": "1"]))
    #expect(try !isColoured(["--color", "never"]))
    #expect(try !isColoured(["--color", "auto"], ["NO_COLOR": "1"]))
  }

  @Test func aNarrowTerminal() throws {
    let log = try folder.file(
      "app.log", Lines.request + Lines.request(id: "7ab1", path: "/" + String(repeating: "long/", count: 20)))
    for columns in [40, 80, 20, 1] {
      for command in Self.commands {
        let result = try Command.run(command + [log], environment: ["COLUMNS": "\(columns)"])
        #expect(result.status == 0)
        guard columns >= 40 else { continue }
        for line in result.text.split(separator: "\n") {
          #expect(line.unicodeScalars.count <= columns, "\(command) \(columns): \(line)")
        }
      }
    }
    for columns in ["", "0", "-3", "many", "99999999999999999999"] {
      #expect(try Command.run(["stats", log], environment: ["COLUMNS": columns]).status == 0)
    }
  }

  // MARK: Where it cannot go

  @Test func aClosedPipeEndsQuietly() throws {
    let text = (0..<3_000).map { Lines.request(id: "id-\($0)", path: "/a\($0)b/x") }.joined()
    let log = try folder.file("app.log", text)
    for command in [
      ["stats"], ["stats", "--json"], ["traces", "--json", "--all"], ["traces", "--top", "3000"], ["show", "id-77"],
    ] {
      let closed = try Command.run(command + [log], stdout: .closedPipe)
      #expect(closed.status == 0 && closed.errors == "", "\(command): \(closed.errors)")
      let head = try Command.run(command + [log], stdout: .firstLine)
      #expect(head.status == 0 && head.errors == "", "\(command): \(head.errors)")
      #expect(!head.output.isEmpty)
    }
    let help = try Command.run(["--help"], stdout: .closedPipe)
    #expect(help.errors == "")
  }

  @Test func aFullDiskIsAnError() throws {
    let log = try folder.file("app.log", Lines.request)
    for command in [["stats"], ["stats", "--json"], ["traces"], ["traces", "--all", "--json"], ["show", "7ab0"]] {
      let result = try Command.run(command + [log], stdout: .file("/dev/full"))
      #expect(result.status == 3, "\(command)")
      #expect(result.errors.contains("cannot write the output") && result.errors.contains("No space left"))
    }
  }
}
