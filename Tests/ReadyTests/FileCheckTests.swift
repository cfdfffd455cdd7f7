import Analysis
import Foundation
import TestKit
import Testing
import TraceCore

@testable import Application

/// Files as they must be, and signatures that hold for now.
struct FileCheckTests {
  private static let now: Int64 = 1_795_435_200_000_000_000  // 2026-11-23T12:00:00Z
  private static let hour: Int64 = 3_600_000_000_000
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func look(_ name: String, now: Int64 = now, _ change: (inout FileCheck) -> Void = { _ in }) -> ItemResult {
    var check = FileCheck(path: name)
    change(&check)
    return check.result(in: ChecklistFolder(of: folder.path("list.yml")), now: now)
  }

  private func file(_ name: String, _ text: String, hoursAgo: Double = 1, mode: Int = 0o600) throws {
    try folder.file(name, text)
    let date = Date(timeIntervalSince1970: Double(Self.now) / 1e9 - hoursAgo * 3_600)
    try FileManager.default.setAttributes(
      [.modificationDate: date, .posixPermissions: mode], ofItemAtPath: folder.path(name))
  }

  @Test func thereOrNot() throws {
    try file("a", "x")
    #expect(look("a").state == .pass && look("b").state == .fail && look("a/b").state == .fail)
    #expect(look("a") { $0.exists = false }.state == .fail)
    #expect(look("b") { $0.exists = false }.state == .pass)
    #expect(look(folder.path("a")).state == .pass, "an absolute path is one")
    // A name that is too long cannot be looked at: nobody knows.
    #expect(look(String(repeating: "n", count: 300)).state == .unknown)
  }

  @Test func age() throws {
    try file("a", "x", hoursAgo: 2)
    #expect(look("a") { $0.newerThan = 3 * Self.hour }.state == .pass)
    #expect(look("a") { $0.newerThan = Self.hour }.state == .fail)
    #expect(look("a") { $0.newerThan = 2 * Self.hour }.state == .pass)
    try file("b", "x", hoursAgo: -2)
    let early = look("b") { $0.newerThan = Self.hour }
    #expect(early.state == .unknown && early.reason.contains("one of the clocks is wrong"))
  }

  @Test func permissions() throws {
    for (mode, most, state) in [
      (0o600, 0o600, ReadyState.pass), (0o400, 0o600, .pass), (0o640, 0o600, .fail), (0o644, 0o644, .pass),
      (0o600, 0o077, .fail), (0o4700, 0o700, .fail),
    ] {
      try file("a", "x", mode: mode)
      #expect(look("a") { $0.mode = UInt32(most) }.state == state, "\(mode) \(most)")
    }
  }

  @Test func content() throws {
    try file("a", "first\nDEBUG=false\nlast: a.b\n")
    func content(_ text: String, isPattern: Bool = false, isWanted: Bool = true) -> ItemResult {
      look("a") { $0.contents = [.init(text, isPattern: isPattern, isWanted: isWanted)] }
    }
    #expect(content("DEBUG=false").state == .pass && content("DEBUG=true").state == .fail)
    #expect(content("a.b", isWanted: false).reason.contains("line 3 has 'a.b', which must not be there"))
    #expect(content("axb", isWanted: false).state == .pass, "a text is no pattern")
    #expect(content("^DEBUG=(?:false|0)$", isPattern: true).state == .pass)
    #expect(content("^debug", isPattern: true, isWanted: false).state == .pass)
    // What is in the file is not in the answer.
    #expect(!content("^DEBUG", isPattern: true, isWanted: false).reason.contains("false"))
    try file("b", String(repeating: "a", count: 60) + "!")
    let slow = look("b") { $0.contents = [.init("^(a+)+$", isPattern: true, isWanted: false)] }
    #expect(slow.state != .fail)
  }

  @Test func whatIsNoFile() throws {
    try folder.folder("d")
    #expect(look("d").state == .pass)
    #expect(look("d") { $0.isNotEmpty = true }.state == .fail)
    #expect(look("d") { $0.contents = [.init("x")] }.state == .fail)
    mkfifo(folder.path("pipe"), 0o600)
    #expect(look("pipe") { $0.contents = [.init("x")] }.state == .fail, "and it is not waited for")
  }

  /// Nobody may read it: what is in it is unknown, and no pass.
  @Test(.enabled(if: geteuid() != 0)) func aFileThatCannotBeRead() throws {
    try file("a", "x", mode: 0o000)
    let result = look("a") { $0.contents = [.init("secret", isWanted: false)] }
    #expect(result.state == .unknown && result.reason.contains("Permission denied"))
  }

  @Test func aFileThatIsTooLarge() throws {
    try folder.file("a", "")
    truncate(folder.path("a"), 65 << 20)
    let result = look("a") { $0.contents = [.init("secret", isWanted: false)] }
    #expect(result.state == .unknown && result.reason.contains("larger than 64 MiB"))
  }

  // MARK: Signatures

  private func sign(_ who: String?, _ when: String?, days: Int64 = 30) -> ReadyState {
    let signature = when.map { ManualCheck.Signature(time: OptionValue.time($0) ?? 0, text: $0) }
    return ManualCheck(who: who, when: signature, longest: days * 24 * Self.hour).result(now: Self.now).state
  }

  @Test func signatures() {
    #expect(sign("Ada", "2026-11-23") == .pass && sign("Ada", "2026-11-23T11:59:00Z") == .pass)
    #expect(sign("Ada", "2026-10-24") == .unknown && sign("Ada", "2026-10-24T12:00:00Z") == .pass)
    #expect(sign("Ada", "2026-11-24") == .pass, "the day has begun in the east")
    #expect(sign("Ada", "2026-11-25") == .unknown && sign("Ada", "2026-11-23T13:00:00Z") == .unknown)
    #expect(sign("Ada", nil) == .unknown && sign(nil, "2026-11-23") == .unknown && sign(nil, nil) == .unknown)
    #expect(sign("Ada", "2026-11-16", days: 7) == .unknown && sign("Ada", "2026-11-17", days: 7) == .pass)
  }
}
