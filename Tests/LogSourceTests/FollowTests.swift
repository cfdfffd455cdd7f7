import Glibc
import Synchronization
@testable import Platform
import TestKit
import Testing
import TraceCore

@testable import LogSource

/// Single things that happen to a followed log.
struct FollowTests {
  let folder = TestFolder()
  final class Clock { var now: Int64 = 1 }
  let clock = Clock()
  static let second: Int64 = 1_000_000_000

  func append(_ name: String, _ text: String) {
    let number = unsafe open(folder(name), O_WRONLY | O_CREAT | O_APPEND, 0o644)
    unsafe _ = write(number, text, text.utf8.count)
    close(number)
  }
  func move(_ a: String, _ b: String) { unsafe _ = rename(folder(a), folder(b)) }
  func remove(_ name: String) { unsafe _ = unlink(folder(name)) }
  func follow(_ from: FollowStart = .start) -> FollowReader {
    let clock = clock
    return FollowReader(folder("app.log"), from: from) { clock.now }
  }
  func pass(_ seconds: Int64, _ reader: FollowReader) throws {
    for _ in 0..<seconds {
      clock.now += Self.second
      try reader.read()
    }
  }
  func kinds(_ reader: FollowReader) -> [FollowEvent.Kind] { reader.events.map(\.kind) }

  @Test func whatAWriterAddsToARenamedFileIsReadFirst() throws {
    append("app.log", "1\n")
    let reader = follow()
    try reader.read()
    move("app.log", "app.log.1")
    append("app.log", "")
    try pass(30, reader)
    // Not yet told to open its file again.
    append("app.log.1", "2\n")
    append("app.log", "3\n")
    try pass(3, reader)
    #expect(reader.lines == ["1", "2", "3"])
    #expect(kinds(reader) == [.renamed])
    #expect(!reader.hasToldLoss)
  }

  @Test func lateBytesComeBetweenTwoLines() throws {
    append("app.log", "1\n")
    let reader = follow()
    try reader.read()
    move("app.log", "app.log.1")
    append("app.log", "2\nhal")
    try pass(3, reader)
    append("app.log.1", "late\nand a part")
    try pass(3, reader)
    #expect(reader.lines == ["1", "2"])
    append("app.log", "f\n")
    try pass(3, reader)
    append("app.log", "3\n")
    try pass(3, reader)
    #expect(reader.lines == ["1", "2", "half", "late", "3"])
    #expect(kinds(reader) == [.renamed, .lateBytes])
    #expect(reader.events.last?.bytes == 5)
    #expect(reader.events.last?.note?.kind == .late)
    // After a restart neither comes again, and the rest of the late line does come.
    reader.commit()
    append("app.log.1", " more\n")
    append("app.log", "4\n")
    try reader.restart()
    try pass(5, reader)
    #expect(reader.lines.sorted() == ["1", "2", "3", "4", "and a part more", "half", "late"])
  }

  @Test func aFileThatGoesOnGrowingIsLeftAfterTheGrace() throws {
    append("app.log", "1\n")
    let reader = follow()
    try reader.read()
    move("app.log", "app.log.1")
    append("app.log", "new\n")
    for i in 0..<9 {
      append("app.log.1", "old \(i)\n")
      clock.now += Self.second / 2
      try reader.read()
    }
    #expect(!reader.lines.contains("new"))
    for i in 9..<30 {
      append("app.log.1", "old \(i)\n")
      clock.now += Self.second / 2
      try reader.read()
    }
    #expect(reader.lines.contains("new"))
    try pass(5, reader)
    #expect(reader.lines.filter { $0.hasPrefix("old") } == (0..<30).map { "old \($0)" })
  }

  @Test func theEndIsBehindTheLastNewline() throws {
    append("app.log", "1\n2\nhal")
    let reader = follow(.end)
    try reader.read()
    append("app.log", "f\n3\n")
    try reader.read()
    #expect(reader.lines == ["half", "3"])
  }

  @Test func rotationsComeOldestFirst() throws {
    folder.write("app.log.2.gz", Gzip.member("1\n"))
    append("app.log.1", "2\n")
    append("app.log", "3\n")
    let reader = follow(.rotations)
    try pass(3, reader)
    #expect(reader.lines == ["1", "2", "3"])
    // A compressor has begun, has ended: the same log.
    folder.write("app.log.1.gz", Array(Gzip.member("2\n").prefix(9)))
    append("app.log", "4\n")
    try pass(3, reader)
    remove("app.log.1")
    folder.write("app.log.1.gz", Gzip.member("2\n"))
    try pass(3, reader)
    #expect(reader.lines == ["1", "2", "3", "4"])
  }

  /// Cut and written beyond the old place: the size says nothing.
  @Test func aCutIsSeenByContent() throws {
    append("app.log", "first 1\nfirst 2\n")
    let reader = follow()
    try reader.read()
    append("app.log", "first 3\n")
    try writeFile(folder("app.log.1"), readFile(folder("app.log")))
    unsafe _ = truncate(folder("app.log"), 0)
    append("app.log", "second 1\nsecond 2\nsecond 3\nsecond 4\n")
    try pass(3, reader)
    #expect(reader.lines == ["first 1", "first 2", "first 3", "second 1", "second 2", "second 3", "second 4"])
    #expect(kinds(reader) == [.copytruncated])
    #expect(reader.events.first?.note?.kind == .possibleLoss)
  }

