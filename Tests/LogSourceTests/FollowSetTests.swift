import Glibc
@testable import Platform
import Testing
import TraceCore

@testable import LogSource

struct FollowSetTests {
  let folder = TestFolder()
  final class Clock { var now: Int64 = 1 }
  let clock = Clock()

  func set(_ arguments: [String], starts: ((String, Bool) -> Void)? = nil) throws -> FollowSet {
    let clock = clock
    return try FollowSet(
      arguments: arguments.map { $0 == "-" ? $0 : folder($0) },
      from: { path, isNew in
        starts?(path, isNew)
        return .start
      }, clock: { clock.now })
  }
  func names(_ set: FollowSet) -> [String] { names(set.followers) }
  func names(_ followers: [StreamFollower]) -> [String] {
    followers.map { $0.path == "-" ? "-" : String($0.path.dropFirst(folder.path.count + 1)) }
  }

  @Test func rotationsAreNoStreams() throws {
    for name in ["a.log", "a.log.1", "a.log.2.gz", "b.log.1", "b.log-20261124"] { folder.write(name, "1\n") }
    #expect(names(try set(["*.log*"])) == ["a.log", "b.log"])
    #expect(names(try set(["a.log.1", "a.log"])) == ["a.log"])
  }

  @Test func newMatchesAreFound() throws {
    folder.write("a.log", "1\n")
    var started: [String: Bool] = [:]
    let set = try set(["*.log"]) { started[String($0.suffix(5))] = $1 }
    folder.write("b.log", "2\n")
    // Not within the same second.
    #expect(set.rescan().isEmpty)
    clock.now += 2_000_000_000
    #expect(names(set.rescan()) == ["b.log"])
    #expect(names(set) == ["a.log", "b.log"])
    clock.now += 2_000_000_000
    #expect(set.rescan().isEmpty)
    #expect(started == ["a.log": false, "b.log": true])
  }

  @Test func foldersAndWhatIsNotThereYet() throws {
    folder.folder("logs")
    folder.write("logs/notes.md", "no log\n")
    let set = try set(["later.log", "logs", "none*.log"])
    #expect(names(set) == ["later.log"])
    #expect(try set.followers[0].next() == nil)
    folder.write("logs/app.log", "1\n")
    folder.write("later.log", "1\n")
    folder.write("none1.log", "1\n")
    clock.now += 2_000_000_000
    set.rescan()
    #expect(names(set) == ["later.log", "logs/app.log", "none1.log"])
    let generation = try #require(try set.followers[0].next())
    #expect(try generation.read(into: Block(), atMost: 10) == 2)
    #expect(set.watchPaths.contains(folder("logs")))
    #expect(set.watchPaths.contains(folder.path))
  }

  @Test func aPipeThatIsNamed() throws {
    folder.fifo("pipe")
    let set = try set(["pipe"])
    let follower = set.followers[0]
    // No writer yet: nothing, not the end.
    #expect(try follower.next() == nil)
    #expect(!follower.isFinished)
    let writer = unsafe open(folder("pipe"), O_WRONLY | O_NONBLOCK)
    unsafe _ = write(writer, "a first line\n", 13)
    let generation = try #require(try follower.next())
    let block = Block()
    #expect(try generation.read(into: block, atMost: 100) == 13)
    #expect(try generation.read(into: block, atMost: 100) == 0)
    #expect(generation.isPaused)
    unsafe _ = write(writer, "more\n", 5)
    #expect(try generation.read(into: block, atMost: 100) == 5)
    close(writer)
    #expect(try generation.read(into: block, atMost: 100) == 0)
    #expect(generation.isAtEnd)
    #expect(!generation.isPaused)
    #expect(try follower.next() == nil)
    #expect(follower.isFinished)
  }

  @Test func whatCannotBeFollowed() throws {
    #expect(throws: SourceError.readTwice(path: "-")) { try set(["-", "-"]) }
    #expect(throws: SourceError.notReadable(path: "/dev/null", .characterDevice)) {
      try FollowSet(arguments: ["/dev/null"], from: { _, _ in .start }, clock: { 0 })
    }
  }
}
