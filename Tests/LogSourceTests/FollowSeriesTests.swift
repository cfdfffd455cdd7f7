import TestKit
@testable import Platform
import Testing
import TraceCore

@testable import LogSource

/// Logs of which each day has a file of its own and none the bare name; and copies that lie beside a followed log.
struct FollowSeriesTests {
  final class Clock { var now: Int64 = 1 }
  static let second: Int64 = 1_000_000_000

  /// How writers call the files of one log, one after the other.
  enum Naming: CaseIterable {
    case dashed, serilog, serilogSized, nlog, iisHourly, loguruTime, jetty, winston, bareDate

    func name(_ i: Int) -> String {
      let day = 10 + i
      return switch self {
      case .dashed: "app-2026-11-\(day).log"
      case .serilog: "log202611\(day).txt"
      case .serilogSized: "log202611\(10 + i / 3)\(["", "_001", "_002"][i % 3]).txt"
      case .nlog: "app.202611\(day).log"
      case .iisHourly: "u_ex2611\(12 + i / 24)\(i % 24 < 10 ? "0" : "")\(i % 24).log"
      case .loguruTime: "file_2026-11-\(day)_00-00-00_000\(100 + i).log"
      case .jetty: "2026_11_\(day).request.log"
      case .winston: "app-2026-11-\(10 + i / 3).log\(["", ".1", ".2"][i % 3])"
      case .bareDate: "2026-11-\(day).log"
      }
    }
  }

  /// Whatever the moments at which somebody looks, is killed and comes back: each line once, in order.
  @Test(arguments: Naming.allCases, 0..<12) func goesOnOverMidnight(naming: Naming, seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let folder = TestFolder()
    let clock = Clock()
    var day = 0
    var written: [String] = []
    var texts: [String] = [""]
    func write(_ count: Int) {
      for _ in 0..<count {
        written.append("L\(written.count) of \(naming.name(day)) \(String(repeating: "x", count: random.below(200)))")
        texts[day] += written[written.count - 1] + "\n"
      }
      folder.write(naming.name(day), texts[day])
    }
    // Other logs, which are none of its files.
    folder.write("app2-2026-11-30.log", "another\n")
    folder.write("error-2026-11-30.log", "another\n")
    folder.write("log2-20261130.txt", "another\n")
    write(1 + random.below(5))
    let reader = FollowReader(
      folder(naming.name(0)), isSeries: true, from: seed % 2 == 0 ? .start : .rotations, seed: UInt64(seed)
    ) { clock.now }
    try reader.read()
    for _ in 0..<40 {
      switch random.below(10) {
      case 0...2: write(1 + random.below(4))
      case 3 where day < 15:
        day += 1
        texts.append("")
        write(random.below(3))
      case 4: reader.commit()
      case 5: try reader.restart()
      case 6: clock.now += Int64(random.below(3_000)) * Self.second / 1_000
      default: try reader.read(times: 1 + random.below(30))
      }
    }
    for _ in 0..<40 {
      clock.now += 2 * Self.second
      try reader.read()
    }
    reader.finish()
    let isEqual = reader.lines == written
    #expect(isEqual, "\(reader.lines.count) of \(written.count) lines; \(reader.trace.joined(separator: "\n"))")
    #expect(!reader.hasToldLoss, "\(reader.trace.joined(separator: "\n"))")
  }

  func set(_ folder: TestFolder, _ arguments: [String], _ clock: Clock) throws -> FollowSet {
    try FollowSet(arguments: arguments.map { folder($0) }, from: { _, _ in .start }, clock: { clock.now })
  }

  /// One stream with a name that stays, whatever files there are; the newest is followed.
  @Test(arguments: [["app-*.log"], ["app-2026-11-22.log", "app-2026-11-21.log"], ["app-2026-11-21.log"], ["."]])
  func aSeriesIsOneStream(arguments: [String]) throws {
    let folder = TestFolder()
    let clock = Clock()
    for name in ["app-2026-11-21.log", "app-2026-11-22.log"] { folder.write(name, "1 \(name)\n") }
    folder.write("app-2026-11-20.log.gz", Gzip.member("1 packed\n"))
    let set = try set(folder, arguments, clock)
    let base = arguments == ["."] ? folder("./app.log") : folder("app.log")
    #expect(set.followers.map(\.display) == [base])
    #expect(set.followers.map(\.path).allSatisfy { $0.hasSuffix("app-2026-11-22.log") })
    folder.write("app-2026-11-23.log", "1 newer\n")
    clock.now += 2 * Self.second
    set.rescan()
    #expect(set.followers.count == 1)
  }

  /// Where the bare name is there, it is what is followed.
  @Test func rotationsOfALiveFileAreNoSeries() throws {
    let folder = TestFolder()
    let clock = Clock()
    for name in [
      "app.log", "app.2026-11-22_00-00-00_123456.log", "api-out.log", "api-out__2026-11-22_00-00-00.log",
      "catalina.out",
      "catalina.2026-11-22.log", "api.log", "api-2.log", "api.log.old",
    ] { folder.write(name, "\(name) with enough of a text in it that nobody takes it for another one's beginning\n") }
    #expect(
      try set(folder, ["*"], clock).followers.map(\.display)
        == ["api-2.log", "api-out.log", "api.log", "api.log.old", "app.log", "catalina.out"].map { folder($0) })
  }

  /// With rotations, a copy or the beginning of what is read is read once; so it is after a restart, and when it comes later.
  @Test(arguments: ["app.log.1", "app.log-20261122", "app.log.1.gz"], [100, 20_000])
  func aCopyIsReadOnce(name: String, count: Int) throws {
    let folder = TestFolder()
    let clock = Clock()
    let lines = (0..<count).map { "L\($0): a line of the log with some text" }
    let text = Array((lines.joined(separator: "\n") + "\n").utf8)
    func copy(_ length: Int) {
      let part = Array(text[..<length])
      folder.write(name, name.hasSuffix(".gz") ? Gzip.member(part) : part)
    }
    folder.write("app.log", text)
    copy(text.count / 2)
    let reader = FollowReader(folder("app.log"), from: .rotations) { clock.now }
    try reader.read()
    #expect(reader.lines == lines)
    reader.commit()
    copy(text.count)
    try reader.restart()
    clock.now += 3 * Self.second
    try reader.read()
    #expect(reader.lines == lines)
    folder.write("app.log", text + Array("one more\n".utf8))
    clock.now += 3 * Self.second
    try reader.read()
    #expect(reader.lines == lines + ["one more"])
  }

  /// The file of today under another name is no newer file of the series.
  @Test func aRenamedFileOfASeries() throws {
    let folder = TestFolder()
    let clock = Clock()
    folder.write("app-2026-11-22.log", "one\n")
    let reader = FollowReader(folder("app-2026-11-22.log"), isSeries: true) { clock.now }
    try reader.read()
    folder.rename("app-2026-11-22.log", to: "app-2026-11-22.log.1")
    folder.write("app-2026-11-22.log", "two\n")
    for _ in 0..<8 {
      clock.now += 3 * Self.second
      try reader.read()
    }
    #expect(reader.lines == ["one", "two"])
  }
}
