import TestKit
import Testing
import TraceCore

@testable import LogSource

/// What belongs to one stream where names leave it open: copies, beginnings, numbers that may be instances.
struct GenerationClaimsTests {
  let folder = TestFolder()

  /// Time of the first line that begins with a number of seconds.
  static func firstTime(_ head: Span<UInt8>) -> Int64? {
    var isStart = true
    for i in head.indices {
      if isStart, head[i] >= 48, head[i] <= 57 {
        var value: Int64 = 0
        for j in i..<head.count {
          guard head[j] >= 48, head[j] <= 57 else { break }
          value = value * 10 + Int64(head[j] - 48)
        }
        return value * EventTime.nanosecondsPerSecond
      }
      isStart = head[i] == 0x0A
    }
    return nil
  }

  /// A line a second.
  static func lines(_ seconds: Range<Int>, _ text: String = "a line of the log") -> String {
    seconds.map { "\($0) \(text)\n" }.joined()
  }

  func streams(_ arguments: [String], rotations: Bool = false) throws -> [String: [String]] {
    let plan = try InputPlan.make(
      arguments: arguments.map { folder($0) }, includeRotations: rotations, firstTime: { Self.firstTime($0) })
    var found: [String: [String]] = [:]
    for stream in plan.streams {
      found[String(stream.name.dropFirst(folder.path.count + 1))] = stream.generations.map {
        String($0.display.dropFirst(folder.path.count + 1))
      }
    }
    return found
  }

