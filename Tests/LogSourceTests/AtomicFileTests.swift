import Glibc
@testable import Platform
import TestKit
import Testing

@testable import LogSource

/// Whole files or none: what stood there before stays until the new one is there.
struct AtomicFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func names() throws -> [String] { try Syscalls.names(in: folder.path).compactMap { $0 } }

  private func refusal(_ path: String) -> OutputError? {
    do throws(OutputError) {
      try AtomicFile.write(path, [1])
      return nil
    } catch {
      return error
    }
  }

  @Test func newAndReplaced() throws {
    let path = folder.path("out.md")
    for text in ["first", "", String(repeating: "longer ", count: 100_000)] {
      try AtomicFile.write(path, Array(text.utf8))
      #expect(try readFile(path) == Array(text.utf8))
      #expect(try names() == ["out.md"])
    }
    var status = stat()
    #expect(unsafe stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    // The longest name that there is, and one in the folder where the program stands.
    let long = folder.path(String(repeating: "🪢", count: 63))
    try AtomicFile.write(long, [7])
    #expect(try readFile(long) == [7])
    #expect(AtomicFile.split("a").folder == "." && AtomicFile.split("/a").folder == "/")
  }

  /// A writer that was killed at any step leaves the old file; what it left goes with a later write, once it is old.
  @Test func killedInBetween() throws {
    let path = try folder.file("state", "old")
    let left = [
      ".state.skein-\(getpid())-0", ".state.skein-2147483646-0", ".state.skein-1-0", ".other.skein-2147483646-0",
    ]
    for name in left { try folder.file(name, "half of the n") }
    #expect(try readFile(path) == Array("old".utf8))
    try AtomicFile.write(path, Array("new".utf8))
    #expect(try readFile(path) == Array("new".utf8))
    #expect(try names() == (left + ["state"]).sorted())
    for name in left {
      var times = [timespec(tv_sec: 1_000_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000_000, tv_nsec: 0)]
      #expect(unsafe utimensat(AT_FDCWD, folder.path(name), &times, 0) == 0)
    }
    try AtomicFile.write(path, Array("newer".utf8))
    // Process 1 is there, and the last is about another file.
    #expect(try names() == [left[2], left[3], "state"].sorted())
  }

  @Test func noPlaceForIt() throws {
    try folder.folder("sub")
    #expect(refusal(folder.path("none/a")) == .folderMissing(path: folder.path("none/a"), folder: folder.path("none")))
    try folder.file("file", "x")
    #expect(refusal(folder.path("file/a")) == .folderMissing(path: folder.path("file/a"), folder: folder.path("file")))
    for path in ["sub", "sub/", "sub/.", ""] {
      #expect(
        refusal(path.isEmpty ? "" : folder.path(path))
          == .notAFile(path: path.isEmpty ? "" : folder.path(path), .folder))
    }
    #expect(refusal("/dev/null") == .notAFile(path: "/dev/null", .characterDevice))
    #expect(unsafe mkfifo(folder.path("pipe"), 0o600) == 0)
    #expect(refusal(folder.path("pipe")) == .notAFile(path: folder.path("pipe"), .fifo))
  }

  /// The system's own refusals, by what it says, as not every machine can be brought to say it.
  @Test func refusalsInWords() throws {
    let words: [(Int32, String)] = [
      (EACCES, "no permission in /d"), (EROFS, "read-only"), (ENOSPC, "no space left"), (EDQUOT, "no space left"),
      (EIO, "Input/output error; what was there before is untouched"), (ENOENT, "mkdir -p /d"),
    ]
    for (code, text) in words {
      #expect(OutputError(SystemError(code: code), path: "/d/a", folder: "/d").message.contains(text))
    }
    // The system lets its owner write everywhere, so that this shows as another user only.
    guard geteuid() != 0 else { return }
    try folder.folder("closed")
    #expect(unsafe chmod(folder.path("closed"), 0o500) == 0)
    #expect(
      refusal(folder.path("closed/a"))
        == .permissionDenied(path: folder.path("closed/a"), folder: folder.path("closed")))
  }

  /// Neither written through nor replaced.
  @Test func links() throws {
    let target = try folder.file("target", "mine")
    #expect(unsafe symlink(target, folder.path("link")) == 0 && symlink("nowhere", folder.path("dangling")) == 0)
    for name in ["link", "dangling"] {
      #expect(refusal(folder.path(name)) == .notAFile(path: folder.path(name), .link))
    }
    #expect(try readFile(target) == Array("mine".utf8))
    #expect(try names() == ["dangling", "link", "target"])
    // A link on the way is followed.
    #expect(unsafe symlink(folder.path, folder.path("here")) == 0)
    try AtomicFile.write(folder.path("here/new"), [1])
    #expect(try readFile(folder.path("new")) == [1])
  }

  /// Whoever looks sees one of the whole files; no temporary is left.
  @Test func concurrentWriters() async throws {
    let path = folder.path("state")
    func content(_ writer: Int, _ round: Int) -> [UInt8] {
      Array(repeating: UInt8(writer), count: 1_000 + writer * 100) + [UInt8(round)]
    }
    try AtomicFile.write(path, content(0, 0))
    try await withThrowingTaskGroup { group in
      for writer in 1...4 {
        group.addTask {
          for round in 0..<25 {
            try AtomicFile.write(path, content(writer, round))
            let seen = try readFile(path)
            let author = Int(seen[0])
            #expect(seen == content(author, Int(seen[seen.count - 1])))
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try names() == ["state"])
  }
}