  private func copyAndCut() throws {
    move("app.log.2", "app.log.3")
    move("app.log.1", "app.log.2")
    try writeFile(folder("app.log.1"), readFile(folder("app.log")))
    unsafe _ = truncate(folder("app.log"), 0)
  }

  /// Empty at each look: what was written, copied and cut between two of them is read at the next one, not when more comes.
  @Test func aFileThatIsEmptyAtEachLook() throws {
    append("app.log", "1\n")
    let reader = follow()
    try reader.read()
    for line in 2...4 {
      try copyAndCut()
      clock.now += Self.second
      try reader.read()
      append("app.log", "\(line)\n")
    }
    try copyAndCut()
    try pass(3, reader)
    #expect(reader.lines == ["1", "2", "3", "4"])
  }

  /// Found in its copy after a restart; the active file, empty then, is written, copied and cut while the copy's rest is read.
  @Test func aFileThatWasCutBeforeItsFirstByteWasRead() throws {
    append("app.log", "the first line, that was read\n")
    let reader = follow()
    try reader.read()
    reader.commit()
    append("app.log", "1\n")
    try copyAndCut()
    try reader.restart()
    try reader.read()
    append("app.log", "2\n")
    try reader.read()
    append("app.log", "3\n")
    try copyAndCut()
    clock.now += Self.second
    try reader.read()
    #expect(kinds(reader) == [.reread, .copytruncated])
    #expect(reader.events.last?.text.contains("copied to app.log.1 and cut, within the 1.0 s") == true)
    append("app.log", "4\n")
    try pass(3, reader)
    #expect(reader.lines.dropFirst() == ["1", "2", "3", "4"])
    // What stood empty in the file's inode says nothing of what is in it after another restart.
    reader.commit()
    append("app.log", "5\n")
    try copyAndCut()
    append("app.log", "6\n")
    try reader.restart()
    try pass(3, reader)
    #expect(reader.lines.dropFirst() == ["1", "2", "3", "4", "5", "6"])
    #expect(!reader.events.contains { $0.kind == .lost })
  }

