import Glibc
@testable import Platform
import TestKit
import Testing
import TraceCore

@testable import LogSource

/// Folders are listed where they may have changed, and not for each file in them.
struct FolderIndexTests {
  private let folder = TestFolder()

  /// As if its files were written long ago.
  private func settle() {
    var times = [timespec(tv_sec: 1_700_000_000, tv_nsec: 5), timespec(tv_sec: 1_700_000_000, tv_nsec: 5)]
    unsafe utimensat(AT_FDCWD, folder.path, &times, 0)
  }

  @Test func aChangeIsSeen() throws {
    folder.write("a.log", "1\n")
    settle()
    let index = FolderIndex()
    #expect(try index.names(in: folder.path).names == ["a.log"])
    for _ in 0..<10 { _ = try index.names(in: folder.path) }
    #expect(index.listings == 1)
    folder.write("a.log.1", "1\n")
    #expect(try index.names(in: folder.path).ofBase("a.log").map(\.name) == ["a.log", "a.log.1"])
    #expect(index.listings == 2)
  }

  /// The clock of a file system stands still for a while: what comes in that while changes no time.
  @Test func aFolderThatHasJustChangedIsListedAgain() throws {
    folder.write("a.log", "1\n")
    let modified = try Syscalls.status(of: folder.path).modified
    var now = modified + 1_000_000
    let index = FolderIndex { now }
    _ = try index.names(in: folder.path)
    _ = try index.names(in: folder.path)
    #expect(index.listings == 2)
    now = modified + 30_000_000
    _ = try index.names(in: folder.path)
    _ = try index.names(in: folder.path)
    #expect(index.listings == 3)
  }

  /// Listings for logs that stand side by side: not one more for twice as many.
  @Test func manyLogsCostOneListing() throws {
    var listings: [Int] = []
    for count in [50, 100] {
      for number in 0..<count { folder.write("app-\(number)x.log", "\(number)\n") }
      settle()
      let set = try FollowSet(arguments: [folder.path], from: { _, _ in .start }, clock: { 1 })
      #expect(set.followers.count == count)
      for follower in set.followers {
        let generation = try #require(try follower.next())
        #expect(try generation.read(into: Block(), atMost: 100) > 0)
      }
      listings.append(set.folders.count)
    }
    #expect(listings == [1, 1])
  }

  /// A log of many generations is listed once, read from the oldest on, and each generation once.
  @Test func manyGenerationsCostOneListing() throws {
    let count = 150
    for number in 1...count {
      folder.write("app.log.\(number)", "line \(number) of the oldest to the newest, one a file\n")
    }
    folder.write("app.log", "line 0\n")
    settle()
    let folders = FolderListings()
    var options = StreamFollower.Options()
    options.quiet = 0
    let follower = StreamFollower(
      path: folder("app.log"), display: "app.log", from: .rotations, clock: { 1 }, options: options, folders: folders)
    var numbers: [String] = []
    let block = Block()
    var generation = try follower.next()
    while let current = generation {
      block.removeAll()
      while try current.read(into: block, atMost: 4096) > 0 {}
      numbers.append(
        String(decoding: block.copyOfBytes(), as: UTF8.self).split(separator: " ")[1].split(separator: "\n")[0]
          .description)
      generation = current.isAtEnd ? try follower.next() : nil
    }
    #expect(numbers == (0...count).reversed().map(String.init))
    #expect(folders.count <= 2)
  }

  /// What is rotated while a long backlog is read is not lost.
  @Test func aRotationInALongBacklog() throws {
    for number in 1...100 {
      folder.write("app.log.\(number)", "line \(number) of a log with many generations in one folder here\n")
    }
    folder.write("app.log", "line 0 of a log with many generations in one folder, the last one\n")
    settle()
    var options = StreamFollower.Options()
    options.quiet = 0
    let follower = StreamFollower(
      path: folder("app.log"), display: "app.log", from: .rotations, clock: { 1 }, options: options)
    var numbers: [String] = []
    let block = Block()
    for step in 0..<400 {
      guard let current = try follower.next() else { break }
      block.removeAll()
      while try current.read(into: block, atMost: 4096) > 0 {}
      if block.count > 0 {
        numbers.append(String(decoding: block.copyOfBytes(), as: UTF8.self).split(separator: " ")[1].description)
      }
      if step == 20 {
        for number in (0...100).reversed() {
          folder.rename(number == 0 ? "app.log" : "app.log.\(number)", to: "app.log.\(number + 1)")
        }
        folder.write("app.log", "line new of a log with many generations in one folder, after all\n")
      }
      if !current.isAtEnd { break }
    }
    #expect(numbers == (0...100).reversed().map(String.init) + ["new"])
  }

  /// logrotate's `olddir`: the file that was read is found where it went, and read to its end.
  @Test(arguments: ["app/old", "archive"]) func anOldFolderIsFound(_ old: String) throws {
    folder.folder("app")
    folder.folder(old)
    folder.folder("app/other")
    folder.write("app/other/app.log.1", "another log of the same name, which has nothing to do with this one at all\n")
    let first = "the first line of a log that goes into another folder when it is rotated\n"
    folder.write("app/app.log", first)
    let clock = FolderClock()
    let start = FollowReader(folder("app/app.log"), clock: { clock.now })
    try start.read()
    start.commit()
    folder.write("app/app.log", first + "the second line\n")
    folder.rename("app/app.log", to: "\(old)/app.log.1")
    folder.write("app/app.log", "the third line\n")
    let position = try #require(start.position)
    let next = FollowReader(folder("app/app.log"), from: .position(position), clock: { clock.now })
    for _ in 0..<5 {
      try next.read()
      clock.now += 5_000_000_000
    }
    #expect(next.lines == ["the second line", "the third line"])
    #expect(!next.hasToldLoss)
  }

  final class FolderClock { var now: Int64 = 1_000_000_000 }
}
