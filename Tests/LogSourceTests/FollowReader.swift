import TestKit
import TraceCore

@testable import LogSource

/// What a program does with a follower: cuts lines over generations, commits now and then, is killed, comes back.
final class FollowReader {
  private(set) var lines: [String] = []
  private(set) var events: [FollowEvent] = []
  /// Whether anything said that lines may be missing.
  private(set) var hasToldLoss = false
  private(set) var trace: [String] = []

  private let path: String
  private let isSeries: Bool
  private let clock: () -> Int64
  private var follower: StreamFollower
  private var generation: FollowedGeneration?
  /// The beginning of a line, and where in which generation it stands.
  private var carry: [UInt8] = []
  private var lineStart: (generation: FollowedGeneration, offset: Int64)?
  private var offset: Int64 = 0
  private var committed: (lines: Int, position: [UInt8])?
  private var random: SplitMix64
  private let first: FollowStart
  private let options: StreamFollower.Options

  init(
    _ path: String, isSeries: Bool = false, from start: FollowStart = .start, seed: UInt64 = 1,
    options: StreamFollower.Options = .init(),
    clock: @escaping () -> Int64
  ) {
    self.options = options
    self.path = path
    self.isSeries = isSeries
    self.clock = clock
    first = start
    random = SplitMix64(seed: seed)
    follower = StreamFollower(
      path: path, display: "app.log", isSeries: isSeries, from: start, clock: clock, options: options)
  }

  var committedLines: Int { committed?.lines ?? 0 }
  var hasGeneration: Bool { generation != nil }

  /// Reads until there is nothing more for the moment, or so many times.
  func read(times: Int = .max) throws {
    let block = Block(capacity: 1 + random.below(random.below(2) == 0 ? 64 : 20_000))
    var rest = times
    while rest > 0 {
      rest -= 1
      if generation == nil || generation?.isAtEnd == true {
        guard let next = try follower.next() else { break }
        open(next)
      }
      guard let generation else { break }
      block.removeAll()
      let count = try generation.read(into: block, atMost: block.capacity)
      if count > 0 { take(block.copyOfBytes(), generation) }
      if count == 0, generation.isPaused { break }
    }
    for event in follower.takeEvents() {
      events.append(event)
      trace.append("  \(event.kind): \(event.text)")
      if event.kind == .lost || event.note?.kind == .possibleLoss || event.note?.kind == .lost { hasToldLoss = true }
    }
  }

  private func open(_ next: FollowedGeneration) {
    trace.append("  -> \(next.display) at \(next.startOffset) \(next.continuesLine ? "" : "anew")")
    if let generation { note(generation) }
    note(next)
    if !next.continuesLine, !carry.isEmpty {
      lines.append(String(decoding: carry, as: UTF8.self))
      carry = []
    }
    generation = next
    offset = next.startOffset
    if carry.isEmpty { lineStart = (next, offset) }
  }

  private func note(_ generation: FollowedGeneration) {
    if generation.rotationMayLose { hasToldLoss = true }
    for note in generation.openingNotes + generation.notes where note.isGap || note.kind == .possibleLoss {
      hasToldLoss = true
    }
  }

  private func take(_ bytes: [UInt8], _ generation: FollowedGeneration) {
    var rest = bytes[...]
    while let newline = rest.firstIndex(of: 0x0A) {
      carry += rest[..<newline]
      offset += Int64(newline + 1 - rest.startIndex)
      rest = rest[(newline + 1)...]
      // What a writer without O_APPEND leaves.
      lines.append(String(decoding: carry.drop { $0 == 0 }, as: UTF8.self))
      carry = []
      lineStart = (generation, offset)
    }
    carry += rest
    offset += Int64(rest.count)
  }

  func commit() {
    guard let lineStart else { return }
    let position = follower.position(consumed: lineStart.offset, of: lineStart.generation)
    trace.append("  commit \(lines.count) lines, \(lineStart.generation.display) at \(lineStart.offset)")
    committed = (lines.count, position.encoded())
  }

  /// What was committed last.
  var position: FollowPosition? { committed.flatMap { FollowPosition(decoding: $0.position) } }

  /// kill -9 and a new start from what was committed last.
  func restart() throws {
    // Nothing to come back to: what was rotated by now would be older than the start.
    guard committed != nil || first == .rotations else { return }
    trace.append("  restart at \(committedLines) lines")
    lines.removeLast(lines.count - committedLines)
    (generation, carry, lineStart) = (nil, [], nil)
    let start = committed.flatMap { FollowPosition(decoding: $0.position) }.map(FollowStart.position) ?? first
    follower = StreamFollower(
      path: path, display: "app.log", isSeries: isSeries, from: start, clock: clock, options: options)
  }

  /// What is left without a newline is a line, too.
  func finish() {
    if !carry.isEmpty { lines.append(String(decoding: carry, as: UTF8.self)) }
    carry = []
  }
}