  @Test func unreadBytesOfACutWithoutACopyAreLost() throws {
    append("app.log", "1\n2\n3\n")
    let reader = follow()
    try reader.read(times: 1)
    let read = reader.lines.count
    // Seen, not read.
    try reader.read(times: 0)
    unsafe _ = truncate(folder("app.log"), 0)
    try pass(1, reader)
    append("app.log", "4\n")
    try pass(2, reader)
    #expect(reader.lines.last == "4")
    #expect(reader.hasToldLoss)
    #expect(kinds(reader).first == .copytruncated)
    if read < 3 { #expect(reader.events.contains { $0.kind == .lost && $0.bytes > 0 }) }
  }

  /// A writer without O_APPEND leaves a run of NULs in front of what it writes after the cut.
  @Test func aWriterThatKeepsItsPlace() throws {
    let number = unsafe open(folder("app.log"), O_WRONLY | O_CREAT, 0o644)
    defer { close(number) }
    unsafe _ = write(number, "1\n2\n", 4)
    let reader = follow()
    try reader.read()
    unsafe _ = truncate(folder("app.log"), 0)
    unsafe _ = write(number, "3\n", 2)
    try pass(2, reader)
    #expect(reader.lines == ["1", "2", "3"])
  }

  @Test func aRemovedFileIsReadToItsEnd() throws {
    append("app.log", "1\n")
    let reader = follow()
    try reader.read()
    append("app.log", "2\n")
    remove("app.log")
    try pass(2, reader)
    append("app.log", "3\n")
    try pass(2, reader)
    #expect(reader.lines == ["1", "2", "3"])
    #expect(kinds(reader) == [.missing, .found])
  }

  @Test func aFolderThatIsMadeAgain() throws {
    folder.folder("logs")
    append("logs/app.log", "1\n")
    let clock = clock
    let reader = FollowReader(folder("logs/app.log")) { clock.now }
    try reader.read()
    remove("logs/app.log")
    unsafe _ = rmdir(folder("logs"))
    try pass(2, reader)
    folder.folder("logs")
    append("logs/app.log", "2\n")
    try pass(2, reader)
    #expect(reader.lines == ["1", "2"])
  }

  @Test func aLinkThatIsTurned() throws {
    folder.folder("a")
    folder.folder("b")
    append("a/one.log", "1\n")
    folder.link("app.log", to: folder("a/one.log"))
    let reader = follow()
    try reader.read()
    append("a/one.log", "2\n")
    append("b/two.log", "3\n")
    remove("app.log")
    folder.link("app.log", to: folder("b/two.log"))
    try pass(3, reader)
    #expect(reader.lines == ["1", "2", "3"])
    #expect(kinds(reader) == [.replaced])
  }

  @Test func aFileThatIsReplacedByACopyOfItself() throws {
    let text = String(decoding: logText(bytes: 10_000), as: UTF8.self)
    append("app.log", text + "\n")
    let reader = follow()
    try reader.read()
    let count = reader.lines.count
    append("new", text + "\nmore\n")
    move("new", "app.log")
    try pass(3, reader)
    #expect(reader.lines.count == count + 1)
    #expect(kinds(reader) == [.reread])
  }

  @Test func aFolderInItsPlaceIsTold() throws {
    append("app.log", "1\n")
    let reader = follow()
    try reader.read()
    remove("app.log")
    folder.folder("app.log")
    try pass(2, reader)
    unsafe _ = rmdir(folder("app.log"))
    append("app.log", "2\n")
    try pass(2, reader)
    #expect(reader.lines == ["1", "2"])
    #expect(kinds(reader).contains(.replaced))
  }

  @Test func aDeletedFileIsToldAfterARestart() throws {
    append("app.log", "a first line that is long enough to be known again\n")
    let reader = follow()
    try reader.read()
    reader.commit()
    move("app.log", "app.log.1")
    append("app.log", "2\n")
    remove("app.log.1")
    try reader.restart()
    try pass(2, reader)
    #expect(reader.lines.last == "2")
    #expect(kinds(reader) == [.lost])
    #expect(reader.events.first?.note?.isGap == true)
  }

  /// An idle file is not read.
  @Test func idleReadsNothing() throws {
    append("app.log", "1\n")
    let clock = clock
    let follower = StreamFollower(path: folder("app.log"), display: "app.log", from: .start) { clock.now }
    let generation = try #require(try follower.next())
    let block = Block()
    #expect(try generation.read(into: block, atMost: 100) == 2)
    // Other bytes under the same size and time of change: who read them would see a cut.
    var times = stat()
    unsafe _ = stat(folder("app.log"), &times)
    #expect(try generation.read(into: block, atMost: 100) == 0)
    let number = unsafe open(folder("app.log"), O_WRONLY)
    unsafe _ = pwrite(number, "X", 1, 0)
    let old = [times.st_atim, times.st_mtim]
    unsafe _ = futimens(number, old)
    close(number)
    #expect(try generation.read(into: block, atMost: 100) == 0)
    #expect(generation.isPaused)
    #expect(!generation.isAtEnd)
    #expect(try follower.next() == nil)
  }

  // MARK: positions

  @Test func positionsAsText() throws {
    var random = SplitMix64(seed: 7)
    func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(random.below(256)) } }
    let mark = FileMark(
      identity: FileIdentity(device: 1, inode: .max), head: bytes(3), offset: 5, tail: bytes(4), isOpen: true)
    for position in [
      FollowPosition(identity: FileIdentity(device: 0, inode: 0), head: [], offset: 0, tail: [], known: []),
      FollowPosition(
        identity: FileIdentity(device: .max, inode: 2), head: bytes(4096), offset: .max, tail: bytes(256),
        known: Array(repeating: mark, count: 100)),
    ] {
      let text = position.encoded()
      #expect(FollowPosition(decoding: text) == position)
      for count in stride(from: 0, to: text.count, by: 1 + text.count / 300) {
        #expect(FollowPosition(decoding: Array(text[..<count])) == nil)
      }
      var other = text
      other["skein-follow-position ".utf8.count] = UInt8(ascii: "2")
      #expect(FollowPosition(decoding: other) == nil)
    }
    for garbage in ["", "\n", "skein-follow-position 1\nfile 1 -2 3\nhead \ntail \nend\n", "\u{0}\u{0}"] {
      #expect(FollowPosition(decoding: Array(garbage.utf8)) == nil)
    }
  }

  /// Where the rotation has gone to is looked for among folders that others make and remove meanwhile.
  @Test func foldersThatComeAndGoWhileTheyAreListedEndNothing() throws {
    final class Done: Sendable { let isSet = Atomic(false) }
    let (done, path) = (Done(), folder.path)
    let churn = WorkerThread {
      while !done.isSet.load(ordering: .relaxed) {
        for i in 0..<40 { unsafe mkdir("\(path)/f\(i)", 0o755) }
        for i in 0..<40 { unsafe rmdir("\(path)/f\(i)") }
      }
    }
    append("app.log", (0..<100).map { "line \($0)\n" }.joined())
    let file = try HeldFile(folder("app.log"), display: "app.log")
    let mark = try FollowedFile(file, compression: .none, number: 1, start: 0, now: 0).mark(isOpen: true)
    remove("app.log")
    for _ in 0..<300 {
      let core = FollowCore(
        path: folder("app.log"), display: "app.log", isSeries: false, from: .start, clock: { 1 },
        options: StreamFollower.Options(), folders: FolderIndex())
      #expect(!core.findOldFolder(of: mark))
    }
    done.isSet.store(true, ordering: .relaxed)
    churn?.join()
  }
}
