import Analysis
import Glibc
import TestKit
import Testing

@testable import Application
@testable import Platform

/// Commands of a checklist: real processes, with limits that are far away or are what is tested.
struct CommandRunTests {
  private static let second: Int64 = 1_000_000_000
  private let folder: TemporaryFolder

  init() throws {
    Terminal.prepare()
    folder = try TemporaryFolder()
  }

  private func run(_ words: [String], limit: Int64 = 600 * second, grace: Int64 = second) -> CommandRun {
    var limits = CommandRun.Limits()
    limits.grace = grace
    return CommandRun(words, folder: folder.path, limit: limit, limits: limits)
  }

  private func shell(_ script: String, limit: Int64 = 600 * second, grace: Int64 = second) -> CommandRun {
    run(["/bin/sh", "-c", script], limit: limit, grace: grace)
  }

  @Test func itEndsByItself() {
    #expect(shell("exit 7").outcome == .ended(.exited(7)))
    #expect(shell("kill -9 $$").outcome == .ended(.signalled(9)))
  }

  /// Words are words, the input is empty, and it runs in its folder; a name with a slash is looked up from there.
  @Test func whatItIsGiven() throws {
    #expect(run(["printf", "%s|", "a b", "$HOME", "`id`", "*"]).lines == ["a b|$HOME|`id`|*|"])
    #expect(shell("cat; echo end").lines == ["end"])
    #expect(run(["pwd"]).lines.first?.hasSuffix(String(folder.path.split(separator: "/").last ?? "")) == true)
    try folder.file("own.sh", "#!/bin/sh\necho mine\n")
    chmod(folder.path("own.sh"), 0o700)
    #expect(run(["./own.sh"]).lines == ["mine"])
  }

  @Test func itIsNotThere() {
    #expect(run(["no-such-program-of-anybody"]).outcome == .notStarted("No such file or directory"))
    #expect(run([folder.path]).outcome == .notStarted("Permission denied"))
  }

  /// Killed at its limit with all that it has started, also where it does not listen.
  @Test func itHangs() throws {
    let plain = shell("echo before; sleep 600", limit: Self.second / 10)
    #expect(plain.outcome == .timedOut)
    let pids = folder.path("pids")
    let deaf = shell(
      "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > \(pids); while :; do sleep 600; done' & wait; sleep 600",
      limit: Self.second / 5, grace: Self.second / 10)
    #expect(deaf.outcome == .timedOut)
    // On a slow machine the inner shell may not have come so far as to write its number.
    guard let text = try? readFile(pids), let inner = Int32(String(decoding: text, as: UTF8.self).filter(\.isNumber))
    else {
      return
    }
    var isGone = false
    for _ in 0..<1_000 where !isGone {
      // Nobody reaps it here but init: dead is enough.
      let stat = (try? readFile("/proc/\(inner)/stat")).map { String(decoding: $0, as: UTF8.self) } ?? ""
      isGone = stat.isEmpty || stat.contains(") Z ")
      if !isGone { usleep(10_000) }
    }
    #expect(isGone)
  }

  /// It is not waited for what a command leaves running in the background with its output open.
  @Test func whatItLeavesRunningIsNotWaitedFor() throws {
    let run = shell("sleep 600 & echo $!; exit 0")
    #expect(run.outcome == .ended(.exited(0)))
    let number = try #require(run.lines.first.flatMap { Int32($0) })
    #expect(kill(number, 0) == 0, "it was left alone")
    kill(number, SIGKILL)
  }

  @Test func itIsInterrupted() {
    var limits = CommandRun.Limits()
    limits.grace = Self.second / 10
    let run = CommandRun(["sleep", "600"], folder: nil, limit: 600 * Self.second, limits: limits, shouldStop: { true })
    #expect(run.outcome == .interrupted)
  }

  /// Of 100 MB the last 8 KiB are held, and of these the last lines.
  @Test func muchOutputIsBounded() {
    let run = shell("yes 0123456789abcdef | head -c 104857600; echo; echo the end")
    #expect(run.outcome == .ended(.exited(0)))
    #expect(run.written == 104_857_600 + 9)
    #expect(run.tail.count == 8_192 && run.lines.count == 12 && run.lines.last == "the end")
    #expect(run.omitted > 104_857_000)
  }

  @Test func oneLongLineIsCut() {
    let run = shell("head -c 1000000 /dev/zero | tr '\\0' x")
    #expect(run.lines.count == 1 && run.lines[0].count == 401)
  }

  @Test func bytesThatAreNoText() {
    let run = shell("printf 'a\\377\\000b\\rsecond\\r\\nthird'")
    #expect(run.lines == ["a\u{FFFD}\u{0}b", "second", "third"])
  }
}
