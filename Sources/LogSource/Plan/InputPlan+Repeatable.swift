internal import TraceCore

extension InputPlan {
  /// The same input in a form that can be opened any number of times: what comes from pipes is copied to unnamed files.
  ///
  /// - Parameters:
  ///   - folder: where those files go.
  ///   - limit: bytes of one pipe at most.
  package func repeatable(folder: String, limit: Int64) throws(SourceError) -> InputPlan {
    var plan = self
    for stream in plan.streams.indices {
      for index in plan.streams[stream].generations.indices where plan.streams[stream].generations[index].isPipe {
        plan.streams[stream].generations[index] = try plan.streams[stream].generations[index]
          .spooled(folder: folder, limit: limit)
      }
    }
    return plan
  }
}
