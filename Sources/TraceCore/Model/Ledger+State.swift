extension LedgerCounts: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(count: &bytes)
    try coder.code(count: &lines)
    try coder.code(count: &records)
    try coder.code(count: &continuationLines)
    try coder.code(count: &unparsedLines)
    try coder.code(count: &noticeLines)
    try coder.code(count: &recordsWithoutID)
    try coder.code(count: &recordsWithoutTime)
    try coder.code(count: &tracebacks)
    try coder.code(count: &nulRuns)
    try coder.code(count: &nulBytes)
    try coder.code(count: &stepsBack)
    try coder.code(&largestStepBack)
    try coder.code(count: &lateRecords)
    try coder.code(count: &clockJumps)
    try coder.code(count: &longLines)
    try coder.code(count: &longLineBytes)
    try coder.code(count: &invalidUTF8Lines)
    try coder.code(count: &ambiguousRecords)
    try coder.code(count: &damagedLines)
    try coder.code(count: &undecidedRecords)
  }
}

extension LedgerNote: StateCodable {
  /// What loading fills.
  package static var empty: LedgerNote { LedgerNote(.skipped, "") }

  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(choice: &kind)
    try coder.code(&text)
    try coder.code(&bytes)
    try coder.code(&span)
  }
}

extension SourceLedger: StateCodable {
  /// What loading fills.
  package static var empty: SourceLedger { SourceLedger(path: "", stream: "", compression: "") }

  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&path)
    try coder.code(&stream)
    try coder.code(&compression)
    try coder.code(count: &bytesRead)
    try coder.code(&counts)
    try coder.code(time: &firstTime)
    try coder.code(time: &lastTime)
    try coder.code(&layouts, empty: LayoutUse(name: "", records: 0, firstLine: 0))
    try coder.code(&notes, empty: .empty)
  }
}

extension Ledger: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&sources, empty: .empty)
    try coder.code(&totals)
    try coder.code(count: &distinctIDs)
    try coder.code(&distinctIDsEstimated)
    try coder.code(count: &evictedTraces)
    try coder.code(&isGrouped)
    try coder.code(&readsFields)
    try coder.code(count: &foldedRequests)
    try coder.code(
      &uncounted, empty: UncountedTellings(source: "", stream: nil, requests: 0, errors: 0, reason: .notChosen)
    ) { source, coder throws(StateError) in
      try coder.code(&source.source)
      try coder.code(&source.stream)
      try coder.code(count: &source.requests)
      try coder.code(count: &source.errors)
      try coder.code(choice: &source.reason)
    }
  }
}
