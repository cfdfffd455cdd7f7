// Which of several values of a field counts.

extension LineFields {
  /// Whether a value for `field` under a key of `rank` is to be taken, noting that it is. The value must be one that the
  /// field can have.
  ///
  /// - Parameter byLayout: the layout says that the field stands here.
  @inline(__always)
  package mutating func admission(of field: StandardField, rank: UInt8, byLayout: Bool) -> Admission {
    let bit = UInt16(1) << UInt16(field.rawValue)
    let index = Int(field.rawValue)
    if present & bit != 0 {
      let isPlaced = placed & bit != 0
      if isPlaced && !byLayout { return .refused }
      if isPlaced == byLayout {
        if rank > ranks[index] { return .refused }
        if rank == ranks[index] { return .repeated }
      }
      // What stood there is out, and with it the doubt about it.
      ambiguous &= ~bit
    }
    present |= bit
    if byLayout { placed |= bit }
    ranks[index] = rank
    return .taken
  }

  /// Forgets who gave a field, so that what comes now takes its place; a name of `--map` yields to another only by rank.
  mutating func yield(_ field: StandardField) -> Known {
    let known = Known(present: present, placed: placed, ambiguous: ambiguous)
    let bit = UInt16(1) << UInt16(field.rawValue)
    guard mapped & bit == 0 else { return known }
    present &= ~bit
    placed &= ~bit
    ambiguous &= ~bit
    return known
  }

  /// Notes whether the field was given since `yield`; else all is as it was.
  mutating func settle(_ field: StandardField, _ known: Known) {
    let bit = UInt16(1) << UInt16(field.rawValue)
    if present & bit != 0 {
      mapped |= bit
    } else {
      (present, placed, ambiguous) = (known.present, known.placed, known.ambiguous)
    }
  }

  /// As `admission(of:rank:byLayout:)`, for callers that do not compare: a repeated field is ambiguous.
  @inline(__always)
  package mutating func admits(_ field: StandardField, rank: UInt8, byLayout: Bool) -> Bool {
    switch admission(of: field, rank: rank, byLayout: byLayout) {
    case .taken: return true
    case .refused: return false
    case .repeated:
      markAmbiguous(field)
      return false
    }
  }

  /// Notes that `field` stands twice with different values.
  @inline(__always)
  package mutating func markAmbiguous(_ field: StandardField) { ambiguous |= 1 << UInt16(field.rawValue) }
}
