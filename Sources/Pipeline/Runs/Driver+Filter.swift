internal import LogSource
package import TraceCore

extension Driver {
  /// What `filter` gives besides what it wrote.
  package struct FilterResult {
    /// Records (with `passesUnparsed` unparsed lines, too) that were selected.
    package var selected: Int64
    /// Records for which the expression was yes.
    package var matched: Int64
    package var ledger: Ledger
    /// Fields asked for by name that stood in at least one record.
    package var seenFields: Set<String>
    /// Names of fields in the first lines, most frequent first: for suggestions.
    package var sampledFields: () -> [String]
    /// Reading ended before the input did.
    package var isStopped: Bool
    /// Some context, or the text of some record, was too much to be kept whole.
    package var isContextCut = false
    package var isTextCut = false
  }

  /// Reads everything, or until enough was selected, and writes what is selected into `sink`.
  package func filter(
    _ selection: RecordSelection, _ options: RecordWriter.Options, into sink: any RecordSink
  ) throws(RunError) -> FilterResult {
    let stage = FilterStage(selection: selection, writer: writer(selection, options, sink), rules: plan.ruleStage())
    let reading = try read(into: stage)
    stage.finish()
    return result(stage.writer, matched: stage.yes, reading)
  }

  /// The traces in which a record matches, as numbers of lives: the first pass of `filter --traces`.
  package struct FoundTraces {
    package var lives = LifeSet()
    /// Records for which the expression was yes, in a trace or not.
    package var matched: Int64 = 0
    /// Traces that were ended early because too many were open.
    package var evicted: Int64 = 0
    package var seenFields: Set<String> = []
  }

  /// Reads everything to find the traces with a record that matches.
  package func findTraces(_ selection: RecordSelection) throws(RunError) -> FoundTraces {
    var found = FoundTraces()
    let rules = plan.ruleStage()
    let lives = LifeTeller()
    let stage = plan.mergeStage(streams: streamNames, lives: lives, rules: rules)
    rules?.onContinuation = { life in
      guard life != 0 else { return }
      found.matched += 1
      found.lives.insert(life)
    }
    lives.onLives = { (parsed, range, members) in
      for index in range where selection.isYes(parsed.batch.records[index]) {
        found.matched += 1
        if selection.isInSpan(parsed.batch.records[index]) {
          found.lives.insert(members[index - range.lowerBound].life)
        }
      }
    }
    let reading = try read(into: stage)
    found.evicted = stage.finish().stats.ledger.evictedTraces
    lives.onLives = nil
    found.seenFields = reading.seenFields
    return found
  }

  /// Reads the same input again and writes the lines of the traces that were found; inverted, all others.
  package func filter(
    _ found: FoundTraces, isInverted: Bool, _ options: RecordWriter.Options, into sink: any RecordSink
  ) throws(RunError) -> FilterResult {
    let lives = LifeTeller()
    let merge = plan.mergeStage(streams: streamNames, lives: lives, rules: plan.ruleStage())
    let stage = TraceFilterStage(
      merge: merge, lives: lives, wanted: found.lives, isInverted: isInverted,
      writer: writer(RecordSelection(isInverted: isInverted), options, sink))
    let reading = try read(into: stage)
    let outcome = stage.finish()
    var result = result(stage.writer, matched: found.matched, reading)
    result.seenFields = found.seenFields
    var ledger = outcome.stats.ledger
    settle(&ledger, reading)
    result.ledger = ledger
    return result
  }

  func writer(
    _ selection: RecordSelection, _ options: RecordWriter.Options, _ sink: any RecordSink
  ) -> RecordWriter {
    let details = DetailReader(
      zone: plan.zone, maxLine: plan.maxLine, paths: plan.input.streams.flatMap { $0.generations.map(\.display) })
    var options = options
    options.maxLine = plan.maxLine
    return RecordWriter(
      options: options, passesUnparsed: selection.passesUnparsed,
      details: details, sink: sink)
  }

  func result(_ writer: RecordWriter, matched: Int64, _ reading: Reading) -> FilterResult {
    var result = FilterResult(
      selected: writer.selected, matched: matched, ledger: Ledger(), seenFields: reading.seenFields,
      sampledFields: sampledFields, isStopped: reading.isStopped)
    result.ledger.isGrouped = false
    settle(&result.ledger, reading)
    result.isContextCut = writer.isContextCut
    result.isTextCut = writer.isTextCut
    return result
  }
}
