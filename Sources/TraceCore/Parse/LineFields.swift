/// The value of a field as it stands in the line.
package struct FieldValue: BitwiseCopyable, Sendable, Equatable {
  package enum Kind: UInt8, Sendable, BitwiseCopyable {
    /// The line does not have the field.
    case missing
    /// JSON null, or `-` where the layout says that it stands for nothing.
    case null
    /// Text; numbers of text logs are text that may be read as a number.
    case text
    case number
    case bool
    /// A JSON object or array, whole.
    case composite
    /// The key stands twice with different values.
    case ambiguous
  }
  package var kind: Kind
  package var slice: Slice

  package init(_ kind: Kind, _ slice: Slice) {
    self.kind = kind
    self.slice = slice
  }

  package static let missing = FieldValue(.missing, .missing)
}

/// What one line says, as slices of its block: the scratch space that every layout writes and BlockStage reads.
///
/// Reused for each line. Fields placed by a layout win over pairs in the message; among keys for one field the best rank
/// wins; a key that repeats with another value makes the field ambiguous.
package struct LineFields: Sendable {
  package var time = EventTime.none
  package var level = Level.none
  package var logger = Slice.missing
  package var message = Slice.missing
  package var requestID = Slice.missing
  package var method = Slice.missing
  package var path = Slice.missing
  package var route = Slice.missing
  /// HTTP status 100 ... 999, or 0.
  package var status: Int32 = 0
  /// Nanoseconds, or -1.
  package var duration: Int64 = -1
  /// A duration stood there, but neither its name, value nor layout tells the unit.
  package var durationWithoutUnit = false
  /// A traceback stands in the line itself.
  package var hasException = false
  /// Standard fields that stand twice with different values (bit = StandardField.rawValue).
  package var ambiguous: UInt16 = 0
  /// Standard fields seen (bit = StandardField.rawValue).
  package private(set) var present: UInt16 = 0
  /// Standard fields that a layout placed.
  private var placed: UInt16 = 0
  private var ranks: InlineArray<16, UInt8> = .init(repeating: .max)
  /// Values of the fields asked for by name, in the order of `FieldCatalog.wantedNames`.
  package var wanted: ContiguousArray<FieldValue>
  /// Unescaped values that do not stand in the block as such. Cleared by the owner, once a batch.
  package var arena: ContiguousArray<UInt8> = []

  /// - Parameter wantedCount: number of `FieldCatalog.wantedNames`.
  package init(wantedCount: Int = 0) {
    wanted = ContiguousArray(repeating: .missing, count: wantedCount)
  }

  /// Forgets the previous line (not the arena).
  @inline(__always)
  package mutating func reset() {
    time = EventTime.none
    level = .none
    logger = .missing
    message = .missing
    requestID = .missing
    method = .missing
    path = .missing
    route = .missing
    status = 0
    duration = -1
    durationWithoutUnit = false
    hasException = false
    ambiguous = 0
    present = 0
    placed = 0
    for i in wanted.indices { wanted[i] = .missing }
  }

  /// Whether a value for `field` under a key of `rank` is to be taken, noting that it is.
  ///
  /// - Parameter byLayout: the layout says that the field stands here.
  @inline(__always)
  package mutating func admits(_ field: StandardField, rank: UInt8, byLayout: Bool) -> Bool {
    let bit = UInt16(1) << UInt16(field.rawValue)
    let index = Int(field.rawValue)
    if present & bit != 0 {
      if placed & bit != 0 && !byLayout { return false }
      if rank > ranks[index] { return false }
      if rank == ranks[index] && !byLayout {
        ambiguous |= bit
        return false
      }
    }
    present |= bit
    if byLayout { placed |= bit }
    ranks[index] = rank
    return true
  }
}

extension LineFields {
  /// How many of the fields that matter the line has; for choosing among layouts.
  var fieldsFound: Int {
    var count = 0
    if time != EventTime.none { count += 2 }
    if level != .none { count += 1 }
    if !logger.isMissing { count += 1 }
    if !requestID.isMissing { count += 3 }
    if !path.isMissing { count += 1 }
    if status > 0 { count += 1 }
    if duration >= 0 { count += 1 }
    return count
  }

  /// Whether the line had the field, even if its value could not be used.
  @inline(__always)
  package func saw(_ field: StandardField) -> Bool { present & (1 << UInt16(field.rawValue)) != 0 }
}
