internal import Patterns

// What of a match is kept: groups of the pattern and fields of the record.

extension RuleMatcher {
  mutating func append(
    _ rule: Int, _ hit: inout RuleHit, _ slice: Slice, _ arena: ContiguousArray<UInt8>, _ head: Head,
    _ bytes: Span<UInt8>, _ hits: inout RuleHits
  ) {
    // Captures first: the scratch holds them until the next search.
    slice.isUnescaped
      ? captures(rule, &hit, slice, arena.span, &hits) : captures(rule, &hit, slice, bytes, &hits)
    fill(rule, hit, head, bytes, &hits)
    finish(rule, &hit, &hits)
  }

  /// Keeps what the pattern's groups matched, and leaves room for fields.
  func captures(
    _ rule: Int, _ hit: inout RuleHit, _ slice: Slice, _ source: Span<UInt8>, _ hits: inout RuleHits
  ) {
    hit.first = UInt32(hits.values.count)
    for value in compiled[rule].values {
      if case .capture(let group) = value, hit.kind == .match, !slice.isMissing, let place = scratch.capture(group) {
        hits.values.append(RuleMatcher.keep(source, place.start, place.end, &hits.text))
      } else {
        hits.values.append(.missing)
      }
    }
  }

  func finish(_ rule: Int, _ hit: inout RuleHit, _ hits: inout RuleHits) {
    hit.rule = Int32(rule)
    hit.count = UInt16(compiled[rule].values.count)
    hits.hits.append(hit)
  }

  /// Keeps the fields that were asked for.
  mutating func fill(
    _ rule: Int, _ hit: RuleHit, _ head: Head, _ bytes: Span<UInt8>, _ hits: inout RuleHits
  ) {
    for (index, value) in compiled[rule].values.enumerated() {
      guard case .field(let field, let slot) = value else { continue }
      read(head, bytes)
      let slice = self.text(of: field, slot, bytes)
      guard !slice.isMissing else { continue }
      let arena = fields.arena
      hits.values[Int(hit.first) + index] =
        slice.isInArena
        ? RuleMatcher.keep(arena.span, slice.start, slice.end, &hits.text)
        : RuleMatcher.keep(bytes, slice.start, slice.end, &hits.text)
    }
  }

  /// Bytes of a value that are kept at most.
  package static let longestValue = 256

  private static func keep(
    _ source: Span<UInt8>, _ start: Int, _ end: Int, _ text: inout ContiguousArray<UInt8>
  ) -> Slice {
    let first = text.count
    var i = start
    let stop = min(end, start + longestValue)
    while i < stop {
      text.append(source[i])
      i += 1
    }
    return Slice(first, text.count)
  }
}
