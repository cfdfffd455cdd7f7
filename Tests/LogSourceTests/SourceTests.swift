import Glibc
@testable import Platform
import Testing
import TraceCore

@testable import LogSource

struct SourceTests {
  let folder = TestFolder()

  @Test func aFileInAnyPieces() throws {
    let text = logText(bytes: 100_000)
    let path = folder.write("app.log", text)
    for (size, limit) in [(1 << 18, Int.max), (64, Int.max), (1000, 7)] {
      let reading = try Reading(FileSource(path: path, display: "app.log"), blockSize: size, limit: limit)
      #expect(reading.bytes == text)
      #expect(reading.bytesRead == 100_000)
      #expect(reading.notes == [])
    }
  }

  @Test func anEmptyFile() throws {
    let path = folder.write("app.log", "")
    let generation = try InputPlan.make(arguments: [path]).streams[0].generations[0]
    #expect(generation.headIsWhole)
    #expect(try Reading(generation.open()) == Reading(FileSource(path: path, display: "")))
  }

  @Test func growthAndShrinkingAreTold() throws {
    let path = folder.write("app.log", "12345678")
    let growing = try FileSource(path: path, display: "app.log")
    folder.write("app.log", "1234567890")
    #expect(
      try Reading(growing).notes == [
        LedgerNote(.changed, "app.log grew by 2 bytes while it was read; they were read too", bytes: 2)
      ])
    let shrinking = try FileSource(path: path, display: "app.log")
    folder.write("app.log", "12")
    let reading = try Reading(shrinking)
    #expect(reading.text == "12")
    #expect(reading.kinds == [.changed])
  }

  @Test func aFileReplacedAfterListingIsTold() throws {
    folder.write("app.log", "1\n")
    folder.write("new.log", "2\n")
    let generation = try InputPlan.make(arguments: [folder("app.log")]).streams[0].generations[0]
    unsafe rename(folder("new.log"), folder("app.log"))
    let reading = try Reading(generation.open())
    #expect(reading.text == "2\n")
    #expect(reading.kinds == [.changed])
  }

  /// A FIFO that was named: waits for its writer, gives all of it, and can be read once. Also with gzip in it.
  @Test(arguments: [false, true]) func aNamedFIFO(compressed: Bool) throws {
    let text = logText(bytes: 200_000)
    folder.fifo("pipe")
    let path = folder("pipe")
    let writer = Writer(path: path, bytes: compressed ? Gzip.member(text) : text)
    let plan = try InputPlan.make(arguments: [path])
    let generation = plan.streams[0].generations[0]
    #expect(generation.isPipe)
    #expect(generation.compression == (compressed ? .gzip : .none))
    #expect(generation.head == Array(text[..<Generation.headLimit]))
    let reading = try Reading(generation.open(), blockSize: 1000)
    writer.join()
    #expect(reading.bytes == text)
    #expect(reading.notes == [])
    #expect(throws: SourceError.readTwice(path: path)) { try generation.open() }
  }

  @Test func aSocketIsRefused() throws {
    let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(number) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = folder("s.log")
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { field in
      for (i, byte) in path.utf8.enumerated() { unsafe field[i] = byte }
    }
    let bound = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
    #expect(throws: SourceError.notReadable(path: path, .socket)) { try InputPlan.make(arguments: [path]) }
    folder.write("app.log", "1\n")
    let plan = try InputPlan.make(arguments: [folder.path])
    #expect(plan.skipped.map(\.path) == [path])
  }

  @Test func noPermission() throws {
    let path = folder.write("app.log", "1\n")
    // Root may read everything.
    if geteuid() != 0 {
      unsafe chmod(path, 0)
      #expect(throws: SourceError.permissionDenied(path: path)) { try InputPlan.make(arguments: [path]) }
    }
    #expect(SourceError(SystemError(code: EACCES), path: "x") == .permissionDenied(path: "x"))
  }

  @Test(arguments: [
    (ENOENT, SourceError.notFound(path: "p"), "p: there is no such file or folder"),
    (EPERM, .permissionDenied(path: "p"), "p: permission denied"),
    (EISDIR, .notReadable(path: "p", .folder), "p is a folder"),
    (EIO, .readFailed(path: "p", reason: "Input/output error"), "p: cannot be read: Input/output error"),
    (
      EMFILE, .readFailed(path: "p", reason: "Too many open files; raise the limit (ulimit -n) or name fewer files"),
      "ulimit"
    ),
  ]) func errors(code: Int32, expected: SourceError, words: String) {
    let error = SourceError(SystemError(code: code), path: "p")
    #expect(error == expected)
    #expect(error.message.contains(words))
  }

  @Test func standardInputIsCalledByItsName() {
    let path = StandardInput.path
    #expect(
      SourceError.unsupportedCompression(path: path, .zstd).message
        == "standard input is zstd data, which skein does not decompress; "
        + "put a decompressor before it: zstd -dc FILE | skein …")
    #expect(SourceError.readTwice(path: path).message.hasPrefix("standard input can be read only once"))
  }

  /// Opens a FIFO for writing on a thread of its own, writes, closes.
  final class Writer {
    private struct Job: Sendable {
      let path: String
      let bytes: [UInt8]
    }
    private var thread = pthread_t()

    init(path: String, bytes: [UInt8]) {
      let job = unsafe Unmanaged.passRetained(Box(Job(path: path, bytes: bytes)))
      unsafe pthread_create(
        &thread, nil,
        { raw in
          guard let raw = unsafe raw else { return nil }
          let job = unsafe Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().job
          let number = unsafe open(job.path, O_WRONLY)
          var rest = job.bytes[...]
          while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(number, $0.baseAddress, min($0.count, 3000)) }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
          }
          close(number)
          return nil
        }, unsafe job.toOpaque())
    }

    func join() { _ = pthread_join(thread, nil) }

    private final class Box {
      let job: Job
      init(_ job: Job) { self.job = job }
    }
  }
}
