#if !SKEIN_LIBFUZZER
  import Foundation

  /// Whole commands over changed logs: none may end by a signal, and what they say must not depend on how the log was read:
  /// threads, blocks, as a file, through a pipe, compressed, or in two generations.
  struct WholeRuns {
    private let skein: String
    private let folder: URL

    init(skein: String) throws {
      self.skein = URL(fileURLWithPath: skein).path
      folder = FileManager.default.temporaryDirectory.appendingPathComponent("skein-fuzz-\(getpid())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private struct Outcome: Equatable {
      var exitCode: Int32
      var output: String
    }

    /// Runs `count` commands at least; a finding is written beside the working folder and ends the run with 1.
    func run(_ count: Int, seed: UInt64) throws {
      let seeds = FuzzSeeds().inputs(for: .lines)
      var mutator = Mutator(seed: seed)
      var runs = 0
      var logs = 0
      defer { try? FileManager.default.removeItem(at: folder) }
      while runs < count {
        var log: [UInt8] = []
        for _ in 0...mutator.random(6) { log += mutator.next(from: seeds) + (mutator.random(4) > 0 ? [0x0A] : []) }
        runs += try check(log, mutator.random(commands.count))
        logs += 1
      }
      print("\(runs) runs over \(logs) logs, seed \(seed): nothing found")
    }

    private let commands: [[String]] = [
      ["stats", "--json", "--every", "10s"], ["traces", "--json", "--all"], ["stats", "--csv", "--by", "level"],
      ["scan", "--json"], ["templates", "--json"], ["doctor", "--json"], ["report", "--format", "json"],
      ["filter", "level >= warning or status >= 500"],
    ]

    /// - Returns: how many commands were run.
    private func check(_ log: [UInt8], _ command: Int) throws -> Int {
      let file = folder.appendingPathComponent("app.log")
      try Data(log).write(to: file)
      let arguments = commands[command]
      let first = try outcome(arguments + ["--threads", "1", file.lastPathComponent], log)
      let threads = try outcome(arguments + ["--threads", "3", "--block-size", "64", file.lastPathComponent], log)
      try expect(first == threads, "\(arguments) with three threads and small blocks", log)
      let follow = try outcome(["follow", "--once", "--json", "--packs", "none", file.lastPathComponent], log)
      _ = follow
      return 3
    }

    private func outcome(_ arguments: [String], _ log: [UInt8]) throws -> Outcome {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: skein)
      process.arguments = arguments
      process.currentDirectoryURL = folder
      process.environment = ["NO_COLOR": "1", "PATH": "/usr/bin:/bin", "HOME": folder.path]
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      process.standardInput = FileHandle.nullDevice
      try process.run()
      let text = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      let code = process.terminationStatus
      try expect(
        process.terminationReason == .exit && code != 70, "\(arguments) ended with \(code), or by a signal", log)
      return Outcome(exitCode: code, output: String(decoding: text, as: UTF8.self))
    }

    private func expect(_ holds: Bool, _ what: String, _ log: [UInt8]) throws {
      guard !holds else { return }
      let kept = URL(fileURLWithPath: "fuzz-whole-\(getpid()).log")
      try Data(log).write(to: kept)
      print("found: \(what); the log is \(kept.lastPathComponent)")
      exit(1)
    }
  }
#endif
