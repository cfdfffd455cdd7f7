import TestKit
@testable import Platform
import Testing

@testable import LogSource

/// Random histories of a log, followed by a reader that pauses, is killed and comes back, held against what was written.
struct FollowModelTests {
  struct History: OptionSet {
    let rawValue: Int
    static let renames = History(rawValue: 1)
    /// With copytruncate; nothing is written between the copy and the cut.
    static let cuts = History(rawValue: 2)
    static let kills = History(rawValue: 4)
    static let losses = History(rawValue: 8)
  }

  static let second: Int64 = 1_000_000_000

  /// 120 histories each.
  @Test(arguments: 0..<10) func everyLineOnceInOrder(batch: Int) throws {
    for i in 0..<120 {
      let seed = UInt64(batch * 1000 + i)
      var random = SplitMix64(seed: seed)
      var history: History = [[.renames], [.renames], [.cuts], [.renames, .cuts]][random.below(4)]
      if random.below(2) == 0 { history.insert(.kills) }
      try run(history, seed: seed)
    }
  }

  /// 60 histories each in which unread files are deleted and lines are written between a copy and a cut.
  @Test(arguments: 0..<5) func lossesAreTold(batch: Int) throws {
    for i in 0..<60 {
      let seed = UInt64(100_000 + batch * 1000 + i)
      var random = SplitMix64(seed: seed)
      var history: History = [.losses, [.renames, .cuts, [.renames, .cuts]][random.below(3)]]
      if random.below(2) == 0 { history.insert(.kills) }
      try run(history, seed: seed)
    }
  }

  func run(_ history: History, seed: UInt64) throws {
    var random = SplitMix64(seed: seed ^ 0x5EED)
    let log = RotatedLog(scheme: random.below(2) == 0 ? .numbers : .dates, seed: seed)
    final class Clock { var now: Int64 = 1 }
    let clock = Clock()
    // Half of the logs are there before they are followed.
    if random.below(2) == 0 { log.write(random.below(5)) }
    let start: FollowStart = random.below(2) == 0 ? .start : .rotations
    let reader = FollowReader(log.path, from: start, seed: seed) { clock.now }
    func look(_ times: Int = .max) throws {
      log.looks += 1
      try reader.read(times: times)
    }
    try look()
    for _ in 0..<(10 + random.below(40)) {
      switch random.below(24) {
      case 0...4: log.write(1 + random.below(4))
      case 5, 6: log.writePart()
      case 7 where history.contains(.renames), 8 where history.contains(.renames):
        log.rotate(creates: random.below(2) == 0, reopens: random.below(2) == 0)
      case 9 where history.contains(.renames):
        for _ in 0..<(2 + random.below(2)) {
          log.rotate(creates: true, reopens: random.below(3) > 0)
          log.write(random.below(3))
        }
      case 10 where history.contains(.cuts), 11 where history.contains(.cuts):
        for _ in 0..<(1 + random.below(2)) {
          log.copyTruncate(losing: history.contains(.losses) ? random.below(2) : 0)
          log.write(random.below(3))
        }
      case 12: log.beginPacking()
      case 13: log.finishPacking()
      case 14: log.deleteOldest(keeping: history.contains(.losses) ? nil : reader.committedLines)
      // Of a file that was cut and has lost its name, only the clock of the file system tells its place.
      case 15 where history.contains(.losses) && !history.contains(.cuts): log.deleteActive()
      case 16 where history.contains(.kills):
        log.note("kill")
        log.forgetDeleted()
        try reader.restart()
      case 17: reader.commit()
      case 18:
        clock.now += Int64(random.below(3 * Int(Self.second)))
        log.note("time")
      case 19: log.reopen()
      case 20:
        try look(1 + random.below(4))
        log.note("short look")
      default:
        try look()
        log.note("look")
      }
    }
    log.reopen()
    log.write(1)
    log.finishPacking()
    for _ in 0..<12 {
      clock.now += 7 * Self.second
      try look()
    }
    reader.finish()
    check(reader, log, history, seed)
  }

  func check(_ reader: FollowReader, _ log: RotatedLog, _ history: History, _ seed: UInt64) {
    func story() -> Comment {
      let wrong = zip(reader.lines, log.lines).enumerated().first { $1.0 != $1.1 }
      return """
        seed \(seed), \(reader.lines.count) lines of \(log.lines.count), first wrong: \(wrong.map { "\($0.offset): \($0.element.0.prefix(60))" } ?? "-")
        \(log.log.joined(separator: "; "))
        \(reader.trace.joined(separator: "\n"))
        """
    }
    if !history.contains(.losses) {
      let isEqual = reader.lines == log.lines
      #expect(isEqual, story())
      return
    }
    // A line that was torn by a loss is a fragment; whole ones come once, in order.
    var last = -1
    var isOrdered = true
    var seen: Set<Int> = []
    for read in reader.lines {
      // Behind a line that was torn, the next one may stand whole.
      let line = read.lastIndex(of: "L").map { String(read[$0...]) } ?? read
      guard let number = Self.number(line), number < log.lines.count, log.lines[number] == line else { continue }
      if number <= last { isOrdered = false }
      last = number
      seen.insert(number)
    }
    #expect(isOrdered, story())
    let fragments = reader.lines.count - seen.count
    let missing = Set(log.lines.indices).subtracting(seen).subtracting(log.untold)
    if !missing.isEmpty || (fragments > 0 && log.untold.isEmpty) { #expect(reader.hasToldLoss, story()) }
  }

  private static func number(_ line: String) -> Int? {
    guard line.hasPrefix("L"), let colon = line.firstIndex(of: ":") else { return nil }
    return Int(line[line.index(after: line.startIndex)..<colon])
  }
}
