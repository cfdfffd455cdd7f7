import CShims
import Glibc
import LogSource
import Pipeline
import TestKit
import Testing
import TraceCore

/// A line that ends a follower by a fault ends it once: the next run passes over it and says so.
struct PassedOverTests {
  private static func line(_ number: Int) -> String {
    "2026-11-23 06:47:\(10 + number),000 INFO [api] [r\(number)] request finished method=GET path=/a status=\(200 + number) "
      + "duration_ms=1.0\n"
  }

  private static func plan() -> RunPlan {
    var plan = RunPlan(input: InputPlan())
    plan.live = LiveOptions()
    plan.live?.window = 1_000_000_000
    return plan
  }

  private func run(_ log: String, passing entries: [FaultJournal.Entry]) throws -> (StatsSummary, said: [String]) {
    let driver = try FollowDriver(plan: Self.plan(), patience: 0, clock: { 0 })
    var said: [String] = []
    driver.onSkip = { said.append($0) }
    driver.passOver(entries)
    driver.add(StreamFollower(path: log, display: "app.log", from: .start, clock: { 0 }), name: "app.log")
    while try driver.step() {}
    return (driver.finish().stats, said)
  }

  @Test func theLineAtHandIsInTheJournal() async throws {
    let folder = try TemporaryFolder()
    let log = try folder.file("app.log", (0..<20).map(Self.line).joined())
    let journal = FaultJournal(checkpoint: folder.path("state"))
    let (path, checkpoint) = (log, folder.path("state"))
    await #expect(processExitsWith: .exitCode(70)) { [path = path as String, checkpoint = checkpoint as String] in
      unsafe skein_fault_install("1")
      unsafe skein_fault_journal(FaultJournal(checkpoint: checkpoint).path)
      let driver = try FollowDriver(plan: PassedOverTests.plan(), patience: 0, clock: { 0 })
      // Told at the record with which the window ends.
      driver.onEvent = { if case .window = $0 { raise(SIGILL) } }
      driver.add(StreamFollower(path: path, display: "app.log", from: .start, clock: { 0 }), name: "app.log")
      while try driver.step() {}
    }
    let entries = journal.read()
    #expect(entries.count == 1 && entries.first?.signal == "SIGILL")
    let lengths = Set((0..<20).map { Self.line($0).utf8.count - 1 })
    #expect(lengths.contains(entries.first?.length ?? -1))
    let (stats, said) = try run(log, passing: entries)
    #expect(stats.total.requests == 19)
    #expect(stats.ledger.totals.unparsedLines == 1 && stats.ledger.totals.lines == 20)
    #expect(stats.ledger.hasGap)
    #expect(said.count == 1 && said[0].contains("it had ended skein (SIGILL)"))
    journal.remove()
    #expect(journal.read().isEmpty)
  }

  /// An entry is for one line: of equal ones the first, and the next entry the next.
  @Test func eachEntryIsForOneLine() throws {
    let folder = try TemporaryFolder()
    let same = "2026-11-23 06:47:10,000 INFO [api] [r1] request finished method=GET path=/a status=200 duration_ms=1.0"
    let log = try folder.file("app.log", "\(same)\nanother\n\(same)\n\(same)\n")
    let bytes = Array(same.utf8)
    let entry = FaultJournal.Entry(
      length: bytes.count, hash: bytes.withUnsafeBufferPointer { unsafe skein_line_hash($0.baseAddress, $0.count) },
      signal: "SIGILL")
    for count in 0...3 {
      let (stats, said) = try run(log, passing: Array(repeating: entry, count: count))
      #expect(stats.ledger.totals.records == Int64(3 - count))
      #expect(said.count == count)
    }
    // What is not there is not waited for.
    let other = FaultJournal.Entry(length: bytes.count, hash: 1, signal: "SIGILL")
    #expect(try run(log, passing: [other]).0.ledger.totals.records == 3)
  }

  @Test func whatIsNoJournalIsNone() throws {
    let folder = try TemporaryFolder()
    for text in [
      "", "line\n", "line x 1 SIGILL\n", "line 1 -1 SIGILL\n", "line 99999999999999999999 1 SIGILL\n", "\0\u{1}",
    ] {
      _ = try folder.file("state.fault", text)
      #expect(FaultJournal(checkpoint: folder.path("state")).read().isEmpty)
    }
    _ = try folder.file("state.fault", "line 3 18446744073709551615 SIGTRAP\nrubbish\nline 4 5 SIGILL\n")
    #expect(FaultJournal(checkpoint: folder.path("state")).read().count == 2)
  }
}
