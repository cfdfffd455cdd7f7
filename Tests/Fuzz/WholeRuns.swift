#if !SKEIN_LIBFUZZER
  import Foundation

  /// Whole commands over changed logs: none may end by a signal or a fault of skein's own, and what they say must not depend on
  /// how the log is read (threads, blocks, file, pipe, compressed, generations in any order, followed), on when it was
  /// written, or, for what is counted, on where it is cut (docs/semantics.md#one-result).
  struct WholeRuns {
    private var command: FuzzedCommand
    /// Where findings are kept.
    private let kept: String
    private let folder: URL
    private let seed: UInt64
    private var runs = 0
    private var logs = 0
    /// Findings by what was found: a few of each are kept.
    private var found: [String: Int] = [:]

    private static let mostOfAKind = 3

    init(skein: String, seed: UInt64) throws {
      self.seed = seed
      kept = FileManager.default.currentDirectoryPath
      let program = URL(fileURLWithPath: skein).path
      // In memory, where there is such a place.
      let top = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
      folder = URL(fileURLWithPath: top).appendingPathComponent("skein-fuzz-\(getpid())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      guard FileManager.default.changeCurrentDirectoryPath(folder.path) else { throw POSIXError(.EIO) }
      command = try FuzzedCommand(program)
      try Data(WholeRuns.gate.utf8).write(to: folder.appendingPathComponent("gate.yml"))
    }

    /// Runs `count` commands at least, and says how many logs they read; what is found is kept in the working folder, a log a
    /// file, and ends the program with 1 in the end.
    mutating func run(_ count: Int) throws {
      let seeds = FuzzSeeds().inputs(for: .lines)
      var mutator = Mutator(seed: seed)
      defer { try? FileManager.default.removeItem(at: folder) }
      var reported = 0
      while runs < count {
        if mutator.random(2) == 0 {
          var log: [UInt8] = []
          for _ in 0...mutator.random(6) { log += mutator.next(from: seeds) + (mutator.random(4) > 0 ? [0x0A] : []) }
          try checkReading(log, WholeRuns.commands[mutator.random(WholeRuns.commands.count)], &mutator)
        } else {
          let traces = FuzzedTraces(&mutator)
          try checkReading(traces.log, WholeRuns.commands[mutator.random(WholeRuns.commands.count)], &mutator)
          try checkLater(traces.log, WholeRuns.commands[mutator.random(WholeRuns.commands.count)])
          try checkParts(traces)
        }
        logs += 1
        if runs / 1_000 > reported {
          reported = runs / 1_000
          say("\(runs) runs over \(logs) logs, \(found.values.reduce(0, +)) findings")
        }
      }
      for (what, times) in found.sorted(by: { $0.key < $1.key }) { say("found \(times) times: \(what)") }
      say("\(runs) runs over \(logs) logs, seed \(seed): \(found.isEmpty ? "nothing found" : "see above")")
      if !found.isEmpty { exit(1) }
    }

    private static let log = "app.log"

    private static let gate = """
      name: fuzzed
      warm_up: 1s
      stages:
        - {for: 5s}
        - {for: 10s}
      objectives:
        - error_rate < 5 %
        - p95 < 300 ms
      """

    private static let commands: [[String]] = [
      ["stats", "--json", "--every", "10s"], ["traces", "--json", "--all"], ["stats", "--csv", "--by", "level"],
      ["stats", "--json", "--where", "status >= 400 and not message ~ 'x+y'"],
      ["scan", "--json"], ["templates", "--json"], ["doctor", "--json"], ["report", "--format", "json"],
      ["filter", "level >= warning or status >= 500"], ["traces", "--csv", "--sort", "duration"],
      ["gate", "gate.yml", "--json"], ["diff", "--json", "--at", "2026-11-16T06:30:00Z"],
    ]

    // MARK: One log, read in several ways

    private mutating func checkReading(_ log: [UInt8], _ arguments: [String], _ mutator: inout Mutator) throws {
      try write(log, WholeRuns.log)
      let usual = try run(arguments + ["--threads", "1", WholeRuns.log], log)
      let small = ["--threads", "3", "--block-size", "\(1 << mutator.random(12))"]
      let threads = try run(arguments + small + [WholeRuns.log], log)
      expect(
        usual.exitCode == threads.exitCode
          && WholeRuns.withoutOptions(usual.output) == WholeRuns.withoutOptions(threads.output),
        "\(name(arguments)): threads and blocks", log)
      switch mutator.random(4) {
      case 0:
        // What a pipe is read for twice is spooled.
        let piped = try run(arguments + ["-"], log, input: log)
        expect(same(usual, piped, arguments), "\(name(arguments)): pipe and file", log)
      case 1:
        try write(FuzzedGzip.stored(log), "app.log.1.gz")
        try FileManager.default.removeItem(at: folder.appendingPathComponent(WholeRuns.log))
        let inflated = try run(arguments + ["app.log.1.gz"], log)
        expect(same(usual, inflated, arguments), "\(name(arguments)): gz and file", log)
        try FileManager.default.removeItem(at: folder.appendingPathComponent("app.log.1.gz"))
      case 2: try checkOrder(log, arguments, &mutator)
      default: try checkFollowed(log, small)
      }
    }

    /// Two generations, named in both orders.
    private mutating func checkOrder(_ log: [UInt8], _ arguments: [String], _ mutator: inout Mutator) throws {
      let newlines = log.indices.filter { log[$0] == 0x0A }
      guard newlines.count > 1 else { return }
      let cut = newlines[mutator.random(newlines.count - 1)] + 1
      try write(Array(log[..<cut]), "app.log.1")
      try write(Array(log[cut...]), WholeRuns.log)
      let first = try run(arguments + ["app.log.1", WholeRuns.log], log)
      let second = try run(arguments + [WholeRuns.log, "app.log.1"], log)
      expect(same(first, second, arguments), "\(name(arguments)): files in another order", log)
      try FileManager.default.removeItem(at: folder.appendingPathComponent("app.log.1"))
    }

    /// Followed: from a file, through a pipe, in small blocks, and the gate's events as `skein gate` reports them.
    private mutating func checkFollowed(_ log: [UInt8], _ small: [String]) throws {
      let follow = ["follow", "--once", "--json", "--gate", "gate.yml", "--packs", "http,deploy"]
      let whole = try run(follow + [WholeRuns.log], log)
      let blocks = try run(follow + small.suffix(2) + [WholeRuns.log], log)
      expect(events(whole) == events(blocks), "follow: blocks", log)
      let replayed = try run(["gate", "gate.yml", "--json", "--packs", "http,deploy", WholeRuns.log], log)
      expect(events(whole) == events(replayed), "follow: replayed by gate", log)
    }

    // MARK: Logs whose times are known

    /// The same a week later: all but the times.
    private mutating func checkLater(_ log: [UInt8], _ arguments: [String]) throws {
      try write(log, WholeRuns.log)
      let first = try run(arguments + [WholeRuns.log], log)
      let later = FuzzedTraces.later(log)
      try write(later, WholeRuns.log)
      let words = arguments.map { String(decoding: FuzzedTraces.later(Array($0.utf8)), as: UTF8.self) }
      let second = try run(words + [WholeRuns.log], later)
      let moved = FuzzedTraces.later(first.output)
      let isSame =
        first.exitCode == second.exitCode
        && WholeRuns.withoutDigests(moved) == WholeRuns.withoutDigests(second.output)
      expect(isSame, "\(name(arguments)): a week later", log)
    }

    /// Requests and errors of a log are those of its parts, where no trace is in two of them.
    private mutating func checkParts(_ traces: FuzzedTraces) throws {
      guard traces.parts.count > 1 else { return }
      let arguments = ["stats", "--json", "--by", "level", WholeRuns.log]
      try write(traces.log, WholeRuns.log)
      let whole = WholeRuns.totals(try run(arguments, traces.log))
      var sums: [String: Int] = [:]
      for part in traces.parts {
        try write(part, WholeRuns.log)
        sums.merge(WholeRuns.totals(try run(arguments, part)), uniquingKeysWith: +)
      }
      expect(whole.filter { $0.value != 0 } == sums.filter { $0.value != 0 }, "stats: sum of parts", traces.log)
    }

    private static func totals(_ outcome: FuzzedCommand.Outcome) -> [String: Int] {
      guard let object = try? JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any] else {
        return [:]
      }
      var totals: [String: Int] = [:]
      for (place, names) in [
        ("total", ["requests", "errors", "client_errors", "unfinished", "timed"]),
        ("ledger", ["records", "lines", "continuation_lines", "unparsed_lines", "bytes_read"]),
      ] {
        let part = object[place] as? [String: Any] ?? [:]
        for name in names { totals[name] = part[name] as? Int }
      }
      totals["traces"] = object["traces"] as? Int
      return totals
    }

    // MARK: What is compared

    /// All but which files were read.
    private func same(_ a: FuzzedCommand.Outcome, _ b: FuzzedCommand.Outcome, _ arguments: [String]) -> Bool {
      guard a.exitCode == b.exitCode else { return false }
      return a.output == b.output || WholeRuns.withoutSources(a.output) == WholeRuns.withoutSources(b.output)
    }

    /// The names of the log are one, and of a ledger its sources are left out.
    private static func withoutSources(_ output: [UInt8]) -> [UInt8] {
      var text = withoutOptions(output)
      if let ledger = text.firstRange(of: Array("\"sources\":[{\"path\"".utf8)) {
        text.removeSubrange(ledger.lowerBound...)
      }
      for (name, other) in names { text.replace(Array(name.utf8), with: Array(other.utf8)) }
      return text
    }

    /// What the log is called where it is a pipe, or compressed.
    private static let names = [
      ("app.log.1.gz", "app.log"), ("app.log.1", "app.log"), ("standard input", "app.log"), ("\"-\"", "\"app.log\""),
      ("\"-: ", "\"app.log: "), (" -\"", " app.log\""), (" - ", " app.log "),
    ]

    /// Commands that a report names are those that were given, with their threads and blocks.
    private static func withoutOptions(_ output: [UInt8]) -> [UInt8] {
      let text = String(decoding: output, as: UTF8.self)
      return Array(text.replacing(/\ --(threads|block-size) [0-9]+/, with: "").utf8)
    }

    /// Event ids and fingerprints are made of times, too.
    private static func withoutDigests(_ output: [UInt8]) -> [UInt8] {
      let text = String(decoding: output, as: UTF8.self)
      return Array(
        text.replacing(/"(event_id|fingerprint|dedup_key|hash)": ?"[^"]*"/, with: { "\"\($0.1)\"" }).utf8)
    }

    /// Windows, findings, marks and verdicts; no ledger, no rotations.
    private func events(_ outcome: FuzzedCommand.Outcome) -> [Substring] {
      String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").filter { line in
        ["window", "finding", "mark", "verdict"].contains { line.contains("\"event\":\"\($0)\"") }
      }
    }

    // MARK: Runs

    private func name(_ arguments: [String]) -> String { arguments.joined(separator: " ") }

    private func write(_ bytes: [UInt8], _ name: String) throws {
      let path = folder.appendingPathComponent(name).path
      guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else { throw POSIXError(.EIO) }
      // The year of a time without one is that of the file's date, and a pipe has none.
      try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: path)
    }

    private mutating func run(
      _ arguments: [String], _ log: [UInt8], input: [UInt8]? = nil
    ) throws -> FuzzedCommand.Outcome {
      let outcome = try command.run(arguments, input: input)
      runs += 1
      expect(!outcome.isFault, "\(name(arguments)) ended with \(outcome.exitCode)", log)
      return outcome
    }

    private mutating func expect(_ holds: Bool, _ what: String, _ log: [UInt8]) {
      guard !holds else { return }
      found[what, default: 0] += 1
      let number = found[what] ?? 0
      guard number <= WholeRuns.mostOfAKind else { return }
      let name = "fuzz-whole-\(seed)-\(found.count)-\(number).log"
      FileManager.default.createFile(atPath: kept + "/" + name, contents: Data(log))
      say("found: \(what): \(name)")
    }

    /// At once, also where the output is a file.
    private func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
  }

  /// gzip without compression (RFC 1952, RFC 1951 section 3.2.4): what is read back has to be inflated all the same.
  enum FuzzedGzip {
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
      var out: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
      var start = 0
      repeat {
        let end = min(bytes.count, start + 0xFFFF)
        let count = end - start
        out += [end == bytes.count ? 1 : 0, UInt8(count & 0xFF), UInt8(count >> 8), UInt8(~count & 0xFF)]
        out.append(UInt8(~count >> 8 & 0xFF))
        out += bytes[start..<end]
        start = end
      } while start < bytes.count
      return out + word(checksum(bytes)) + word(UInt32(truncatingIfNeeded: bytes.count))
    }

    private static func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) } }

    private static let table: [UInt32] = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
      ~bytes.reduce(~0) { sum, byte in sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
    }
  }
#endif
