// The order of a log as a whole.

extension DateOrder {
  /// The order that the dates of a log's first lines have: of the first that is certain (`23/11/2026`), if no other
  /// contradicts it; else unknown.
  ///
  /// - Parameters:
  ///   - head: the beginning of a log.
  ///   - referenceTime: as of `TimestampParser`.
  package static func of(_ head: Span<UInt8>, referenceTime: Int64 = 0) -> DateOrder {
    var found = DateOrder.unknown
    for line in LayoutDetector.lines(of: head) {
      guard let date = TimestampSearch.date(head, line.lowerBound, line.upperBound) else { continue }
      let order = date.certainOrder(referenceTime: referenceTime)
      if order == .unknown { continue }
      if found != .unknown && found != order { return .unknown }
      found = order
    }
    return found
  }
}
