/// Collects the names of the fields in a sample of lines, and whether their times name a zone: for doctor and for
/// suggestions after a mistyped name. A slow path: it allocates for each name.
package struct FieldSampler {
  private var layouts: LayoutSet
  private let zone: TimeZoneRules
  private var counts: [String: Int] = [:]
  /// Lines with a time, and those whose time names its zone.
  package private(set) var timed: Int64 = 0
  package private(set) var zoned: Int64 = 0

  package init(layouts: LayoutSet, zone: TimeZoneRules) {
    self.layouts = layouts
    self.zone = zone
  }

  /// Looks at the lines of a head; `LayoutDetector.sampleLines` of them.
  package mutating func sample(_ head: Block) {
    var fields = LineFields(wantedCount: layouts.catalog.wantedNames.count)
    var times = TimestampParser(placesIn: zone)
    for line in LayoutDetector.lines(of: head.bytes) {
      fields.arena.removeAll(keepingCapacity: true)
      guard
        let index = layouts.parse(
          head.bytes, from: line.lowerBound, to: line.upperBound, into: &fields, times: &times)
      else { continue }
      if fields.time != EventTime.none {
        timed += 1
        if fields.timeHasZone { zoned += 1 }
      }
      switch layouts.order[index] {
      case .json:
        let text = Array(head: head.bytes, line)
        for member in JSONLine.members(of: text.span, from: 0, to: text.count) ?? [] {
          counts[member.name, default: 0] += 1
        }
      case .text, .pattern, .logfmt, .generic, .wrapped:
        let keys = KeyMemory()
        var pairs = KeyValuePairs(in: head.bytes, from: line.lowerBound, to: line.upperBound)
        while let pair = pairs.next(in: head.bytes, keys: keys) {
          let name = Array(head: head.bytes, pair.keyStart..<pair.keyEnd)
          counts[String(decoding: name, as: UTF8.self), default: 0] += 1
        }
      }
    }
  }

  /// The names, most frequent first, then by name.
  package func names(most: Int) -> [(name: String, records: Int)] {
    Array(
      counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(most).map { (name: $0.key, records: $0.value) })
  }
}

extension [UInt8] {
  /// A copy of a part of a span.
  init(head bytes: Span<UInt8>, _ range: Range<Int>) {
    self = []
    for i in range { append(bytes[i]) }
  }
}
