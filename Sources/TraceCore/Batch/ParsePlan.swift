/// What the parse of every line needs to know; the same for all blocks of a run.
package struct ParsePlan: Sendable {
  /// Which value groups requests (`--by`).
  package enum GroupKey: Sendable, Equatable {
    case route
    case standard(StandardField)
    /// The log that a record is of.
    case instance
    /// Slot in `FieldCatalog.wantedNames`.
    case wanted(Int)
  }

  package var catalog: FieldCatalog
  package var groupKey: GroupKey
  /// Evaluated on every record; at most 16.
  package var recordPredicates: [FilterExpression]
  /// Evaluated on closing records; at most 16.
  package var requestAtoms: [FilterExpression]
  /// Slots of fields whose values on closing records are kept.
  package var valueSlots: [Int] = []
  /// Those of all other records, too.
  package var keepsAllValues = false
  /// Rules that records are searched for.
  package var rules: LineRules?
  /// Records for which a rule holds are marked with `ruleHitBit`.
  package var marksHits = false
  /// In `Record.predicates`: the second predicate is yes.
  package static let ruleHitBit: UInt64 = 1 << 2
  /// Time and id are all that is asked of a line: pairs are not read where the layout gives those.
  package var isOutline = false
  /// Where each record's message stands, and its shape, are kept (`RecordBatch.messages`).
  package var keepsMessages = false
  /// Bytes of a line that are looked at (`--max-line`).
  package var maxLine: Int
  /// Seed of the hashes of request ids. All blocks of a run, and of one that goes on from a saved state, have the same.
  package var idSeed = HashSeed.ofProcess

  package init(
    catalog: FieldCatalog, groupKey: GroupKey = .route, recordPredicates: [FilterExpression] = [],
    requestAtoms: [FilterExpression] = [], rules: LineRules? = nil, maxLine: Int = 1 << 20
  ) {
    self.catalog = catalog
    self.groupKey = groupKey
    self.recordPredicates = recordPredicates
    self.requestAtoms = requestAtoms
    self.rules = rules
    self.maxLine = maxLine
  }
}
