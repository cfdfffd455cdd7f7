import Glibc
@testable import Platform
import Patterns
import TestKit
import Testing
import TraceCore

@testable import RulePack

struct PrefilterCacheTests {
  private let key = Array("a key".utf8)
  private let content = (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }

  private func mode(_ path: String) -> UInt32 {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  private func file(_ folder: TemporaryFolder) -> String { folder.path("cache/skein/" + PrefilterCache.name(of: key)) }

  private func cache(_ folder: TemporaryFolder, owner: UInt32? = nil) -> PrefilterCache {
    PrefilterCache(folder: folder.path("cache/skein"), owner: owner)
  }

  @Test func keepsAndFinds() throws {
    let folder = try TemporaryFolder()
    let cache = cache(folder)
    #expect(cache.load(key) == nil)
    #expect(cache.store(content, key) == nil)
    #expect(cache.load(key) == content[...])
    #expect(cache.load(Array("another".utf8)) == nil)
    #expect(mode(folder.path("cache/skein")) == 0o700 && mode(file(folder)) == 0o600)
    // Again, in place of the first.
    #expect(cache.store([1, 2, 3], key) == nil)
    #expect(cache.load(key) == [1, 2, 3])
    #expect(try Syscalls.names(in: Syscalls.openOwnFolder(folder.path("cache/skein"))).count == 3)
  }

  /// A change of any byte, and any length but the right one, is as good as no file.
  @Test func damageIsSeen() {
    let whole = PrefilterCache.file(content, key: key)
    #expect(PrefilterCache.content(of: whole, key: key) == content[...])
    for index in Array(0..<200) + [3_000, whole.count - 1] {
      var damaged = whole
      damaged[index] ^= 0x10
      #expect(PrefilterCache.content(of: damaged, key: key) == nil)
    }
    for count in [0, 1, 39, 40, 44, 45, whole.count - 1] {
      #expect(PrefilterCache.content(of: Array(whole[..<count]), key: key) == nil)
    }
    #expect(PrefilterCache.content(of: whole + [0], key: key) == nil)
    #expect(PrefilterCache.content(of: whole, key: Array("b key".utf8)) == nil)
  }

  @Test func filesOfOthersDoNotCount() throws {
    let folder = try TemporaryFolder()
    #expect(cache(folder).store(content, key) == nil)
    #expect(cache(folder, owner: Program.user + 1).load(key) == nil)
    let note = cache(folder, owner: Program.user + 1).store(content, key)
    #expect(try #require(note).contains("does not belong to this user alone"))
    unsafe chmod(file(folder), 0o620)
    #expect(cache(folder).load(key) == nil)
    unsafe chmod(file(folder), 0o600)
    #expect(cache(folder).load(key) == content[...])
    unsafe chmod(folder.path("cache/skein"), 0o777)
    #expect(cache(folder).load(key) == nil && cache(folder).store(content, key) != nil)
  }

  @Test func linksAreNotFollowed() throws {
    let folder = try TemporaryFolder()
    let elsewhere = try folder.file("elsewhere", PrefilterCache.file(content, key: key))
    #expect(cache(folder).store([1], key) == nil)
    unsafe unlink(file(folder))
    unsafe symlink(elsewhere, file(folder))
    #expect(cache(folder).load(key) == nil)
    // Storing replaces the link and leaves what it named alone.
    #expect(cache(folder).store([2], key) == nil)
    #expect(cache(folder).load(key) == [2])
    #expect(try wholeFile(elsewhere) == PrefilterCache.file(content, key: key))
    // A folder that is a link is none.
    unsafe symlink(folder.path("cache/skein"), folder.path("link"))
    let linked = PrefilterCache(folder: folder.path("link"))
    #expect(linked.load(key) == nil && linked.store(content, key) != nil)
  }

  private func wholeFile(_ path: String) throws -> [UInt8] {
    try WholeFile.read(path, limit: 1 << 20)
  }

  /// A FIFO in the file's place does not hold a run up.
  @Test func onlyRegularFiles() throws {
    let folder = try TemporaryFolder()
    #expect(cache(folder).store([1], key) == nil)
    unsafe unlink(file(folder))
    unsafe mkfifo(file(folder), 0o600)
    #expect(cache(folder).load(key) == nil)
  }

  @Test func noFolderIsANote() throws {
    let folder = try TemporaryFolder()
    try folder.file("file", "")
    for path in [folder.path("file"), folder.path("file/skein"), "/proc/self/skein", folder.path("no/such/folder")] {
      let cache = PrefilterCache(folder: path)
      #expect(cache.load(key) == nil)
      #expect(try #require(cache.store(content, key)).contains(path))
    }
    #expect(PrefilterCache.none.store(content, key) == nil && PrefilterCache.none.load(key) == nil)
  }

  @Test func whereItIs() {
    #expect(PrefilterCache.standard(cacheHome: "/tmp/c", home: "/home/a").folder == "/tmp/c/skein")
    #expect(PrefilterCache.standard(cacheHome: "relative", home: "/home/a").folder == "/home/a/.cache/skein")
    #expect(PrefilterCache.standard(cacheHome: nil, home: "/home/a").folder == "/home/a/.cache/skein")
    for home in [nil, "", "a", "/tmp", "/tmp/home", "/var/tmp/x"] {
      let cache = PrefilterCache.standard(cacheHome: nil, home: home)
      #expect(cache.folder == nil && cache.store(content, key) != nil)
    }
  }

  @Test func oldFilesGo() throws {
    let folder = try TemporaryFolder()
    let cache = cache(folder)
    for number in 0..<(PrefilterCache.fileLimit + 5) {
      let key = Array("key \(number)".utf8)
      #expect(cache.store([UInt8(number)], key) == nil)
      var times = [timespec(tv_sec: 1_000 + number, tv_nsec: 0), timespec(tv_sec: 1_000 + number, tv_nsec: 0)]
      unsafe utimensat(AT_FDCWD, folder.path("cache/skein/" + PrefilterCache.name(of: key)), &times, 0)
    }
    try folder.file("cache/skein/other", "left alone")
    #expect(cache.store([1], key) == nil)
    let names = try Syscalls.names(in: Syscalls.openOwnFolder(folder.path("cache/skein")))
    #expect(names.count { $0.hasPrefix("prefilter-") } == PrefilterCache.fileLimit && names.contains("other"))
    #expect(cache.load(key) == [1] && cache.load(Array("key 0".utf8)) == nil)
  }

  /// Many at once: each load gives all of one of them, or nothing yet.
  @Test func concurrentWriters() async throws {
    let folder = try TemporaryFolder()
    let cache = cache(folder)
    let contents = (0..<8).map { number in [UInt8](repeating: UInt8(number), count: 100_000) }
    await withTaskGroup(of: Bool.self) { group in
      for content in contents {
        group.addTask {
          for _ in 0..<10 {
            guard cache.store(content, key) == nil, let found = cache.load(key), contents.contains(Array(found)) else {
              return false
            }
          }
          return true
        }
      }
      for await isRight in group { #expect(isRight) }
    }
    #expect(try Syscalls.names(in: Syscalls.openOwnFolder(folder.path("cache/skein"))).count == 3)
  }

  /// A plan from the cache finds what a new one finds, and a spoilt file is made anew.
  @Test func plansFromTheCache() throws {
    let folder = try TemporaryFolder()
    let cache = cache(folder)
    let patterns = ["QueuePool limit \\d+", "(?i)timed out", "\\d", "deadlock|out of memory"]
    let rules = patterns.enumerated().map { PrefilterRule(index: UInt32($0), pattern: $1) }
    let text = Array("QueuePool limit 5\nnothing\nTimed OUT, out of memory\n".utf8)
    func found() -> [RuleCandidate] {
      let plan = PrefilterPlan(rules: rules, cache: cache)
      #expect(plan.alwaysRules == [2] && plan.note == nil)
      var candidates: ContiguousArray<RuleCandidate> = []
      plan.makePrefilter().scan(text.span, into: &candidates)
      return candidates.map { $0 }
    }
    let first = found()
    #expect(first.map(\.rule) == [0, 1, 3])
    let names =
      (try? Syscalls.names(in: Syscalls.openOwnFolder(folder.path("cache/skein"))))?.filter { $0.count > 2 } ?? []
    #expect(found() == first)
    for name in names {
      let path = folder.path("cache/skein/" + name)
      var bytes = try wholeFile(path)
      bytes[bytes.count / 2] ^= 1
      try folder.file("cache/skein/" + name, bytes)
      #expect(found() == first)
      bytes[bytes.count / 2] ^= 1
      #expect(try wholeFile(path) == bytes)
    }
  }
}
