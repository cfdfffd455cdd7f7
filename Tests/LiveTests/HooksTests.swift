import Glibc
import Synchronization
import TestKit
import Testing

@testable import Application
@testable import Platform

/// Commands that run for events: real processes, and a clock of the test's own where time is what is tested.
struct HooksTests {
  private final class Clock: Sendable {
    private let time = Atomic<Int64>(0)
    var now: Int64 { time.load(ordering: .relaxed) }
    func advance(_ nanoseconds: Int64) { time.add(nanoseconds, ordering: .relaxed) }
  }

  private static let second: Int64 = 1_000_000_000

  init() { Terminal.prepare() }

  private func shell(_ script: String) throws -> HookCommand {
    try HookCommand(parsing: "/bin/sh -c '\(script)'", option: "--on-alert")
  }

  private func event(_ id: String, kind: String = "finding", _ json: String = "{}") -> Hooks.Event {
    Hooks.Event(kind: kind, id: id, severity: "P1", json: Array(json.utf8))
  }

  /// Polls until so many have ended, a real second at a time without an end at most.
  private func results(_ hooks: Hooks, _ count: Int) -> [Hooks.Result] {
    var all: [Hooks.Result] = []
    for _ in 0..<500 where all.count < count {
      Syscalls.waitForAny(hooks.descriptors, atMost: 20_000_000)
      all += hooks.poll()
    }
    return all
  }

  private func text(_ result: Hooks.Result?) -> String { String(decoding: result?.output ?? [], as: UTF8.self) }

  @Test func theEventComesOnStandardInput() throws {
    let hooks = Hooks()
    let json = #"{"event":"finding","title":"$(rm -rf /) `id` \u001b"}"#
    hooks.run(try HookCommand(parsing: "/bin/cat", option: "--on-alert"), for: event("e1", json))
    let result = results(hooks, 1).first
    #expect(text(result) == json)
    #expect(result?.isSuccess == true)
    #expect(result?.eventID == "e1")
    #expect(result?.command == "/bin/cat")
    #expect(hooks.isIdle)
  }

  /// More than a pipe holds, both ways at once, and what is kept of it.
  @Test func largeEventsAndOutputsDoNotBlock() throws {
    let hooks = Hooks()
    let json = String(repeating: "0123456789", count: 100_000)
    hooks.run(try HookCommand(parsing: "/bin/cat", option: "--on-alert"), for: event("e1", json))
    let result = results(hooks, 1).first
    #expect(result?.written == 1_000_000)
    #expect(result?.output == Array(json.utf8.prefix(4_096)))
  }

  @Test func aCommandNeedNotReadItsInput() throws {
    let hooks = Hooks()
    hooks.run(try shell("exit 3"), for: event("e1", String(repeating: "x", count: 300_000)))
    let result = results(hooks, 1).first
    #expect(result?.outcome == .ended(.exited(3)))
    #expect(result?.isSuccess == false)
  }

  @Test func theEnvironmentSaysWhatItIs() throws {
    let hooks = Hooks()
    let script = try shell("echo $SKEIN_EVENT $SKEIN_SEVERITY ${SKEIN_STATE-none} ${PATH:+path}; echo oops >&2")
    hooks.run(script, for: event("e1"))
    #expect(text(results(hooks, 1).first) == "finding P1 none path\noops\n")
    hooks.run(script, for: .init(kind: "verdict", id: "e2", state: "fail", json: []))
    #expect(text(results(hooks, 1).first) == "verdict fail path\noops\n")
  }

