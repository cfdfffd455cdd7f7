internal import LogSource
internal import TraceCore

/// Opens the generations of one stream in their order, each with its layouts and wrappers. Reads no bytes itself but the
/// heads that the plan has.
///
/// Used by one thread at a time. What depends on the order of blocks is `StreamLedger`'s.
final class StreamReader {
  private let plan: RunPlan
  private let stream: LogStream
  private let chooser: LayoutChooser
  /// The next generation to open.
  private(set) var next = 0

  /// - Parameter instance: what the stream is called among those that are read.
  init(plan: RunPlan, parsePlan: ParsePlan, detector: LayoutDetector, stream: LogStream, instance: String = "") {
    self.plan = plan
    self.stream = stream
    chooser = LayoutChooser(plan: plan, parsePlan: parsePlan, detector: detector)
    chooser.instance = instance
  }

  var isFinished: Bool { next == stream.generations.count }
  /// See `LayoutChooser`.
  var choice: LayoutDetector.Choice? { chooser.choice }
  var wrapperNames: [String] { chooser.wrapperNames }
  var isTimeless: Bool { chooser.isTimeless }

  /// Opens the next generation.
  ///
  /// - Parameter carried: what the one in front of it has left unfinished.
  func openNext(_ carried: GenerationSeam.Carried) throws(RunError) -> GenerationReader {
    let generation = stream.generations[next]
    let index = next
    next += 1
    let source: any ByteSource
    do throws(SourceError) {
      source = try generation.open()
    } catch {
      throw RunError.source(error)
    }
    let reading = try chooser.choose(head: generation.head, modified: generation.modified) {
      stream.generations[(index + 1)...].map(\.head)
    }
    let seam = GenerationSeam(
      behind: reading.wrappers,
      next: stream.generations[next...].map { ($0.head, hasGap: $0.notes.contains(where: \.isGap)) },
      chooser: chooser)
    return GenerationReader(
      index, path: generation.display, of: source, plan: plan, reading: reading, referenceTime: generation.modified,
      isCompressed: generation.compression != .none, carried: carried, seam: seam,
      beginsRecord: chooser.recordTest())
  }
}
