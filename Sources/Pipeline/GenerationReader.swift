internal import LogSource
internal import TraceCore

/// Fills blocks with the whole lines of one generation, its wrapper taken off. Used by one thread at a time; several
/// generations can be read side by side.
final class GenerationReader {
  /// Where it stands in its stream.
  let generation: Int
  /// How its lines are read; a line's layout is told by its place in `layoutNames`.
  let layouts: LayoutSet
  let layoutNames: [String]
  /// When the file was changed last (nanoseconds since 1970): a year for times without one.
  let referenceTime: Int64
  private var reader: BlockReader
  private let unwrapper: Unwrapper?
  /// The lines are passed on with their colours.
  private let keepsOriginal: Bool
  /// Raw bytes in front of the unwrapper.
  private let raw: Block
  /// Reading it is more than copying: worth beginning before its turn.
  let isCompressed: Bool
  /// The next generation goes on with this one's last line, if that has no end: it cannot be read before.
  let passesRestOn: Bool
  /// The beginning of a line whose end is in the next generation.
  private(set) var carry: Block?
  private var isAtEnd = false

  /// - Parameter passesRestOn: the next generation does not begin with a record, so that a line without an end may go on
  ///   there.
  init(
    _ generation: Int, of source: any ByteSource, plan: RunPlan, layouts: LayoutSet, wrappers: [Wrapper],
    referenceTime: Int64, isCompressed: Bool, carry: Block?, passesRestOn: Bool
  ) {
    self.generation = generation
    self.layouts = layouts
    layoutNames = layouts.names
    self.referenceTime = referenceTime
    self.isCompressed = isCompressed
    self.passesRestOn = passesRestOn
    // Of a wrapped line there is no rest to be given: it has to be whole to be unwrapped.
    reader = BlockReader(
      source, readSize: plan.blockSize, maxLine: plan.maxLine, keepsTails: plan.passesWholeLines && wrappers.isEmpty,
      carry: carry)
    keepsOriginal = plan.keepsOriginal && wrappers == [.ansi]
    unwrapper = wrappers.isEmpty ? nil : Unwrapper(wrappers)
    raw = Block(capacity: wrappers.isEmpty ? 1 : Block.standardCapacity)
  }

  /// Fills `parsed` (its block is empty) with the next lines; false at the end, once only.
  func fill(_ parsed: ParsedBlock) throws(SourceError) -> Bool {
    while !isAtEnd {
      if unwrapper == nil {
        let isMore = try reader.next(into: parsed.block)
        parsed.isTail = isMore && reader.gaveTail
        if !isMore { end(into: parsed.block) }
      } else {
        try fillUnwrapped(parsed)
      }
      if parsed.block.count > 0 { return true }
    }
    return false
  }

  private func fillUnwrapped(_ parsed: ParsedBlock) throws(SourceError) {
    var origins = ContiguousArray<LineOrigin>()
    let raw = keepsOriginal ? parsed.useOriginal() : self.raw
    raw.removeAll()
    if try !reader.next(into: raw) {
      raw.removeAll()
      end(into: raw)
    }
    unwrapper?.unwrap(raw.bytes, from: 0, to: raw.count, into: parsed.block, lines: &origins)
    if isAtEnd { unwrapper?.finish(into: parsed.block, lines: &origins) }
    parsed.origins = origins
  }

  /// Settles what stands behind the last newline: it is a line of its own, or begins one of the next generation.
  private func end(into block: Block) {
    isAtEnd = true
    let rest = reader.rest
    guard rest.count > 0 else { return }
    if passesRestOn && reader.notes.allSatisfy({ !$0.isGap }) {
      // The writer was in the middle of a line when the log was rotated.
      let copy = Block(capacity: rest.count)
      copy.append(copying: rest.bytes)
      carry = copy
    } else {
      block.append(copying: rest.bytes)
    }
  }

  /// What only the end tells: bytes read, notes, and what was passed over on the way.
  func settle(_ ledger: inout SourceLedger) {
    ledger.bytesRead = reader.bytesRead
    ledger.notes.append(contentsOf: reader.notes)
    ledger.counts.longLines += reader.longLines
    ledger.counts.longLineBytes += reader.longLineBytes
    ledger.counts.nulRuns += reader.nulRuns
    ledger.counts.nulBytes += reader.nulBytes
    ledger.counts.bytes += reader.longLineBytes + reader.nulBytes + reader.tailEndBytes
  }
}
