import TestKit
import Testing
import TraceCore

@testable import LogSource
@testable import Platform

struct InputPlanTests {
  let folder = TestFolder()

  /// The first event time of these tests: digits in front, seconds.
  static func firstTime(_ head: Span<UInt8>) -> Int64? {
    var value: Int64?
    for i in head.indices {
      guard head[i] >= 48, head[i] <= 57 else { break }
      value = (value ?? 0) * 10 + Int64(head[i] - 48)
    }
    return value
  }

  func plan(_ names: String..., rotations: Bool = false, timed: Bool = true) throws -> InputPlan {
    try InputPlan.make(
      arguments: names.map { folder($0) }, includeRotations: rotations, firstTime: timed ? { Self.firstTime($0) } : nil)
  }

  /// Names of a stream's files, oldest first.
  func names(_ stream: LogStream) -> [String] {
    stream.generations.map { String($0.display.dropFirst(folder.path.count + 1)) }
  }

  func kinds(_ stream: LogStream) -> [[LedgerNote.Kind]] { stream.generations.map { $0.notes.map(\.kind) } }

  func error(_ body: () throws -> InputPlan) -> SourceError? {
    do {
      _ = try body()
      return nil
    } catch {
      return error as? SourceError
    }
  }

  // MARK: streams and order

  /// Any order of the arguments gives the same plan.
  @Test(arguments: 0..<20) func permutations(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let styles: [[String]] = [
      (1...12).reversed().map { "app.log.\($0)" + ($0 > 1 ? ".gz" : "") } + ["app.log"],
      (10...22).map { "app.log-202611\($0)" } + ["app.log"],
      (10...22).map { "app.log.2026-11-23_06-\($0)-00.gz" } + ["app.log"],
    ]
    var expected = styles[seed % 3]
    while expected.count > 8 { expected.remove(at: Int.random(in: 0..<expected.count - 1, using: &random)) }
    for (i, name) in expected.enumerated() {
      let text = Array("\(i) a line of \(name)\n".utf8)
      folder.write(name, name.hasSuffix(".gz") ? Gzip.member(text) : text)
    }
    let shuffled = expected.map { folder($0) }.shuffled(using: &random)
    let plan = try InputPlan.make(arguments: shuffled, firstTime: seed % 2 == 0 ? { Self.firstTime($0) } : nil)
    #expect(plan.streams.count == 1)
    #expect(names(plan.streams[0]) == expected)
    #expect(plan.streams[0].name == folder("app.log"))
    let reference = try InputPlan.make(arguments: expected.map { folder($0) }, firstTime: nil)
    #expect(kinds(plan.streams[0]) == kinds(reference.streams[0]))
  }

  @Test func streamsComeInOrderOfFirstAppearance() throws {
    for name in ["b.log", "a.log", "a.log.1", "b.log.1"] { folder.write(name, "\(name)\n") }
    let plan = try plan("b.log.1", "a.log", "b.log", "a.log.1")
    #expect(plan.streams.map { names($0) } == [["b.log.1", "b.log"], ["a.log.1", "a.log"]])
  }

  @Test func timestampsWinOverNames() throws {
    folder.write("app.log.1", "1 oldest\n")
    folder.write("app.log.2", "2 middle\n")
    folder.write("app.log", "3 newest\n")
    let stream = try plan("app.log", "app.log.1", "app.log.2").streams[0]
    #expect(names(stream) == ["app.log.1", "app.log.2", "app.log"])
    #expect(kinds(stream) == [[], [.orderByTime], []])
    // Where one has no time, the names are believed.
    folder.write("app.log", "no time\n")
    let named = try plan("app.log", "app.log.1", "app.log.2").streams[0]
    #expect(names(named) == ["app.log.2", "app.log.1", "app.log"])
    #expect(kinds(named) == [[], [], []])
  }

  @Test func emptyFilesDoNotStandInTheWayOfTimes() throws {
    folder.write("app.log.1", "1 oldest\n")
    folder.write("app.log.2", "2 newer\n")
    folder.write("app.log", "")
    let stream = try plan("app.log", "app.log.1", "app.log.2").streams[0]
    #expect(names(stream) == ["app.log.1", "app.log.2", "app.log"])
  }

