import Config
import LogSource
import RulePack
import TraceCore

/// What strangers' bytes reach: each takes any bytes and must end, without a trap, and with what it promises.
///
/// A promise that does not hold ends the program with a message, as a trap does: libFuzzer keeps the input.
package enum FuzzTarget: String, CaseIterable, Sendable {
  /// Whole logs: the layouts, the parse, and that it does not matter where a block ends.
  case lines
  /// One line of JSON in each of its forms, batches included.
  case json
  /// A pasted format, and after the first newline lines for it.
  case formats
  /// Compressed bytes.
  case gzip
  /// Settings, layout files, redactions.
  case yaml
  /// An expression, and after the first newline a line that it looks at.
  case expressions
  /// The state of a run.
  case checkpoint
  /// A pack of rules.
  case rules
  /// Text on its way out.
  case redaction

  /// Bytes of an input that are looked at: what is longer finds nothing else, and slowly.
  package static let longest = 1 << 14

  package func run(_ input: [UInt8]) {
    let bytes = Array(input.prefix(FuzzTarget.longest))
    switch self {
    case .lines: FuzzedLog.check(bytes)
    case .json: FuzzedLog.read(line: bytes)
    case .formats: formats(bytes)
    case .gzip: gzip(bytes)
    case .yaml: yaml(bytes)
    case .expressions: expressions(bytes)
    case .checkpoint: checkpoint(bytes)
    case .rules: _ = try? PackReader.read(bytes, path: "pack.yml")
    case .redaction: redaction(bytes)
    }
  }

  private func formats(_ bytes: [UInt8]) {
    let parts = FuzzTarget.halves(bytes)
    let text = String(decoding: parts.head, as: UTF8.self)
    guard let layout = try? LayoutSource.compile(text, catalog: .plain) else { return }
    var layouts = LayoutSet(catalog: .plain)
    layouts.append(layout)
    for line in parts.tail.split(separator: 0x0A, omittingEmptySubsequences: false) {
      FuzzedLog.read(line: Array(line), layouts)
    }
  }

  private func gzip(_ bytes: [UInt8]) {
    let source = GzipSource(FuzzedBytes(bytes), path: "app.log.gz", ahead: bytes.count % 2 == 0)
    let block = Block(capacity: 1 << 16)
    // A bomb ends here.
    for _ in 0..<64 {
      block.removeAll()
      guard let count = try? source.read(into: block, atMost: block.capacity), count > 0 else { return }
      guard count == block.count, count <= block.capacity else { broken("gzip: \(count) bytes in a block") }
    }
  }

  private func yaml(_ bytes: [UInt8]) {
    _ = try? YAMLReader.documents(bytes, path: "a.yml")
    _ = try? ProjectSettings.read(bytes, path: ".skein.yml")
    _ = try? RedactionReader.read(bytes, path: "redactions.yml")
    if let file = try? LayoutFile.read(bytes, path: "layouts.yml") { _ = LayoutSampleCheck(file) }
  }

  private func expressions(_ bytes: [UInt8]) {
    let parts = FuzzTarget.halves(bytes)
    guard let expression = try? FilterExpression(parsing: String(decoding: parts.head, as: UTF8.self)) else { return }
    let record = ReadRecord(Array(parts.tail), layouts: LayoutSet(catalog: .plain), zone: .utc)
    _ = record.explanation(of: expression)
  }

  private func checkpoint(_ bytes: [UInt8]) {
    var ledger = Ledger()
    try? StateCoder.load(bytes.span) { coder throws(StateError) in try ledger.code(&coder) }
    var stats = RequestStats()
    try? StateCoder.load(bytes.span) { coder throws(StateError) in try stats.code(&coder) }
    var continuation = Continuation()
    try? StateCoder.load(bytes.span) { coder throws(StateError) in try continuation.code(&coder) }
  }

  private func redaction(_ bytes: [UInt8]) {
    let redactor = Redactor(FuzzTarget.redactions)
    let once = redactor.redacted(bytes)
    guard redactor.redacted(once) == once else { broken("redaction: a second time changes the text again") }
  }

  private static let redactions = RedactionRules()

  private static func halves(_ bytes: [UInt8]) -> (head: ArraySlice<UInt8>, tail: ArraySlice<UInt8>) {
    guard let newline = bytes.firstIndex(of: 0x0A) else { return (bytes[...], []) }
    return (bytes[..<newline], bytes[(newline + 1)...])
  }
}

/// Bytes as a source.
private final class FuzzedBytes: ByteSource {
  private let all: [UInt8]
  private var position = 0
  var bytesRead: Int64 { Int64(position) }
  var notes: [LedgerNote] { [] }

  init(_ all: [UInt8]) { self.all = all }

  func read(into block: Block, atMost limit: Int) throws(SourceError) -> Int {
    let end = min(all.count, position + limit)
    let part = Array(all[position..<end])
    block.append(copying: part.span)
    defer { position = end }
    return end - position
  }
}
