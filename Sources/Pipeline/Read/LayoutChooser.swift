internal import TraceCore

/// Chooses what the lines of one stream are tried with first: what its first file's head has, or what `--layout` says.
///
/// Used by one thread at a time.
final class LayoutChooser {
  private let plan: RunPlan
  private let parsePlan: ParsePlan
  private let detector: LayoutDetector
  /// Name of the instance whose log it is.
  var instance = ""
  /// What was chosen, for doctor and for notices.
  private(set) var choice: LayoutDetector.Choice?
  /// Wrappers that were taken off, of any generation.
  private(set) var wrapperNames: [String] = []
  /// No line at the beginning of any generation that is there has a time. Known once the first one was looked at.
  private(set) var isTimeless = false

  /// - Parameter detector: of `RunPlan.detector`, one for all streams: it holds all layouts.
  init(plan: RunPlan, parsePlan: ParsePlan, detector: LayoutDetector) {
    self.plan = plan
    self.parsePlan = parsePlan
    self.detector = detector
  }

  /// Whether the plan's layout can be used; before anything is read.
  static func check(_ plan: RunPlan) throws(RunError) {
    guard let name = plan.layout else { return }
    do throws(LayoutSource.Problem) {
      _ = try plan.detector(plan.parsePlan()).named(name)
    } catch {
      throw RunError.usage("--layout: \(error.message)")
    }
  }

  /// How a generation is read.
  struct Reading {
    var layouts: LayoutSet
    var wrappers: [Wrapper]
  }

  /// Looks at the next generation.
  ///
  /// - Parameters:
  ///   - head: its first bytes.
  ///   - following: heads of the generations behind it, for a first one that has no whole line to look at, or no time.
  func choose(
    head: [UInt8], modified: Int64, following: () -> [[UInt8]] = { [] }
  ) throws(RunError) -> Reading {
    if ByteSearch.begins(head.span, at: 0, end: head.count, with: "__CURSOR=") {
      throw RunError.usage(
        "this is journalctl's export format, a line for each field of an entry; skein reads what journalctl -o json writes"
      )
    }
    let wrappers = Unwrapper.detect(head: head.span)
    for wrapper in wrappers where !wrapperNames.contains(wrapper.rawValue) { wrapperNames.append(wrapper.rawValue) }
    let unwrapped = LayoutChooser.unwrapped(head)
    let isFirst = choice == nil
    if isFirst { LayoutChooser.lengthen(unwrapped, with: following) }
    var chosen: LayoutDetector.Choice
    if let known = choice {
      // What a later generation has beside it, each line says.
      chosen = known
    } else if let name = plan.layout {
      do throws(LayoutSource.Problem) {
        chosen = try detector.named(name)
      } catch {
        throw RunError.usage("--layout: \(error.message)")
      }
    } else if let all = detector.ofFile() {
      chosen = all
    } else {
      chosen = detector.detect(
        unwrapped.bytes, isTimed: wrappers.contains { [.dockerJSON, .cri, .journald].contains($0) },
        referenceTime: modified)
    }
    chosen.layouts.instance = ContiguousArray(instance.utf8)
    choice = chosen
    if isFirst, wrappers.isEmpty, unwrapped.count > 0 {
      isTimeless =
        !detector.hasTimes(in: unwrapped.bytes, layouts: chosen.layouts)
        && following().allSatisfy { !detector.hasTimes(in: LayoutChooser.unwrapped($0).bytes, layouts: chosen.layouts) }
    }
    return Reading(layouts: chosen.layouts, wrappers: wrappers)
  }

  /// Where the first generation has no whole line to look at (it is empty, or was cut in its first line), the next ones
  /// tell what the log looks like.
  private static func lengthen(_ head: Block, with following: () -> [[UInt8]]) {
    guard ByteSearch.first(0x0A, in: head.bytes, from: 0, to: head.count) == nil else { return }
    for next in following() {
      guard ByteSearch.first(0x0A, in: head.bytes, from: 0, to: head.count) == nil else { return }
      let more = unwrapped(next)
      head.grow(to: max(head.capacity, head.count + more.count))
      head.append(copying: more.bytes)
    }
  }

  /// The first bytes of a generation as a layout sees them.
  static func unwrapped(_ head: [UInt8]) -> Block {
    let wrappers = Unwrapper.detect(head: head.span)
    let unwrapped = Block(capacity: max(head.count, 1))
    guard !wrappers.isEmpty else {
      unwrapped.append(copying: head.span)
      return unwrapped
    }
    var lines = ContiguousArray<LineOrigin>()
    let sample = Unwrapper(wrappers)
    let end = ByteSearch.last(0x0A, in: head.span, from: 0, to: head.count) ?? -1
    sample.unwrap(head.span, from: 0, to: end + 1, into: unwrapped, lines: &lines)
    // Parts whose end is not there show nothing.
    _ = sample.takeUnfinished(into: unwrapped, lines: &lines)
    return unwrapped
  }

  /// Whether the first line of a generation's head fits a layout, so that what came before it was a line of its own.
  func beginsRecord(_ head: Span<UInt8>) -> Bool {
    guard var layouts = choice?.layouts else { return true }
    let end = ByteSearch.first(0x0A, in: head, from: 0, to: head.count) ?? head.count
    var fields = LineFields(wantedCount: parsePlan.catalog.wantedNames.count)
    var times = TimestampParser(wholeIn: plan.zone)
    return layouts.parse(head, from: 0, to: end, into: &fields, times: &times) != nil
  }

  /// `beginsRecord` for one line, with the layouts that are known now; it can be used by another thread.
  func recordTest() -> (Span<UInt8>) -> Bool {
    guard var layouts = choice?.layouts else { return { _ in false } }
    var fields = LineFields(wantedCount: parsePlan.catalog.wantedNames.count)
    var times = TimestampParser(wholeIn: plan.zone)
    return { line in
      fields.arena.removeAll(keepingCapacity: true)
      return layouts.parse(line, from: 0, to: line.count, into: &fields, times: &times) != nil
    }
  }
}

extension RunPlan {
  /// What finds the layouts of its streams. Costs some ms and some tens of KB.
  func detector(_ parsePlan: ParsePlan) -> LayoutDetector {
    LayoutDetector(catalog: parsePlan.catalog, zone: zone, own: own)
  }
}
