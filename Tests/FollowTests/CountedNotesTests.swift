import Foundation
import LogSource
import Pipeline
import TestKit
import Testing
import TraceCore

/// What happens to a followed file stands in the ledger once, whoever tells it.
@Suite struct CountedNotesTests {
  private final class Clock { var now: Int64 = 1 }
  private let folder: TemporaryFolder
  private let clock = Clock()
  private let lines: [String]

  init() throws {
    folder = try TemporaryFolder()
    lines = String(decoding: try Capture.text.appLogBytes().prefix(200_000), as: UTF8.self).split(separator: "\n").map {
      $0 + "\n"
    }
  }

  private func text(_ range: Range<Int>) -> String { lines[range].joined() }

  private func driver(_ state: Block? = nil) throws -> (FollowDriver, LiveLines) {
    let clock = clock
    let driver = try FollowDriver(plan: try LiveRun.plan(hasGate: false), clock: { clock.now })
    let told = LiveLines()
    driver.onEvent = told.take
    let position = try state.map { try FollowDriver.streams(of: $0.bytes).first?.position } ?? nil
    driver.add(
      StreamFollower(
        path: folder.path("app.log"), display: "app.log", from: position.map(FollowStart.position) ?? .start,
        clock: { clock.now }), name: "app.log")
    if let state { try driver.load(state.bytes) }
    return (driver, told)
  }

  private func change(_ name: String, _ change: (FileHandle) throws -> Void) throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path(name)))
    try change(file)
    try file.close()
  }

  private func append(_ name: String, _ text: String) throws {
    try change(name) {
      try $0.seekToEnd()
      try $0.write(contentsOf: Data(text.utf8))
    }
  }

  private func read(_ driver: FollowDriver) throws {
    for _ in 0..<4 {
      clock.now += EventTime.nanosecondsPerSecond
      while try driver.step() {}
    }
  }

  private func count(_ kind: LedgerNote.Kind, _ driver: FollowDriver) -> Int {
    driver.finish().stats.ledger.sources.flatMap(\.notes).count { $0.kind == kind }
  }

  @Test func aCutIsCountedOnce() throws {
    try folder.file("app.log", text(0..<100))
    let (driver, told) = try driver()
    try read(driver)
    try folder.file("app.log.1", text(0..<100))
    try change("app.log") { try $0.truncate(atOffset: 0) }
    try append("app.log", text(100..<150))
    try read(driver)
    #expect(told.rotations.map(\.kind) == [.copytruncated])
    #expect(count(.possibleLoss, driver) == 1)
  }

  @Test func lateBytesAreCountedOnce() throws {
    try folder.file("app.log", text(0..<100))
    let (driver, told) = try driver()
    try read(driver)
    try FileManager.default.moveItem(atPath: folder.path("app.log"), toPath: folder.path("app.log.1"))
    try folder.file("app.log", text(101..<150))
    try read(driver)
    try append("app.log.1", text(100..<101))
    try read(driver)
    #expect(told.rotations.map(\.kind) == [.renamed, .lateBytes])
    #expect(count(.late, driver) == 1)
  }

  @Test func aGapIsCountedOnce() throws {
    try folder.file("app.log", text(0..<100))
    let (first, _) = try driver()
    try read(first)
    let state = try first.saved()
    try FileManager.default.removeItem(atPath: folder.path("app.log"))
    try folder.file("app.log", text(120..<150))
    let (driver, told) = try driver(state)
    try read(driver)
    #expect(told.rotations.map(\.kind) == [.lost])
    #expect(count(.lost, driver) == 1)
  }

  /// Empty, then copied and cut before its first byte was read, and saved: after a restart its copy is read once.
  @Test func aFileThatNeverHadALineKeepsItsPlace() throws {
    try folder.file("app.log", "")
    let (first, _) = try driver()
    try read(first)
    try folder.file("app.log.1", text(0..<50))
    while try first.step() {}
    let state = try first.saved()
    let (driver, _) = try driver(state)
    try append("app.log", text(50..<60))
    try read(driver)
    let totals = driver.finish().stats.ledger.totals
    #expect(totals.lines == 60)
  }

  /// Begun again and saved before anything was read: the place is the old one.
  @Test(arguments: [10, 100]) func aPlaceIsKeptWhereNothingWasRead(count: Int) throws {
    try folder.file("app.log", text(0..<count))
    let (first, _) = try driver()
    try read(first)
    let (second, _) = try driver(try first.saved())
    let (third, _) = try driver(try second.saved())
    try append("app.log", text(count..<count + 5))
    try read(third)
    let totals = third.finish().stats.ledger.totals
    #expect(totals.lines == Int64(count + 5))
  }

  /// No event tells of a rotation that is not there: the generation behind it does.
  @Test func aMissingRotationIsCountedOnce() throws {
    try folder.file("app.log", text(0..<10))
    let (first, _) = try driver()
    try read(first)
    let state = try first.saved()
    try FileManager.default.moveItem(atPath: folder.path("app.log"), toPath: folder.path("app.log.3"))
    try folder.file("app.log.1", text(20..<30))
    try folder.file("app.log", text(30..<40))
    let (driver, _) = try driver(state)
    try read(driver)
    #expect(count(.missingGeneration, driver) == 1)
  }
}