  /// Its own group, no descriptors of ours, and signals as usual.
  @Test func theProcessIsOnItsOwn() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("open", "x")
    let open = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    defer { close(open) }
    let hooks = Hooks()
    let script =
      "ls -l /proc/self/fd | grep -c open; grep SigIgn /proc/$$/status; ps -o pgid= -p $$ | tr -d \" \"; echo $$"
    hooks.run(try shell(script), for: event("e1"))
    let lines = text(results(hooks, 1).first).split(separator: "\n")
    try #require(lines.count == 4)
    #expect(lines[0] == "0")
    // SIGPIPE is bit 12.
    #expect((UInt64(lines[1].split(separator: "\t").last ?? "", radix: 16) ?? .max) & 1 << 12 == 0)
    #expect(lines[2] == lines[3])
  }

  @Test func endingsAreTold() throws {
    let hooks = Hooks()
    hooks.run(try shell("kill -9 $$"), for: event("killed"))
    #expect(results(hooks, 1).first?.outcome == .ended(.signalled(SIGKILL)))
    hooks.run(try HookCommand(parsing: "/no/such/program x", option: "--on-alert"), for: event("missing"))
    #expect(hooks.poll().first?.outcome == .notStarted("No such file or directory"))
    #expect(hooks.isIdle)
  }

  @Test func timeIsLimited() throws {
    let clock = Clock()
    let hooks = Hooks(clock: { clock.now })
    hooks.run(try shell("echo begun; sleep 60"), for: event("slow"))
    clock.advance(9 * HooksTests.second)
    for _ in 0..<3 { #expect(hooks.poll().isEmpty) }
    Syscalls.waitForAny(hooks.descriptors, atMost: HooksTests.second)
    clock.advance(HooksTests.second)
    let result = results(hooks, 1).first
    #expect(result?.outcome == .timedOut)
    #expect(text(result) == "begun\n")
    #expect(result?.duration == 10 * HooksTests.second)
  }

  /// SIGTERM is not heard: SIGKILL follows, for the whole group.
  @Test func theDeafAreKilled() throws {
    let folder = try TemporaryFolder()
    let clock = Clock()
    let hooks = Hooks(clock: { clock.now })
    let script = "trap \"\" TERM; sleep 60 & echo $! >\(folder.path("child")); echo begun; while :; do sleep 1; done"
    hooks.run(try shell(script), for: event("deaf"))
    Syscalls.waitForAny(hooks.descriptors, atMost: 5 * HooksTests.second)
    clock.advance(10 * HooksTests.second)
    #expect(hooks.poll().isEmpty)
    clock.advance(HooksTests.second)
    for _ in 0..<3 { #expect(hooks.poll().isEmpty, "the grace is two seconds") }
    clock.advance(HooksTests.second)
    let result = results(hooks, 1).first
    #expect(result?.outcome == .timedOut)
    let child = try #require(pid_t(String(decoding: try readFile(folder.path("child")), as: UTF8.self).dropLast()))
    // Gone, or waiting for the one who adopted it; dying takes the system a moment.
    func isAlive() -> Bool {
      guard let status = try? readFile("/proc/\(child)/stat") else { return false }
      return !String(decoding: status, as: UTF8.self).contains(") Z")
    }
    for _ in 0..<250 where isAlive() { Syscalls.waitForAny([], atMost: 20_000_000) }
    #expect(!isAlive())
  }

  @Test func soManyAtOnce() throws {
    let folder = try TemporaryFolder()
    let hooks = Hooks(.init(atOnce: 2))
    // Each waits until it may go.
    let script =
      "echo $SKEIN_SEVERITY >>\(folder.path("begun")); while ! [ -e \(folder.path("go")) ]; do sleep 0.02; done"
    for i in 0..<5 { hooks.run(try shell(script), for: event("e\(i)")) }
    for _ in 0..<10 { #expect(hooks.poll().isEmpty) }
    #expect(hooks.descriptors.count == 2)
    try folder.file("go", "")
    let ended = results(hooks, 5)
    #expect(Set(ended.map(\.eventID)) == ["e0", "e1", "e2", "e3", "e4"])
    #expect(ended.allSatisfy { $0.isSuccess })
    let begun = try readFile(folder.path("begun"))
    #expect(begun.count { $0 == 0x0A } == 5)
  }

  /// A full queue loses the oldest alert, never a verdict for an alert; a verdict is next.
  @Test func aFullQueueDropsTheOldest() throws {
    let folder = try TemporaryFolder()
    let hooks = Hooks(.init(atOnce: 1, queue: 3))
    let wait = try shell("while ! [ -e \(folder.path("go")) ]; do sleep 0.02; done")
    hooks.run(wait, for: event("running"))
    hooks.run(wait, for: event("a"))
    hooks.run(wait, for: event("verdict", kind: "verdict"))
    for id in ["b", "c", "d"] { hooks.run(wait, for: event(id)) }
    var all = hooks.poll()
    #expect(all.map(\.eventID) == ["a", "b"])
    #expect(all.allSatisfy { $0.outcome == .dropped })
    try folder.file("go", "")
    all = results(hooks, 4)
    #expect(all.map(\.eventID) == ["running", "verdict", "c", "d"])

    let full = Hooks(.init(atOnce: 1, queue: 1))
    full.run(wait, for: event("running"))
    for id in ["v1", "v2"] { full.run(wait, for: event(id, kind: "verdict")) }
    full.run(wait, for: event("alert"))
    let ended = full.finish()
    #expect(ended.filter { $0.outcome == .dropped }.map(\.eventID) == ["v1", "alert"])
    #expect(ended.filter(\.isSuccess).map(\.eventID) == ["running", "v2"])
  }

  /// At the end everything is waited for, but not for ever.
  @Test func theEndWaits() throws {
    let hooks = Hooks(.init(atOnce: 1))
    for i in 0..<3 { hooks.run(try shell("sleep 0.05; echo done"), for: event("e\(i)")) }
    let ended = hooks.finish()
    #expect(ended.map(text) == ["done\n", "done\n", "done\n"])

    let clock = Clock()
    let slow = Hooks(.init(atOnce: 1), clock: { clock.now })
    for i in 0..<3 { slow.run(try shell("sleep 60"), for: event("s\(i)")) }
    let outcomes = slow.finish { descriptors, _ in
      clock.advance(HooksTests.second)
      Syscalls.waitForAny(descriptors, atMost: 5_000_000)
    }
    #expect(outcomes.contains { $0.eventID == "s0" && $0.outcome == .timedOut })
    #expect(outcomes.count == 3)
    #expect(outcomes.filter { $0.outcome == .dropped }.count >= 1)
    #expect(clock.now < 30 * HooksTests.second)
  }
}