  /// Names do not tell whether numbers or dates came first; timestamps do, and that is no contradiction.
  @Test func mixedSuffixesAreOrderedByTimeInSilence() throws {
    folder.write("app.log.1", "1 numbers came first\n")
    folder.write("app.log-20261123", "2 then dates\n")
    folder.write("app.log", "3\n")
    let stream = try plan("app.log", "app.log-20261123", "app.log.1").streams[0]
    #expect(names(stream) == ["app.log.1", "app.log-20261123", "app.log"])
    #expect(kinds(stream) == [[], [], []])
  }

  @Test func holesInTheNumbersAreTold() throws {
    for name in ["app.log", "app.log.1", "app.log.2", "app.log.4", "app.log.9"] { folder.write(name, "0 \(name)\n") }
    let stream = try plan("app.log", "app.log.1", "app.log.2", "app.log.4", "app.log.9").streams[0]
    #expect(kinds(stream) == [[], [.missingGeneration], [.missingGeneration], [], []])
    #expect(stream.generations[1].notes[0].text.contains("app.log.5 to app.log.8 (4 files) are missing before"))
    #expect(stream.generations[2].notes[0].text.contains("app.log.3 is missing before"))
    #expect(kinds(try plan("app.log", "app.log.2").streams[0]) == [[], [.missingGeneration]])
    #expect(kinds(try plan("app.log.1", "app.log.2").streams[0]) == [[], []])
  }

  @Test func aHoleBehindZeroAndTwoOfOneNumber() throws {
    for name in ["s.log", "s.log.0", "s.log.1", "s.log.1.gz", "s.log.3"] { folder.write(name, "0 \(name)\n") }
    let stream = try plan("s.log", "s.log.0", "s.log.1", "s.log.1.gz", "s.log.3").streams[0]
    #expect(names(stream) == ["s.log.3", "s.log.1", "s.log.1.gz", "s.log.0", "s.log"])
    #expect(kinds(stream) == [[], [.missingGeneration], [], [], []])
  }

