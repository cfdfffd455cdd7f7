internal import TraceCore

/// One log across its generations, oldest first. To be read as one sequence of bytes, generation after generation.
package struct LogStream: Sendable {
  /// Folder and base name, as the user would say it: `logs/app.log`. For standard input `-`.
  package let name: String
  /// Never empty.
  package internal(set) var generations: [Generation]
}

/// Puts the generations of one stream in order and says what their names and contents give away.
///
/// The result does not depend on the order in which they are given.
struct StreamAssembly {
  /// A generation and what its name says.
  struct Part {
    var generation: Generation
    var name: RotationName
    /// Nobody has asked for it: it was found beside a file that was named.
    var isFoundBeside = false
  }

  /// Names that belong to the stream and were left out with a note: they are not missing.
  var leftOut: [RotationName] = []
  /// Each file is written under its own name, and none has the bare one: nothing is copied and cut.
  var isSeries = false
  /// Time of the first event in a head, if it can be told (nanoseconds).
  var firstTime: ((Span<UInt8>) -> Int64?)?

  func assemble(_ parts: [Part], name: String) -> LogStream {
    var parts = parts.sorted(by: StreamAssembly.precedes)
    let numbers = Set((parts.map(\.name) + leftOut).compactMap { $0.date == nil && !$0.isInside ? $0.number : nil })
    parts = DistinctContents(firstTime: firstTime).of(parts)
    orderByTime(&parts)
    noteMissing(&parts, numbers: numbers)
    for i in parts.indices.dropFirst() {
      parts[i].generation.rotationMayLose = !isSeries && parts[i - 1].name.mayLose
    }
    return LogStream(name: name, generations: parts.map(\.generation))
  }

  /// By name, oldest first; a total order.
  static func precedes(_ a: Part, _ b: Part) -> Bool {
    a.name.isPlacedBefore(b.name)
      ?? a.generation.display.utf8.lexicographicallyPrecedes(b.generation.display.utf8)
  }

  // MARK: order

  /// Checks the order of the names against the first times, if all that is not empty has one. They win; a note says so
  /// where the names had said otherwise.
  private func orderByTime(_ parts: inout [Part]) {
    guard let firstTime else { return }
    let filled = parts.indices.filter { !parts[$0].generation.head.isEmpty }
    guard filled.count > 1 else { return }
    var times: [Int64] = []
    for i in filled {
      let head = parts[i].generation.head
      guard let time = firstTime(head.span) else { return }
      times.append(time)
    }
    let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
    guard order != Array(times.indices) else { return }
    let before = parts
    for (place, source) in zip(filled, order) { parts[place] = before[filled[source]] }
    for (count, newer) in filled.enumerated() {
      // One note for each that the names would have put earlier.
      guard let older = filled[..<count].last(where: { parts[newer].name.isOlder(than: parts[$0].name) == true }) else {
        continue
      }
      let names = (parts[older].generation.display, parts[newer].generation.display)
      parts[newer].generation.notes.append(
        LedgerNote(
          .orderByTime,
          "\(names.0) is older than \(names.1) by its first timestamp, though the names say otherwise; "
            + "read in the order of the timestamps"))
    }
  }

  // MARK: holes

  /// A hole in app.log.1, .2, .4 is reported on the generation after it (in time): app.log.2.
  private func noteMissing(_ parts: inout [Part], numbers: Set<Int>) {
    for i in parts.indices where parts[i].name.date == nil && !parts[i].name.isInside {
      let name = parts[i].name
      guard name.number != nil || !name.hasCompressorEnding else { continue }
      // The live file stands before .1, or before .0 where numbers start there.
      let number = name.number ?? (numbers.contains(0) ? -1 : 0)
      guard let older = numbers.filter({ $0 > number }).min(), older > number + 1 else { continue }
      // Two files of one number have one hole between them and the next.
      if i > 0, parts[i - 1].name.date == nil, parts[i - 1].name.number == name.number { continue }
      let missing = (number + 1..<older).map { "\(name.base).\($0)" }
      let list =
        missing.count <= 3
        ? missing.joined(separator: ", ") : "\(missing[0]) to \(missing[missing.count - 1]) (\(missing.count) files)"
      parts[i].generation.notes.append(
        LedgerNote(
          .missingGeneration,
          "\(list) \(missing.count == 1 ? "is" : "are") missing before \(parts[i].generation.display)"))
    }
  }
}
