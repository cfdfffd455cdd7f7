import Testing
import TraceCore

/// Each built-in layout has a sample line: detection must read it as its own layout does, whatever name it gives it.
@Suite struct BuiltinLayoutTests {
  /// What a layout places, as text.
  private struct Placed: Equatable, CustomStringConvertible {
    var time: Int64
    var level: Level
    var logger, id, method, path: String
    var status: Int32
    var duration: Int64
    var description: String {
      "time \(time), level \(level.name), logger \(logger), id \(id), \(method) \(path), status \(status), \(duration) ns"
    }
  }

  private func placed(_ layouts: LayoutSet, _ line: String) -> Placed? {
    let bytes = ContiguousArray(line.utf8)
    var set = layouts
    var fields = LineFields()
    var times = TimestampParser()
    guard set.parse(bytes.span, from: 0, to: bytes.count, into: &fields, times: &times) != nil else { return nil }
    func text(_ slice: Slice) -> String {
      if slice.isMissing { return "" }
      let all = slice.isInArena ? fields.arena : bytes
      return String(decoding: all[slice.start..<slice.end], as: UTF8.self)
    }
    return Placed(
      time: fields.time, level: fields.level, logger: text(fields.logger), id: text(fields.requestID),
      method: text(fields.method), path: text(fields.path), status: fields.status, duration: fields.duration)
  }

  @Test(arguments: BuiltinLayouts.text.map(\.name))
  func sampleIsDetected(_ name: String) throws {
    let catalog = FieldCatalog()
    let entry = try #require(BuiltinLayouts.text.first { $0.name == name })
    var own = LayoutSet(catalog: catalog)
    own.append(try LayoutSource.compile(entry.format, name: name, catalog: catalog))
    let expected = try #require(placed(own, entry.sample), "the sample does not fit its own layout")
    let head = ContiguousArray("\(entry.sample)\n\(entry.sample)\n\(entry.sample)\n".utf8)
    let detector = LayoutDetector(catalog: catalog, zone: .utc)
    let choice = detector.detect(head.span, referenceTime: 0)
    var found = try #require(placed(choice.layouts, entry.sample))
    // Another layout may find a logger where this one has none (nginx's process).
    if expected.logger.isEmpty { found.logger = "" }
    #expect(found == expected, "detected as \(choice.layouts.names)")
  }
}
