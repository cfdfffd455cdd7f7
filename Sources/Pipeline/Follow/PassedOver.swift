internal import LogSource
internal import TraceCore

/// Lines that are not to be read, as each of them has ended an earlier run: written over before they are parsed, so that they
/// count as lines that could not be read.
///
/// Each entry stands for one line: the first that is equal. Where that was another one, the next run has two entries.
final class PassedOver {
  private var entries: [FaultJournal.Entry]

  init(_ entries: [FaultJournal.Entry]) { self.entries = entries }

  var isEmpty: Bool { entries.isEmpty }

  /// Writes over those that stand in `block`; what the ledger says of each. Costs a hash of every line that is as long as one
  /// of them.
  func apply(to block: Block) -> [LedgerNote] {
    var notes: [LedgerNote] = []
    var start = 0
    while start < block.count, !entries.isEmpty {
      let end = ByteSearch.first(0x0A, in: block.bytes, from: start, to: block.count) ?? block.count
      let length = end - start
      if entries.contains(where: { $0.length == length }) {
        let hash = block.lineHash(start..<end)
        if let at = entries.firstIndex(where: { $0.length == length && $0.hash == hash }) {
          let entry = entries.remove(at: at)
          block.overwrite(start..<end, with: UInt8(ascii: "?"))
          notes.append(
            LedgerNote(
              .skipped,
              "a line of \(length) bytes was passed over: it had ended skein (\(entry.signal)); please report it",
              bytes: Int64(length)))
        }
      }
      start = end + 1
    }
    return notes
  }
}
