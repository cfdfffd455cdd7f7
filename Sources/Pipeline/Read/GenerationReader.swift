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
  /// What is taken off its lines, in words; colours apart.
  let wrapping: String
  /// When the file was changed last (nanoseconds since 1970): a year for times without one.
  let referenceTime: Int64
  private var reader: BlockReader
  private let unwrapper: Unwrapper?
  /// What people call it.
  let path: String
  /// Bytes of log given so far.
  private(set) var bytesGiven: Int64 = 0
  /// Bytes of log that were read and are in no block's count yet: they have given no line so far.
  private var bytesHeld: Int64 = 0
  /// What is taken off its lines.
  let wrappers: [Wrapper]
  /// Lines are to be passed on with their colours, and those of this generation have some.
  private let passesColours: Bool
  /// Those of the whole generation, beside no other wrapping.
  private let keepsOriginal: Bool
  /// Raw bytes in front of the unwrapper.
  private let raw: Block
  /// Reading it is more than copying: worth beginning before its turn.
  let isCompressed: Bool
  /// It grows while it is read: at its end somebody says what goes on in the next one (`finish`).
  private let isFollowed: Bool
  /// The beginning of a line whose end is in the next generation.
  private(set) var carry: Block?
  /// What the next generation goes on with, if there is something.
  var seam: GenerationSeam
  /// Parts of wrapped lines whose end is in the next generation.
  private(set) var unfinished: Unwrapper.Unfinished?
  /// Parts of the generation before with which this one, wrapped otherwise or not at all, does not go on.
  private var strangers: Unwrapper.Unfinished?
  private var isAtEnd = false

  /// - Parameters:
  ///   - seam: what the next generation goes on with.
  ///   - carried: what the one before has left.
  ///   - beginsRecord: whether an inner line is a record by itself.
  init(
    _ generation: Int, path: String, of source: any ByteSource, plan: RunPlan, reading: LayoutChooser.Reading,
    referenceTime: Int64, isCompressed: Bool, carried: GenerationSeam.Carried, seam: GenerationSeam,
    beginsRecord: @escaping (Span<UInt8>) -> Bool, isFollowed: Bool = false
  ) {
    self.generation = generation
    self.path = path
    layouts = reading.layouts
    layoutNames = reading.layouts.names
    wrappers = reading.wrappers
    wrapping = wrappers.filter { $0 != .ansi }.map(\.rawValue).joined(separator: " ")
    self.isFollowed = isFollowed
    self.referenceTime = referenceTime
    self.isCompressed = isCompressed
    self.seam = seam
    // Of a wrapped line there is no rest to be given: it has to be whole to be unwrapped.
    reader = BlockReader(
      source, readSize: plan.blockSize, maxLine: plan.maxLine,
      keepsTails: (plan.passesWholeLines || isFollowed) && wrappers.isEmpty, carry: carried.rest)
    passesColours = plan.keepsOriginal
    keepsOriginal = plan.keepsOriginal && wrappers == [.ansi]
    unwrapper = wrappers.isEmpty ? nil : Unwrapper(wrappers)
    raw = Block(capacity: wrappers.isEmpty ? 1 : Block.standardCapacity)
    guard let before = carried.unfinished else { return }
    if let unwrapper, Unwrapper.areAlike(before.wrappers, wrappers) {
      unwrapper.goOn(before, beginsRecord: beginsRecord)
    } else {
      strangers = before
    }
  }

  /// What `fill` came to.
  enum Fill { case filled, paused, ended }

  /// Fills `parsed` (its block is empty) with the next lines.
  ///
  /// - Returns: `ended` once, at the end; `paused` where a followed source has no whole line more for the moment.
  func fill(_ parsed: ParsedBlock) throws(SourceError) -> Fill {
    parsed.path = path
    parsed.firstByte = bytesGiven
    if let parts = strangers {
      strangers = nil
      let unwrapper = Unwrapper(parts.wrappers)
      var origins = ContiguousArray<LineOrigin>()
      unwrapper.goOn(parts, beginsRecord: { _ in false })
      unwrapper.finish(into: parsed.block, lines: &origins)
      parsed.origins = origins
      // They are counted where they were read.
      parsed.logBytes = 0
      return .filled
    }
    while !isAtEnd {
      let raw = unwrapper == nil ? parsed.block : keepsOriginal ? parsed.useOriginal() : self.raw
      raw.removeAll()
      switch try reader.next(into: raw) {
      case .lines: parsed.isTail = unwrapper == nil && reader.gaveTail
      case .paused: return .paused
      case .end:
        raw.removeAll()
        // Who follows decides about the rest once the next generation is there.
        if isFollowed && hasRest { return .ended }
        end(into: raw)
      }
      bytesGiven += Int64(raw.count)
      bytesHeld += Int64(raw.count)
      unwrap(raw, into: parsed)
      if parsed.block.count > 0 {
        parsed.logBytes = bytesHeld
        bytesHeld = 0
        return .filled
      }
    }
    return .ended
  }

  private func unwrap(_ raw: Block, into parsed: ParsedBlock) {
    parsed.keepsOriginal = passesColours
    guard let unwrapper else { return }
    var origins = ContiguousArray<LineOrigin>()
    unwrapper.unwrap(raw.bytes, from: 0, to: raw.count, into: parsed.block, lines: &origins)
    if isAtEnd {
      if seam.passesParts, reader.notes.allSatisfy({ !$0.isGap }) {
        let parts = unwrapper.takeUnfinished(into: parsed.block, lines: &origins)
        if !parts.isEmpty { unfinished = parts }
      } else {
        unwrapper.finish(into: parsed.block, lines: &origins)
      }
    }
    parsed.origins = origins
    parsed.originNames = unwrapper.names
  }

  /// Bytes read that no block has yet: the beginning of a line.
  var restCount: Int { reader.pendingCount }
  /// Whether something is left at the end that the next generation may go on with.
  var hasRest: Bool { reader.rest.count > 0 || unwrapper?.isBetweenRecords == false }
  /// What the next generation takes over.
  var carried: GenerationSeam.Carried { .init(rest: carry, unfinished: unfinished) }
  /// Whether reading could begin again in front of those.
  var isBetweenLines: Bool { reader.isBetweenLines && unwrapper?.isBetweenRecords ?? true }

  /// Ends a followed generation: what stands behind its last newline is a line, unless it goes on in the next one.
  /// Returns whether `parsed` (its block is empty) has that line.
  func finish(_ parsed: ParsedBlock, seam: GenerationSeam) -> Bool {
    guard !isAtEnd else { return false }
    self.seam = seam
    let raw = unwrapper == nil ? parsed.block : keepsOriginal ? parsed.useOriginal() : self.raw
    raw.removeAll()
    end(into: raw)
    bytesHeld += Int64(raw.count)
    unwrap(raw, into: parsed)
    guard parsed.block.count > 0 else { return false }
    parsed.logBytes = bytesHeld
    bytesHeld = 0
    return true
  }

  /// Settles what stands behind the last newline: it is a line of its own, or begins one of the next generation.
  private func end(into block: Block) {
    isAtEnd = true
    reader.end()
    let rest = reader.rest
    guard rest.count > 0 else { return }
    if seam.passesRest && reader.notes.allSatisfy({ !$0.isGap }) {
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
    ledger.bytesRead += reader.bytesRead
    ledger.notes.append(contentsOf: reader.notes)
    ledger.counts.longLines += reader.longLines
    ledger.counts.longLineBytes += reader.longLineBytes
    ledger.counts.nulRuns += reader.nulRuns
    ledger.counts.nulBytes += reader.nulBytes
    ledger.counts.bytes += bytesHeld + reader.longLineBytes + reader.nulBytes + reader.tailEndBytes
  }
}
