internal import TraceCore

extension InputPlan {
  /// A log of these bytes.
  ///
  /// - Parameter name: what it is called in the ledger and in evidence.
  package static func memory(_ bytes: [UInt8], name: String) -> InputPlan {
    InputPlan(streams: [LogStream(name: name, generations: [Generation(memory: bytes, name: name)])])
  }
}