  @Test func boundariesAtWhichCopytruncateCannotBeRuledOut() throws {
    for name in ["a.log", "a.log.1", "b.log", "b.log.2026-11-23", "c.log", "c.log-20261123"] {
      folder.write(name, "0 \(name)\n")
    }
    let plan = try plan("a.log", "a.log.1", "b.log", "b.log.2026-11-23", "c.log", "c.log-20261123")
    #expect(
      plan.streams.map { $0.generations.map(\.rotationMayLose) } == [[false, true], [false, false], [false, true]])
  }

  // MARK: duplicates

  @Test func theSameContentIsReadOnce() throws {
    let text = logText(bytes: 200_000)
    folder.write("app.log.1", text)
    folder.write("app.log.1.gz", Gzip.member(Array(text[..<90_000])) + Gzip.member(Array(text[90_000...])))
    folder.write("app.log", "later\n")
    for arguments in [["app.log", "app.log.1", "app.log.1.gz"], ["app.log.1.gz", "app.log", "app.log.1"]] {
      let plan = try InputPlan.make(arguments: arguments.map { folder($0) })
      #expect(names(plan.streams[0]) == ["app.log.1", "app.log"])
      #expect(kinds(plan.streams[0]) == [[.duplicate], []])
      #expect(plan.streams[0].generations[0].notes[0].text.contains("app.log.1.gz has the same content as"))
    }
  }

  /// What is only the beginning of another is read once, there.
  @Test func alikeIsNotTheSame() throws {
    let text = logText(bytes: 200_000)
    var other = text
    other[other.count - 2] ^= 1
    folder.write("app.log.1", text)
    folder.write("app.log.2", other)
    folder.write("app.log.3.gz", Gzip.member(Array(text[..<199_000])))
    folder.write("app.log.4.gz", Gzip.member(other))
    folder.write("app.log.5", Array(text[..<1000]))
    folder.write("app.log.6", "")
    folder.write("app.log.7", "")
    let stream = try plan(
      "app.log.1", "app.log.2", "app.log.3.gz", "app.log.4.gz", "app.log.5", "app.log.6", "app.log.7", timed: false
    ).streams[0]
    #expect(names(stream) == ["app.log.7", "app.log.6", "app.log.2", "app.log.1"])
    #expect(kinds(stream)[..<2] == [[], []])
    #expect(kinds(stream)[2...].flatMap(\.self) == [LedgerNote.Kind](repeating: .duplicate, count: 3))
  }

  @Test func theSameFileUnderTwoNames() throws {
    folder.write("app.log-20261123", "1 a\n")
    folder.link("current.log", to: "app.log-20261123")
    for arguments in [["current.log", "app.log-20261123"], ["app.log-20261123", "current.log"]] {
      let plan = try InputPlan.make(arguments: arguments.map { folder($0) })
      #expect(plan.streams.map { names($0) } == [["app.log-20261123"]])
      #expect(kinds(plan.streams[0]) == [[.duplicate]])
    }
    // Named twice, written in two ways: nothing to tell.
    let twice = try InputPlan.make(arguments: [folder("app.log-20261123"), folder("./app.log-20261123")])
    #expect(twice.streams.map { $0.generations.count } == [1])
    #expect(kinds(twice.streams[0]) == [[]])
  }

  // MARK: folders, rotations, globs

  @Test func aFolderGivesItsLogs() throws {
    folder.write("logs/none", "")
    folder.folder("logs")
    folder.folder("logs/sub")
    for name in ["app.log", "app.log.1", "service.out", "messages", "weird name", "events.jsonl"] {
      folder.write("logs/\(name)", "1 \(name)\n")
    }
    folder.write("logs/app.log.2.gz", Gzip.member("1 zipped\n"))
    folder.write("logs/sub/deep.log", "1\n")
    folder.write("logs/.hidden.log", "1\n")
    folder.write("logs/truth.csv", "1,2\n")
    folder.write("logs/phases.json", "[\n {\"a\": 1}\n]\n")
    folder.write("logs/lines.json", "{\"a\": 1}\n{\"a\": 2}\n")
    folder.write("logs/binary", [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0, 0])
    folder.write("logs/binary.log", [1, 2, 3, 0, 0, 5, 6])
    folder.write("logs/nul.log", [UInt8](repeating: 0, count: 5000) + Array("1 after truncation\n".utf8))
    folder.write(
      "logs/crash.log", Array("1 before\n".utf8) + [UInt8](repeating: 0, count: 5000) + Array("2 after\n".utf8))
    folder.write("logs/README", "This folder holds logs.\n")
    folder.write("logs/app.log.3.zst", [0x28, 0xB5, 0x2F, 0xFD, 0, 0])
    folder.fifo("logs/pipe.log")
    let plan = try plan("logs")
    #expect(
      plan.streams.map { names($0) } == [
        ["logs/app.log.2.gz", "logs/app.log.1", "logs/app.log"], ["logs/crash.log"], ["logs/events.jsonl"],
        ["logs/lines.json"],
        ["logs/messages"],
        ["logs/nul.log"], ["logs/service.out"], ["logs/weird name"],
      ])
    #expect(plan.skipped.map { $0.path } == ["app.log.3.zst", "binary.log", "pipe.log"].map { folder("logs/\($0)") })
    #expect(plan.skipped.allSatisfy { $0.note.kind == .skipped })
    #expect(plan.skipped[0].note.text.contains("zstd -dc"))
    #expect(plan.skipped[2].note.text.contains("FIFO"))
    // What is there and skipped is not missing.
    #expect(kinds(plan.streams[0]) == [[], [], []])
  }

  @Test func aFolderWithoutLogsIsAnError() throws {
    folder.folder("logs")
    folder.write("logs/a.csv", "1,2\n")
    folder.fifo("logs/pipe")
    let failure = error { try plan("logs") }
    #expect(failure == .folderWithoutLogs(path: folder("logs"), skipped: [folder("logs/pipe")]))
    #expect(failure?.message.contains("no log in this folder") == true)
  }

  @Test func rotationsAreFoundByThemselves() throws {
    for name in ["app.log", "app.log.1", "app.log-20261123", "other.log", "app.log2"] {
      folder.write(name, "0 \(name)\n")
    }
    folder.write("app.log.2.gz", Gzip.member("0 two\n"))
    folder.write("app.log.3.xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0])
    folder.fifo("app.log.4")
    let plan = try plan("app.log", rotations: true, timed: false)
    #expect(plan.streams.map { names($0) } == [["app.log-20261123", "app.log.2.gz", "app.log.1", "app.log"]])
    #expect(plan.skipped.map { $0.path } == [folder("app.log.3.xz"), folder("app.log.4")])
    #expect(try self.plan("app.log").streams[0].generations.count == 1)
  }

  @Test func globsThatTheShellLeft() throws {
    for name in ["app.log", "app.log.1", "other.log"] { folder.write(name, "0 \(name)\n") }
    folder.folder("app.log.d")
    folder.fifo("app.log.2")
    let plan = try plan("app.lo*")
    #expect(plan.streams.map { names($0) } == [["app.log.1", "app.log"]])
    #expect(plan.skipped.map(\.path) == [folder("app.log.2")])
    #expect(error { try self.plan("none*.log") } == .nothingMatches(pattern: folder("none*.log")))
    // A name that holds a star is a name first.
    folder.write("a*b.log", "1\n")
    folder.write("axb.log", "1\n")
    #expect(try self.plan("a*b.log").streams.map { names($0) } == [["a*b.log"]])
  }

  // MARK: errors

  @Test func whatWasNamedAndCannotBeReadIsAnError() throws {
    #expect(error { try plan("missing.log") } == .notFound(path: folder("missing.log")))
    #expect(error { try InputPlan.make(arguments: [""]) } == .notFound(path: ""))
    folder.write("app.log", "1\n")
    #expect(error { try plan("app.log/x") } == .notFound(path: folder("app.log/x")))
    #expect(error { try InputPlan.make(arguments: ["/dev/zero"]) } == .notReadable(path: "/dev/zero", .characterDevice))
    for (name, magic, compression) in [
      ("a.zst", [0x28, 0xB5, 0x2F, 0xFD, 1], Compression.zstd), ("a.xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], .xz),
      ("a.bz2", Array("BZh91AY&SY".utf8), .bzip2), ("a.lz4", [4, 0x22, 0x4D, 0x18], .lz4),
      ("a.zip", Array("PK".utf8) + [3, 4], .zip), ("plain.log", [0x28, 0xB5, 0x2F, 0xFD], .zstd),
    ] as [(String, [UInt8], Compression)] {
      folder.write(name, magic)
      let failure = error { try plan(name) }
      #expect(failure == .unsupportedCompression(path: folder(name), compression))
      #expect(failure?.message.contains("\(compression.command ?? "?") \(folder(name)) | skein …") == true)
    }
  }

  @Test func compressionIsSeenFromTheBytes() throws {
    folder.write("app.log", Gzip.member("1 zipped\n"))
    folder.write("app.log.1.gz", "0 plain\n")
    let stream = try plan("app.log", "app.log.1.gz").streams[0]
    #expect(stream.generations.map(\.compression) == [.none, .gzip])
    #expect(stream.generations.map { String(decoding: $0.head, as: UTF8.self) } == ["0 plain\n", "1 zipped\n"])
  }

  @Test func aGenerationCanBeOpenedAgainAndAgain() throws {
    let text = logText(bytes: 300_000)
    folder.write("app.log", Gzip.member(text))
    let generation = try plan("app.log").streams[0].generations[0]
    #expect(generation.head == Array(text[..<Generation.headLimit]))
    #expect(!generation.headIsWhole)
    for _ in 0..<2 { #expect(try Reading(generation.open()).bytes == text) }
  }
}
