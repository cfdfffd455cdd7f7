// Which of several sources counts.

extension TellingSources {
  /// Whether another layout tells the requests that this source tells: in another stream, at the same time, more completely,
  /// without an id in common.
  @inline(__always)
  func isOutdone(_ source: Int32) -> Bool { wantsAll && placesDiffer && isReallyOutdone(source) }

  private func isReallyOutdone(_ source: Int32) -> Bool {
    let (kind, stream) = (Int(sources[Int(source)].kind), Int(sources[Int(source)].stream))
    let best = best(besides: kind, of: stream)
    return kinds.indices.contains { other in
      other != kind && kinds[other].tellings > 0 && !isRelated(stream, to: other) && areBeside(kind, other)
        && beats(other, best)
    }
  }

  /// The layout that says most of those of the stream and of what shares ids with it: they count together or not at all. What
  /// only the server's lines tell counts beside what the application tells.
  private func best(besides kind: Int, of stream: Int) -> Int {
    let own = streamKinds[stream] | linked[kind]
    var best = kind
    for other in kinds.indices where own >> UInt64(other) & 1 == 1 && kinds[other].tellings > 0 && beats(other, best) {
      best = other
    }
    return best
  }

  /// Whether the stream tells in the layout, in one that shares ids with it, or in one that came before or after it in some log.
  private func isRelated(_ stream: Int, to other: Int) -> Bool {
    let own = streamKinds[stream]
    if (own & (linked[other] | UInt64(1) << UInt64(other))) != 0 { return true }
    return kinds.indices.contains { own >> UInt64($0) & 1 == 1 && isSuccession($0, other) }
  }

  /// Nanoseconds by which the spans of two layouts may lie apart and still be of the same time.
  private static let besideWithin = 60 * EventTime.nanosecondsPerSecond

  private func areBeside(_ a: Int, _ b: Int) -> Bool {
    guard kinds[a].first != EventTime.none, kinds[b].first != EventTime.none else { return true }
    return kinds[a].first.less(TellingSources.besideWithin) <= kinds[b].last
      && kinds[b].first.less(TellingSources.besideWithin) <= kinds[a].last
  }

  private func beats(_ a: Int, _ b: Int) -> Bool {
    let (x, y) = (kinds[a].completeness, kinds[b].completeness)
    if x != y { return x > y }
    return firstTelling(a) < firstTelling(b)
  }

  private func firstTelling(_ kind: Int) -> Int { places.firstIndex { $0.kind == Int32(kind) } ?? .max }

  /// One of both has followed the other in one log: a release that changes its layout.
  private func isSuccession(_ a: Int, _ b: Int) -> Bool {
    places.contains { first in
      Int(first.kind) == a
        && places.contains { second in
          Int(second.kind) == b && second.stream == first.stream
            && (first.last < second.firstAlone && second.firstAlone != .max
              || second.last < first.firstAlone && first.firstAlone != .max)
        }
    }
  }
}
