import Glibc
@testable import Platform
import Testing

@testable import LogSource

struct ChangeWatchTests {
  let folder = TestFolder()

  /// Whether it wakes up long before its time.
  func wakes(_ watch: ChangeWatch) -> Bool {
    let start = Clock.monotonicMilliseconds
    let changed = watch.wait(milliseconds: 5_000).changed
    return changed && Clock.monotonicMilliseconds - start < 4_000
  }

  @Test func aChangeWakesIt() {
    folder.write("app.log", "1\n")
    let watch = ChangeWatch(poll: false)
    watch.watch([folder("app.log")])
    #expect(!watch.isPolling)
    #expect(watch.wait(milliseconds: 10).changed == false)
    folder.write("app.log", "2\n")
    #expect(wakes(watch))
    for i in 0..<1000 { folder.write("app.log", "\(i)\n") }
    #expect(wakes(watch))
    // All of the burst was taken.
    #expect(watch.wait(milliseconds: 10).changed == false)
    unsafe rename(folder("app.log"), folder("app.log.1"))
    #expect(wakes(watch))
    folder.write("app.log", "3\n")
    #expect(wakes(watch))
    #expect(watch.wait(milliseconds: 10).changed == false)
    // The new file is watched, too.
    let number = unsafe open(folder("app.log"), O_WRONLY | O_APPEND)
    unsafe _ = write(number, "4\n", 2)
    #expect(wakes(watch))
    close(number)
  }

  @Test func aFolderThatIsNotThereYet() {
    let watch = ChangeWatch(poll: false)
    watch.watch([folder("a/b/app.log")])
    folder.folder("a")
    #expect(wakes(watch))
    folder.folder("a/b")
    #expect(wakes(watch))
    folder.write("a/b/app.log", "1\n")
    #expect(wakes(watch))
    unsafe unlink(folder("a/b/app.log"))
    unsafe rmdir(folder("a/b"))
    #expect(wakes(watch))
    folder.folder("a/b")
    #expect(wakes(watch))
    folder.write("a/b/app.log", "2\n")
    #expect(wakes(watch))
  }

  @Test func pollingTakesATimeOutForAChange() {
    let watch = ChangeWatch(poll: true)
    watch.watch([folder("app.log")])
    #expect(watch.isPolling)
    #expect(watch.takeTrouble() == nil)
    let start = Clock.monotonicMilliseconds
    #expect(watch.wait(milliseconds: 20).changed)
    #expect(Clock.monotonicMilliseconds - start >= 19)
  }

  @Test(arguments: [false, true]) func descriptorsWakeIt(poll: Bool) {
    let watch = ChangeWatch(poll: poll)
    var ends: [Int32] = [-1, -1]
    unsafe pipe(&ends)
    defer { for end in ends { close(end) } }
    #expect(watch.wait(milliseconds: 10, also: [ends[0]]).readable == [])
    unsafe _ = write(ends[1], "x", 1)
    let start = Clock.monotonicMilliseconds
    #expect(watch.wait(milliseconds: 5_000, also: [ends[0]]).readable == [ends[0]])
    #expect(Clock.monotonicMilliseconds - start < 4_000)
  }
}
