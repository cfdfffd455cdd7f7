extension TraceSummary: StateCodable {
  /// What loading fills.
  package static var empty: TraceSummary {
    TraceSummary(
      id: "", start: 0, end: 0, duration: nil, inferred: false, route: nil, status: 0, level: .none, records: 0,
      lines: 0,
      requests: 0, unfinished: 0, tracebacks: 0, errors: 0, reopened: false)
  }

  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&id)
    try coder.code(time: &start)
    try coder.code(time: &end)
    try coder.code(&duration)
    try coder.code(&inferred)
    try coder.code(&route)
    try coder.code(&status)
    try coder.code(choice: &level)
    try coder.code(&records)
    try coder.code(&lines)
    try coder.code(&requests)
    try coder.code(&unfinished)
    try coder.code(&tracebacks)
    try coder.code(&errors)
    try coder.code(&reopened)
  }
}
