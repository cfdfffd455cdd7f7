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
  /// Number of the instance that served it; -1 for none.
  package var instance: Int32
  /// Of each of `GateDefinition.requestConditions` two bits, the first ones lowest: 0 no, 1 yes, 2 unknown (`Truth`).
  package var truths: UInt32
  package var kind: RouteKind

  package init(
    time: Int64, duration: Int64, isError: Bool, route: Int32 = -1, version: Int32 = -1, instance: Int32 = -1,
    truths: UInt32 = 0, kind: RouteKind = .user
  ) {
    self.time = time
    self.duration = duration
    self.isError = isError
    self.route = route
    self.version = version
    self.instance = instance
    self.truths = truths
    self.kind = kind
  }

  /// The truth of a condition: 0 no, 1 yes, 2 unknown.
  func truth(_ condition: Int) -> UInt32 { truths >> UInt32(2 * condition) & 3 }
}

/// A request that is open: when it began, and the number of its route (-1 for none).
package typealias OpenRequest = (start: Int64, route: Int32)

/// A closing record that is not counted as a request, and the number of the kind it is of (`GateNames.source`).
package struct GateUncounted: Sendable, Equatable {
  /// What it would be if it were counted.
  package var request: GateRequest
  /// Not negative.
  package var source: Int32

  package init(_ request: GateRequest, source: Int32) {
    self.request = request
    self.source = source
  }
}
