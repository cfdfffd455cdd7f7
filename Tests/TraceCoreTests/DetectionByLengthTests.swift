import Foundation
import Testing
import TraceCore

/// What a log is found to be does not get worse by its length: the first 10, 100 and 400 lines and the whole give the layouts
/// of the same lines.
@Suite struct DetectionByLengthTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("fixtures/stacks")

  static var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".log") }.sorted()
  }

  @Test(arguments: names) func layouts(_ name: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let repeated = (0..<(2_000 / max(lines.count, 1) + 1)).flatMap { _ in lines }
    let detector = LayoutDetector(catalog: .plain, zone: .utc)
    let first = found(in: repeated.prefix(lines.count), with: detector, sample: repeated.prefix(lines.count))
    for length in [10, 100, 400, repeated.count] {
      // Whatever the sample, each line has the layout that it has by itself.
      let now = found(in: repeated.prefix(lines.count), with: detector, sample: repeated.prefix(length))
      #expect(now == first, "\(name), the first \(length) lines")
    }
  }

  /// The layouts of `lines`, read with what `sample` shows; an empty name for a line that is none's.
  private func found(
    in lines: ArraySlice<Substring>, with detector: LayoutDetector, sample: ArraySlice<Substring>
  ) -> [String] {
    let head = Array((sample.joined(separator: "\n") + "\n").utf8)
    var layouts = detector.detect(head.span, referenceTime: 1_795_500_000_000_000_000).layouts
    var fields = LineFields()
    var times = TimestampParser(referenceTime: 1_795_500_000_000_000_000)
    return lines.map { line in
      let bytes = Array(line.utf8)
      fields.arena.removeAll()
      let index = layouts.parse(bytes.span, from: 0, to: bytes.count, into: &fields, times: &times)
      return index.map { layouts.names[$0] } ?? ""
    }
  }
}
