/// What a gate must know of a request that ended.
package struct GateRequest: Sendable, Equatable {
  /// When it ended; nanoseconds of event time.
  package var time: Int64
  /// Nanoseconds; -1 where it is not logged.
  package var duration: Int64
  package var isError: Bool
  /// Number of its route; -1 for none.
  package var route: Int32
  /// Number of the value of the version field; -1 for none.
  package var version: Int32
  /// Of each of `GateDefinition.requestConditions` two bits, the first ones lowest: 0 no, 1 yes, 2 unknown (`Truth`).
  package var truths: UInt32

  package init(time: Int64, duration: Int64, isError: Bool, route: Int32 = -1, version: Int32 = -1, truths: UInt32 = 0)
  {
    self.time = time
    self.duration = duration
    self.isError = isError
    self.route = route
    self.version = version
    self.truths = truths
  }

  /// The truth of a condition: 0 no, 1 yes, 2 unknown.
  func truth(_ condition: Int) -> UInt32 { truths >> UInt32(2 * condition) & 3 }
}

/// A request that is open: when it began, and the number of its route (-1 for none).
package typealias OpenRequest = (start: Int64, route: Int32)

/// Lines of a span that may have been lost before they could be read.
package struct GateLoss: Sendable, Equatable {
  /// Lines that may be missing at most.
  package var missing: Int64
  /// Lines of the span that were read.
  package var read: Int64
  /// Nobody can say how many.
  package var isUnbounded: Bool

  /// A larger share than this makes a pass inconclusive.
  package static let tolerated = 0.001

  package init(missing: Int64, read: Int64, isUnbounded: Bool = false) {
    self.missing = missing
    self.read = read
    self.isUnbounded = isUnbounded
  }

  package static let none = GateLoss(missing: 0, read: 0)

  package var isNone: Bool { missing == 0 && !isUnbounded }

  package var isTolerable: Bool {
    !isUnbounded && (missing == 0 || Double(missing) < GateLoss.tolerated * Double(missing + read))
  }
}