  /// In every order of the arguments that a few shuffles give, and as a glob.
  func check(_ files: [(String, String)], _ expected: [String: [String]], _ comment: Comment? = nil) throws {
    for (name, text) in files {
      folder.write(name, name.hasSuffix(".gz") ? Gzip.member(Array(text.utf8)) : Array(text.utf8))
    }
    var random = SplitMix64(seed: 7)
    for _ in 0..<4 { #expect(try streams(files.map(\.0).shuffled(using: &random)) == expected, comment) }
    #expect(try streams(["*"]).filter { expected[$0.key] != nil } == expected, comment)
  }

  @Test(arguments: [
    ["app.2026-11-23_06-00-00_123456.log", "app.2026-11-23_07-00-00_000001.log.gz", "app.log"],
    ["log20261122.txt", "log20261122_001.txt", "log20261122_002.txt", "log20261123.txt"],
    ["app.2026-11-22.log", "app.2026-11-23.log"],
    ["app-2026-11-22.log", "app-2026-11-23.log", "app-2026-11-24.log"],
    ["u_ex261122.log", "u_ex261123.log"], ["u_ex26112222.log", "u_ex26112223.log", "u_ex26112300.log"],
    ["app-11-21-2026-1.log.gz", "app-11-22-2026-1.log.gz", "app-11-22-2026-2.log.gz", "app.log"],
    ["app-2026-11-22-1.log.gz", "app-2026-11-22-2.log.gz", "app-2026-11-22-10.log.gz", "app.log"],
    ["app-out__2026-11-21_00-00-00.log.gz", "app-out__2026-11-22_00-00-00.log", "app-out.log"],
    ["catalina.2026-11-22.log", "catalina.2026-11-23.log", "catalina.out"],
    ["app.0.log", "app.1.log", "app.2.log", "app.log"], ["app.2.log", "app.1.log", "app.log"],
    ["app_00.log", "app_01.log", "app.log"], ["log.txt", "log_001.txt", "log_002.txt"],
    ["app-1.log", "app-2.log", "app.log"], ["app-2.log", "app-1.log", "app.log"],
    ["app-31-10-2026.log", "app-01-11-2026.log"],
    ["app.log.old", "app.log"], ["app.old.log", "app.log"],
  ])
  func namesOfOneStream(names: [String]) throws {
    let files = names.enumerated().map { ($1, Self.lines($0 * 10..<$0 * 10 + 10)) }
    let bases = Set(names.map { RotationName($0).base })
    let base = names.contains("catalina.out") ? "catalina.out" : bases.min { $0.count < $1.count } ?? ""
    try check(files, [base: names])
    // The live file finds them by itself.
    if names.contains(base) { #expect(try streams([base], rotations: true) == [base: names]) }
  }

  @Test(arguments: [
    ["access.log", "error.log"], ["app-1.log", "app-2.log"], ["app.log", "app-1.log", "app-2.log"],
    ["api.log", "api-2.log"], ["app.1.log", "app.2.log"], ["worker-20261123.log", "worker2-20261123.log"],
    ["catalina.out", "catalina.log"], ["app.log", "app_001.log"], ["app.log", "app.log.bak"],
  ])
  func logsThatAreWrittenSideBySide(names: [String]) throws {
    let files = names.enumerated().map { ($1, Self.lines($0..<100 + $0, "a line of number \($0)")) }
    var expected: [String: [String]] = [:]
    for name in names { expected[name.replacing("-20261123", with: "")] = [name] }
    try check(files, expected)
    // What may be another log is not read because it is there.
    #expect(try streams([names[0]], rotations: true).values.flatMap(\.self) == [names[0]])
  }

  /// A second instance that was begun later is no rotation of the first.
  @Test func numbersThatNobodyCounts() throws {
    try check(
      [("api.log", Self.lines(0..<10)), ("api-2.log", Self.lines(50..<60))],
      ["api.log": ["api.log"], "api-2.log": ["api-2.log"]])
    try check(
      [("api.log", Self.lines(0..<10)), ("api-2.log", Self.lines(50..<60)), ("api-3.log", Self.lines(20..<30))],
      ["api.log": ["api.log"], "api-2.log": ["api-2.log"], "api-3.log": ["api-3.log"]])
  }

  /// Without times nobody knows.
  @Test func numbersWithoutTimes() throws {
    try check(
      [("app.log", "started\n"), ("app-1.log", "begun\n"), ("app.log.old", "before\n")],
      ["app.log": ["app.log"], "app-1.log": ["app-1.log"], "app.log.old": ["app.log.old"]])
  }

  // MARK: copies

  static let copies = [
    "app.log.1", "app.log.bak", "app.log.old", "app.log.orig", "app.log.copy", "app.log~", "app - Copy.log",
    "app (1).log", "app.log-20261122", "app.log.1.gz", "app.log.bak.gz", "app-1.log",
  ]

  @Test(arguments: copies, [30, 300, 40_000])
  func aBeginningIsReadOnce(copy: String, count: Int) throws {
    let whole = Self.lines(0..<count)
    // Cut within a line, as a copy of a log that is written may be.
    for length in [whole.utf8.count, whole.utf8.count / 2 + 3] {
      let part = String(decoding: whole.utf8.prefix(length), as: UTF8.self)
      try check([("app.log", whole), (copy, part)], ["app.log": ["app.log"]])
      let plan = try InputPlan.make(
        arguments: [folder("app.log"), folder(copy)], firstTime: { Self.firstTime($0) })
      let notes = plan.streams[0].generations[0].notes
      #expect(notes.map(\.kind) == [.duplicate])
      #expect(notes[0].text.contains(length == whole.utf8.count ? "the same content" : "is the beginning of"))
    }
  }

  /// Cuts that failed, one rotation after the other: each is the beginning of the next.
  @Test func beginningsOfBeginnings() throws {
    let whole = Self.lines(0..<9_000)
    func part(_ count: Int) -> String { String(decoding: whole.utf8.prefix(count), as: UTF8.self) }
    try check(
      [
        ("app.log", whole), ("app.log.1", part(150_000)), ("app.log.2.gz", part(90_000)), ("app.log.3", part(500)),
        ("app.log.4", Self.lines(0..<5, "another one")),
      ], ["app.log": ["app.log.4", "app.log"]])
  }

  @Test func theSameBannerIsNoCopy() throws {
    let banner = String(repeating: "==== a banner of the service\n", count: 3_000)
    try check(
      [("app.log.1", banner + Self.lines(0..<5)), ("app.log", banner + Self.lines(10..<15)), ("app.log.2", banner)],
      ["app.log": ["app.log.1", "app.log"]])
    let short = "==== a banner\n"
    try check(
      [("b.log.1", short + Self.lines(0..<5)), ("b.log", short + Self.lines(10..<15)), ("b.log.2", short)],
      ["b.log": ["b.log.2", "b.log.1", "b.log"]], "a banner alone may be a start of its own")
  }

  /// A log that was cut behind its copy: the copy holds what is gone.
  @Test func aBackupThatHoldsMore() throws {
    let whole = Self.lines(0..<100)
    try check([("app.log", whole), ("app.log.bak", whole + Self.lines(100..<120))], ["app.log": ["app.log.bak"]])
    // And one from which lines were taken is another log.
    try check(
      [("b.log", whole), ("b.log.bak", Self.lines(1..<100))], ["b.log": ["b.log"], "b.log.bak": ["b.log.bak"]])
  }

  /// Random generations and random copies of their beginnings: the lines of the generations are read, each once.
  @Test(arguments: 0..<40) func copiesChangeNothing(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let bytes = Array(Self.lines(0..<(20 + random.below(20_000))).utf8)
    var cuts = [0, bytes.count]
    for _ in 0..<random.below(4) {
      cuts.append(bytes[..<random.below(bytes.count)].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0)
    }
    cuts.sort()
    let pieces = zip(cuts, cuts.dropFirst()).map { Array(bytes[$0..<$1]) }.filter { !$0.isEmpty }
    var names: [String] = []
    for (i, piece) in pieces.enumerated() {
      let number = 2 * (pieces.count - 1 - i)
      names.append(number == 0 ? "app.log" : "app.log.\(number)")
      folder.write(names[names.count - 1], piece)
    }
    for i in 0..<random.below(5) {
      let source = pieces[random.below(pieces.count)]
      let length = source.count < 20 ? source.count : 20 + random.below(source.count - 19)
      let copy = Array(source[..<length])
      let name = ["app.log.bak\(i)", "app.log.\(2 * i + 1)", "app.log.\(2 * i + 1).gz", "app.copy.log"][random.below(4)]
      if names.contains(name) { continue }
      names.append(name)
      folder.write(name, name.hasSuffix(".gz") ? Gzip.member(copy) : copy)
    }
    let plan = try InputPlan.make(
      arguments: names.shuffled(using: &random).map { folder($0) }, firstTime: { Self.firstTime($0) })
    #expect(plan.streams.count == 1)
    var read: [UInt8] = []
    for generation in plan.streams[0].generations { read += try Reading(generation.open()).bytes }
    let isWhole = read == bytes
    #expect(isWhole, "\(plan.streams[0].generations.map(\.display))")
  }
}
