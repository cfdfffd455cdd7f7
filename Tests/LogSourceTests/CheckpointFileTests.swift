import Glibc
@testable import Platform
import TestKit
import Testing
import TraceCore

@testable import LogSource

/// What a checkpoint file can be instead of the one that was written last.
struct CheckpointFileTests {
  private let folder: TemporaryFolder
  private let file: CheckpointFile

  init() throws {
    folder = try TemporaryFolder()
    file = CheckpointFile(path: folder.path("app.checkpoint"), program: "1.2", options: "--every 10s")
  }

  private func refusal(_ file: CheckpointFile) -> CheckpointError? {
    do throws(CheckpointError) {
      _ = try file.read()
      return nil
    } catch {
      return error
    }
  }

  private static func bytes(_ block: Block?) -> [UInt8]? {
    block.map { block in block.bytes.indices.map { block.bytes[$0] } }
  }

  @Test func writtenAndRead() throws {
    #expect(try file.read() == nil)
    var random = SplitMix64(seed: 1)
    for size in [0, 1, 7, 8, 100_000, 3_000_000] {
      let state = (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      try file.write(state.span)
      #expect(Self.bytes(try file.read()) == state)
    }
  }

  @Test func ofAnotherRun() throws {
    let state: [UInt8] = [1, 2, 3]
    try file.write(state.span)
    let other = CheckpointFile(path: file.path, program: "1.3", options: "--every 1m")
    #expect(refusal(other) == .otherOptions(path: file.path, theirs: "--every 10s", ours: "--every 1m"))
    // A later program that keeps the same goes on with it.
    #expect(refusal(CheckpointFile(path: file.path, program: "1.3", options: "--every 10s")) == nil)
    let newer = file.content(state.span, version: StateCoder.version + 1)
    try AtomicFile.write(file.path, newer.bytes)
    #expect(refusal(other) == .otherVersion(path: file.path, program: "1.2", ours: "1.3"))
    #expect(refusal(other)?.message.contains("written by skein 1.2") == true)
  }

  @Test func noCheckpoint() throws {
    for text in ["some log line\n", "skeinckX", String(repeating: "x", count: 500)] {
      try folder.file("app.checkpoint", text)
      #expect(refusal(file) == .foreign(path: file.path))
    }
    try folder.folder("f")
    #expect(
      refusal(CheckpointFile(path: folder.path("f"), program: "", options: ""))
        == .notAFile(path: folder.path("f"), .folder))
    #expect(unsafe symlink(file.path, folder.path("l")) == 0 && mkfifo(folder.path("p"), 0o600) == 0)
    #expect(
      refusal(CheckpointFile(path: folder.path("l"), program: "", options: ""))
        == .notAFile(path: folder.path("l"), .link))
    #expect(
      refusal(CheckpointFile(path: folder.path("p"), program: "", options: ""))
        == .notAFile(path: folder.path("p"), .fifo))
  }

  /// Every length, and every bit.
  @Test func damage() throws {
    let state = (0..<40).map { UInt8($0) }
    let block = file.content(state.span)
    let whole = block.bytes.indices.map { block.bytes[$0] }
    #expect(Self.bytes(try file.state(in: whole.span).state) == state)
    func refusal(_ bytes: [UInt8]) -> CheckpointError? {
      do throws(CheckpointError) {
        _ = try file.state(in: bytes.span)
        return nil
      } catch {
        return error
      }
    }
    for length in whole.indices { #expect(refusal(Array(whole[..<length])) == .damaged(path: file.path), "\(length)") }
    for bit in 0..<whole.count * 8 {
      var bytes = whole
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(refusal(bytes) == (bit < 64 ? .foreign(path: file.path) : .damaged(path: file.path)), "bit \(bit)")
    }
    #expect(refusal(whole + [0]) == .damaged(path: file.path))
  }
}
