internal import Patterns

// One rule, on a record or a line.

extension RuleMatcher {
  /// A rule with a text, on a record.
  mutating func look(
    _ rule: Int, _ hit: inout RuleHit, _ main: LineFields, _ head: Head, _ bytes: Span<UInt8>, _ hits: inout RuleHits
  ) {
    guard isNew(rule) else { return }
    switch compiled[rule].target {
    case .text:
      // What JSON calls the message may be several lines.
      if main.message.isUnescaped {
        tryLines(rule, main.message, main.arena, &hit, head, bytes, &hits)
      } else {
        tryText(rule, main.message, main.arena, &hit, head, bytes, &hits)
      }
      tryLines(rule, main.exception, main.arena, &hit, head, bytes, &hits)
    case .record:
      if tryText(rule, head.bytes, main.arena, &hit, head, bytes, &hits) { return }
      if main.message.isUnescaped, tryText(rule, main.message, main.arena, &hit, head, bytes, &hits) { return }
      if main.exception.isUnescaped { tryLines(rule, main.exception, main.arena, &hit, head, bytes, &hits) }
    case .message: tryText(rule, main.message, main.arena, &hit, head, bytes, &hits)
    case .line: tryText(rule, head.bytes, main.arena, &hit, head, bytes, &hits)
    case .field(let field, let slot):
      read(head, bytes)
      tryText(rule, text(of: field, slot, bytes), fields.arena, &hit, head, bytes, &hits)
    }
  }

  /// The lines of a text that stands in the record's first line, each by itself; of the target `record` the first that fits.
  @discardableResult
  private mutating func tryLines(
    _ rule: Int, _ slice: Slice, _ arena: ContiguousArray<UInt8>, _ hit: inout RuleHit, _ head: Head,
    _ bytes: Span<UInt8>, _ hits: inout RuleHits
  ) -> Bool {
    guard !slice.isMissing else { return false }
    var isAny = false
    var start = slice.start
    while start < slice.end {
      let stop =
        slice.isInArena
        ? RuleMatcher.lineEnd(arena.span, start, slice.end) : RuleMatcher.lineEnd(bytes, start, slice.end)
      let line = slice.isInArena ? Slice.inArena(start, stop) : Slice(start, stop)
      let isFound = tryText(rule, line, arena, &hit, head, bytes, &hits)
      if isFound && compiled[rule].target == .record { return true }
      isAny = isAny || isFound
      start = stop + 1
    }
    return isAny
  }

  private static func lineEnd(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    ByteSearch.first(0x0A, in: text, from: start, to: end) ?? end
  }

  mutating func continueRecord(
    _ rule: Int, _ hit: inout RuleHit, _ line: Slice, _ head: Head, _ bytes: Span<UInt8>, _ hits: inout RuleHits
  ) {
    guard compiled[rule].target.hasContinuations, isNew(rule) else { return }
    tryText(rule, line, fields.arena, &hit, head, bytes, &hits)
  }

  /// Searches the text and, where it fits, asks the rest; whether the rule holds.
  @discardableResult
  private mutating func tryText(
    _ rule: Int, _ slice: Slice, _ arena: ContiguousArray<UInt8>, _ hit: inout RuleHit, _ head: Head,
    _ bytes: Span<UInt8>, _ hits: inout RuleHits
  ) -> Bool {
    guard !slice.isMissing else { return false }
    let found = slice.isInArena ? search(rule, slice, arena.span) : search(rule, slice, bytes)
    guard let kind = found else { return false }
    if kind == .match, let condition = compiled[rule].condition {
      read(head, bytes)
      guard let outcome = outcome(condition, fields, head, bytes) else { return false }
      hit.kind = outcome
    } else {
      hit.kind = kind
    }
    append(rule, &hit, slice, arena, head, bytes, &hits)
    return true
  }

  /// A rule without a text, on a record.
  mutating func matchDense(
    _ rule: Int, _ hit: inout RuleHit, _ main: LineFields, _ head: Head, _ bytes: Span<UInt8>, _ hits: inout RuleHits
  ) {
    guard let condition = compiled[rule].condition, let outcome = outcome(condition, main, head, bytes) else { return }
    hit.kind = outcome
    append(rule, &hit, .missing, main.arena, head, bytes, &hits)
  }

  /// What a condition says of a record; nil: it does not hold. Where it is not known because a search was given up, the
  /// rule's pattern counts as given up.
  mutating func outcome(
    _ condition: FilterExpression.Compiled, _ fields: LineFields, _ head: Head, _ bytes: Span<UInt8>
  ) -> RuleHit.Kind? {
    if condition.needsRoute { nameRoute(fields, bytes) }
    let limits = conditionScratch.limitHits
    let truth = condition.evaluate(
      fields, line: head.bytes, route: routeText.span, bytes: bytes, scratch: conditionScratch)
    switch truth {
    case .yes: return .match
    case .no: return nil
    case .unknown: return conditionScratch.limitHits == limits ? nil : .limit
    }
  }

  /// A line without a known record: the text alone can be searched.
  mutating func lookLoose(
    _ rule: Int, _ hit: inout RuleHit, _ line: Slice, _ bytes: Span<UInt8>, _ hits: inout RuleHits
  ) {
    switch compiled[rule].target {
    case .field: return
    case .text, .record, .message, .line: break
    }
    guard isNew(rule), let kind = search(rule, line, bytes) else { return }
    // Of a line that is no record nothing is known, so no condition holds.
    if hit.isUnparsed && kind == .match && compiled[rule].condition != nil { return }
    hit.kind = kind
    captures(rule, &hit, line, bytes, &hits)
    finish(rule, &hit, &hits)
  }

  /// What the pattern and the keywords say about a text; nil: no match.
  func search(_ rule: Int, _ slice: Slice, _ bytes: Span<UInt8>) -> RuleHit.Kind? {
    let keywords = compiled[rule].keywords
    if !keywords.isEmpty && !RuleMatcher.contains(bytes, slice, anyOf: keywords) { return nil }
    guard let pattern = compiled[rule].pattern else { return .match }
    switch pattern.firstMatch(in: bytes, from: slice.start, to: slice.end, scratch: scratch) {
    case .match: return .match
    case .noMatch: return nil
    case .limitReached, .failure: return .limit
    }
  }

  static func contains(_ bytes: Span<UInt8>, _ slice: Slice, anyOf words: [[UInt8]]) -> Bool {
    for word in words {
      guard !word.isEmpty, slice.count >= word.count else { continue }
      var at = slice.start
      let last = slice.end - word.count
      while at <= last {
        var i = 0
        while i < word.count, folded(bytes[at + i]) == word[i] { i += 1 }
        if i == word.count { return true }
        at += 1
      }
    }
    return false
  }

  @inline(__always)
  private static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
