/// A rule that holds for a record, or for a line that is none. Points into its batch.
package struct RuleHit: BitwiseCopyable, Sendable {
  package enum Kind: UInt8, Sendable, BitwiseCopyable {
    case match
    /// The search was given up at a limit of PCRE2: neither a match nor none.
    case limit
  }

  /// Number of the rule in `LineRules`.
  package var rule: Int32
  /// Index in the batch's records of the record, or of the last one before a line that is none; -1 before the first.
  package var record: Int32
  /// The line that it was found on: bytes in the block, and lines before it there.
  package var offset: UInt32
  package var length: UInt32
  package var line: UInt32
  /// Its values: `RuleHits.values[first ..< first + count]`, as many as `LineRule.values`.
  package var first: UInt32
  package var count: UInt16
  package var kind: Kind
  /// The line fits no layout and continues nothing.
  package var isUnparsed: Bool
}

/// The hits of a batch. Reused: `removeAll` keeps the memory.
package struct RuleHits: Sendable {
  /// On records and after the first of them, in the order of lines; on one line in the order of rules.
  package var hits: ContiguousArray<RuleHit> = []
  /// On lines before the first record (`RecordBatch.orphans`); `record` is the index of the orphan. What their record says
  /// is not known here: see `RuleMatcher.complete`.
  package var orphans: ContiguousArray<RuleHit> = []
  /// Where values stand in `text`; missing where the record does not have the field.
  package var values: ContiguousArray<Slice> = []
  package var text: ContiguousArray<UInt8> = []
  /// The first line of the batch's last record, for hits on lines that continue it in the next block.
  package var tail: ContiguousArray<UInt8> = []

  package init() {}

  package var isEmpty: Bool { hits.isEmpty && orphans.isEmpty }

  package mutating func removeAll() {
    hits.removeAll(keepingCapacity: true)
    orphans.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    text.removeAll(keepingCapacity: true)
    tail.removeAll(keepingCapacity: true)
  }

  /// Value `index` of a hit; nil where the record does not have it.
  package func value(_ index: Int, of hit: RuleHit) -> Range<Int>? {
    let slice = values[Int(hit.first) + index]
    return slice.isMissing ? nil : slice.start..<slice.end
  }
}
