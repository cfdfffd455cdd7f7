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
    let stage = FilterStage(selection: selection, writer: writer(selection, options, sink))
    let reading = try read(into: stage)
    stage.writer.finish()
    return result(stage.writer, matched: stage.yes, reading)
  }

  func writer(
    _ selection: RecordSelection, _ options: RecordWriter.Options, _ sink: any RecordSink
  ) -> RecordWriter {
    let details = DetailReader(
      zone: plan.zone, maxLine: plan.maxLine, paths: plan.input.streams.flatMap { $0.generations.map(\.display) })
    return RecordWriter(
      options: options, passesUnparsed: selection.passesUnparsed, streams: plan.input.streams.count,
      details: details, sink: sink)
  }

  func result(_ writer: RecordWriter, matched: Int64, _ reading: Reading) -> FilterResult {
    var result = FilterResult(
      selected: writer.selected, matched: matched, ledger: Ledger(), seenFields: reading.seenFields,
      sampledFields: sampledFields, isStopped: reading.isStopped)
    settle(&result.ledger, reading, corrections: writer.corrections)
    result.isContextCut = writer.isContextCut
    result.isTextCut = writer.isTextCut
    return result
  }
}
