internal import LogSource
internal import TraceCore

/// Opens the generations of one stream in their order, each with its layouts and wrappers. Reads no bytes itself but the
/// heads that the plan has.
///
/// Used by one thread at a time. What depends on the order of blocks is `StreamLedger`'s.
final class StreamReader {
  private let plan: RunPlan
  private let parsePlan: ParsePlan
  private let detector: LayoutDetector
  private let stream: LogStream
  /// The next generation to open.
  private(set) var next = 0
  /// What was chosen so far, for doctor and for notices.
  private(set) var choice: LayoutDetector.Choice?
  /// Wrappers that were taken off, of any generation.
  private(set) var wrapperNames: [String] = []
  /// No line of the stream's beginning has a time: it cannot be merged, and is read behind the others, so that it does not
  /// decide alone whose records count. Known once the first generation is open.
  private(set) var isTimeless = false

  init(plan: RunPlan, parsePlan: ParsePlan, stream: LogStream) {
    self.plan = plan
    self.parsePlan = parsePlan
    self.stream = stream
    detector = LayoutDetector(catalog: parsePlan.catalog, zone: plan.zone)
  }

  var isFinished: Bool { next == stream.generations.count }

  /// Whether the last line of the generation that was opened last may go on in the next one.
  private var restMayGoOn: Bool {
    next < stream.generations.count
      && !StreamReader.beginsRecord(stream.generations[next], choice, parsePlan, plan.zone)
  }

  /// Opens the next generation.
  ///
  /// - Parameter carry: the beginning of its first line, from the end of the one in front of it.
  func openNext(carry: Block?) throws(RunError) -> GenerationReader {
    let generation = stream.generations[next]
    let index = next
    next += 1
    let source: any ByteSource
    do throws(SourceError) {
      source = try generation.open()
    } catch {
      throw RunError.source(error)
    }
    let wrappers = Unwrapper.detect(head: generation.head.span)
    for wrapper in wrappers where !wrapperNames.contains(wrapper.rawValue) { wrapperNames.append(wrapper.rawValue) }
    let chosen = try chooseLayouts(for: generation, index, isWrapped: !wrappers.isEmpty)
    return GenerationReader(
      index, of: source, plan: plan, layouts: chosen.layouts, wrappers: wrappers, referenceTime: generation.modified,
      isCompressed: generation.compression != .none, carry: carry, passesRestOn: restMayGoOn)
  }

  private func chooseLayouts(
    for generation: Generation, _ index: Int, isWrapped: Bool
  ) throws(RunError) -> LayoutDetector.Choice {
    let head = StreamReader.unwrappedHead(of: generation)
    if choice == nil { lengthen(head, from: index + 1) }
    let chosen: LayoutDetector.Choice
    if let known = choice, plan.layout != nil {
      chosen = known
    } else if let name = plan.layout {
      do throws(LayoutSource.Problem) {
        chosen = try detector.named(name)
      } catch {
        throw RunError.usage("--layout: \(error.message)")
      }
    } else if let known = choice {
      chosen = detector.extend(known, with: head.bytes, referenceTime: generation.modified)
    } else {
      chosen = detector.detect(head.bytes, referenceTime: generation.modified)
    }
    choice = chosen
    if index == 0 && !isWrapped && head.count > 0 {
      isTimeless = !detector.hasTimes(in: head.bytes, layouts: chosen.layouts)
    }
    return chosen
  }

  /// Where the first generation has no whole line to look at (it is empty, or was cut in its first line), the next ones
  /// tell what the log looks like.
  private func lengthen(_ head: Block, from first: Int) {
    for next in stream.generations[first...] {
      guard ByteSearch.first(0x0A, in: head.bytes, from: 0, to: head.count) == nil else { return }
      let more = StreamReader.unwrappedHead(of: next)
      head.grow(to: max(head.capacity, head.count + more.count))
      head.append(copying: more.bytes)
    }
  }

  /// The first bytes of a generation as a layout sees them.
  static func unwrappedHead(of generation: Generation) -> Block {
    let wrappers = Unwrapper.detect(head: generation.head.span)
    let head = Block(capacity: max(generation.head.count, 1))
    guard !wrappers.isEmpty else {
      head.append(copying: generation.head.span)
      return head
    }
    var lines = ContiguousArray<LineOrigin>()
    let sample = Unwrapper(wrappers)
    let end = ByteSearch.last(0x0A, in: generation.head.span, from: 0, to: generation.head.count) ?? -1
    sample.unwrap(generation.head.span, from: 0, to: end + 1, into: head, lines: &lines)
    sample.finish(into: head, lines: &lines)
    return head
  }

  /// Whether the first line of a generation's head fits a layout, so that what came before it was a line of its own.
  private static func beginsRecord(
    _ generation: Generation, _ choice: LayoutDetector.Choice?, _ parsePlan: ParsePlan, _ zone: TimeZoneRules
  ) -> Bool {
    guard var layouts = choice?.layouts else { return true }
    let head = generation.head.span
    let end = ByteSearch.first(0x0A, in: head, from: 0, to: head.count) ?? head.count
    var fields = LineFields(wantedCount: parsePlan.catalog.wantedNames.count)
    var times = TimestampParser(zone: zone, referenceTime: 0)
    return layouts.parse(head, from: 0, to: end, into: &fields, times: &times) != nil
  }
}
