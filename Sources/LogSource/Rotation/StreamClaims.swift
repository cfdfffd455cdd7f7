internal import Platform
internal import TraceCore

/// Decides by content and times where names leave open whether files are of one log.
///
/// A copy belongs to what it is a copy of. Files that are generations of one log follow one another: where the time of one
/// reaches beyond the beginning of the next, two writers were at work, and they are two logs. Files whose times cannot be told
/// are believed where their name is one that rotations have (`app.1.log`) and not where it may be any (`app-1.log`).
struct StreamClaims {
  /// As in `StreamAssembly`.
  let firstTime: ((Span<UInt8>) -> Int64?)?

  typealias Part = StreamAssembly.Part

  /// Bytes at the end of a file in which its last time is looked for.
  private static let tailLimit = 64 * 1024
  /// By so much may records of one log go back where one file ends and the next begins: threads write side by side.
  private static let slack: Int64 = 2 * EventTime.nanosecondsPerSecond

  /// Whether one of `parts` has the same content as one of `others`, or begins it, or goes on after it.
  func areCopies(_ parts: [Part], of others: [Part]) -> Bool {
    let contents = DistinctContents(firstTime: firstTime)
    return parts.contains { part in
      others.contains { other in
        switch (try? ContentComparison.relation(part.generation, to: other.generation)) ?? .different {
        case .different: false
        case .equal: true
        case .beginning: contents.isTelling(part.generation)
        case .goesBeyond: contents.isTelling(other.generation)
        }
      }
    }
  }

  /// Whether the times of two of them overlap. Those without times say nothing.
  func overlap(_ parts: [Part]) -> Bool {
    let spans = parts.compactMap { span($0.generation) }.sorted { ($0.first, $0.last) < ($1.first, $1.last) }
    var last = Int64.min
    for span in spans {
      if last != .min, last - StreamClaims.slack > span.first { return true }
      last = max(last, span.last)
    }
    return false
  }

  /// Whether the times prove that all of them follow one another.
  func follow(_ parts: [Part]) -> Bool {
    parts.allSatisfy { $0.generation.head.isEmpty || span($0.generation) != nil } && !overlap(parts)
  }

  /// Whether files with loose numbers are the rotations of `live`, one of which stands under the bare name: their times follow
  /// one another, their numbers grow or fall with them, and they are such as writers count: from 0 or 1 without a hole, with
  /// leading zeros, or of compressed files.
  func areRotations(_ loose: [(name: LooseName, part: Part)], of live: [Part]) -> Bool {
    guard live.contains(where: { $0.name.isBare && !$0.name.hasCompressorEnding }),
      follow(loose.map(\.part) + live)
    else { return false }
    let timed = loose.compactMap { entry in
      span(entry.part.generation).flatMap { span in entry.name.number.map { (span.first, $0) } }
    }.sorted { $0 < $1 }
    guard timed.count == loose.count, !timed.isEmpty else { return false }
    let numbers = timed.map(\.1)
    let isRising = zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
    let isFalling = zip(numbers, numbers.dropFirst()).allSatisfy { $0 > $1 }
    guard isRising || isFalling else { return false }
    if loose.allSatisfy(\.name.isCounted) { return true }
    let sorted = numbers.sorted()
    return sorted[0] <= 1 && sorted[sorted.count - 1] - sorted[0] == sorted.count - 1
  }

  // MARK: times

  /// First and last time that a file says. Of one that has to be inflated the first stands for both.
  private func span(_ generation: Generation) -> (first: Int64, last: Int64)? {
    guard let firstTime, !generation.isPipe, let first = firstTime(generation.head.span) else { return nil }
    return (first, max(first, lastTime(generation, firstTime) ?? first))
  }

  /// Of the last line that has one, among the last 64 KiB.
  private func lastTime(_ generation: Generation, _ firstTime: (Span<UInt8>) -> Int64?) -> Int64? {
    guard generation.compression == .none else { return nil }
    let tail: [UInt8]
    if generation.headIsWhole {
      tail = generation.head
    } else if let bytes = try? generation.tail(StreamClaims.tailLimit) {
      tail = bytes
    } else {
      return nil
    }
    var end = tail.lastIndex(of: 0x0A).map { $0 + 1 } ?? tail.count
    for _ in 0..<64 where end > 0 {
      let start = tail[..<(end - 1)].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      let line = Array(tail[start..<end])
      if let time = firstTime(line.span) { return time }
      end = start
    }
    return nil
  }
}

extension Generation {
  /// Its last bytes, of a plain file.
  func tail(_ limit: Int) throws(SourceError) -> [UInt8] {
    let file = try HeldFile(path, display: display)
    let size = try file.status().size
    let count = min(size, Int64(limit))
    return try file.bytes(at: size - count, count: Int(count))
  }
}
