internal import Patterns

/// A layout that is a regular expression: its named groups are the fields. A slow way beside `TextProgram`, bounded by the
/// limits of a match; a line whose match is given up is read as if the layout were not there, and counted.
struct PatternLayout: Sendable {
  /// A group that means something.
  private struct Group: Sendable {
    var name: FieldNameHash
    var target: FieldTarget
    /// Its numbers: several may share a name.
    var numbers: Range<Int>
  }

  let name: String
  let source: String
  private let matcher: CaptureMatcher
  private let timeFormats: [TimeFormat]
  private let levels: [(word: [UInt8], level: Level)]
  private let levelPatterns: [LayoutDefinition.LevelPattern]
  private let fallbackFormats: [TimeFormat]
  /// The place of the group whose text says the level, in `groups`; nil for the level itself.
  private var levelGroup: Int?
  private var groups: [Group] = []
  private var numbers: [Int] = []
  private var places: [(start: Int, end: Int)] = []

  init(_ definition: LayoutDefinition, _ matcher: CaptureMatcher, catalog: FieldCatalog) {
    name = definition.name
    source = definition.source
    self.matcher = matcher
    timeFormats = definition.timeFormats
    levels = definition.levels.sorted { $0.key < $1.key }.map { (Array($0.key.utf8), $0.value) }
    levelPatterns = definition.levelPatterns
    fallbackFormats = definition.fallbackFormats
    var seen: [String: Int] = [:]
    for (label, number) in matcher.regex.captureNames.sorted(by: { ($0.name, $0.group) < ($1.name, $1.group) }) {
      numbers.append(number)
      if let known = seen[label] {
        groups[known].numbers = groups[known].numbers.lowerBound..<numbers.count
        continue
      }
      seen[label] = groups.count
      var hash = FieldNameHash()
      for byte in label.utf8 { hash.fold(byte) }
      if label == definition.levelGroup { levelGroup = groups.count }
      groups.append(Group(name: hash, target: catalog[hash], numbers: (numbers.count - 1)..<numbers.count))
    }
  }

  /// Matches that were given up.
  var limitHits: Int64 { matcher.limitHits }

  /// The same layout, looking for other fields.
  func reading(_ catalog: FieldCatalog) -> PatternLayout {
    var copy = self
    for i in copy.groups.indices { copy.groups[i].target = catalog[copy.groups[i].name] }
    return copy
  }

  /// Whether `start ..< end` fits; then `fields`, which the caller has reset, holds what it says.
  mutating func parse(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, from start: Int, to end: Int,
    into fields: inout LineFields, catalog: FieldCatalog, times: inout TimestampParser
  ) -> Bool {
    guard matcher.match(bytes, from: start, to: end, groups: numbers, into: &places) else { return false }
    // The message last: what a group places wins over its pairs.
    for isMessage in [false, true] {
      for group in groups where (group.target.standard == .message) == isMessage && !group.target.isIgnored {
        guard let place = places[group.numbers].first(where: { $0.start >= 0 }) else { continue }
        guard take(group, place.start, place.end, bytes, masks, &fields, catalog, &times) else { return false }
      }
    }
    if let levelGroup, fields.level == .none,
      let place = places[groups[levelGroup].numbers].first(where: { $0.start >= 0 }),
      let level = level(bytes, place.start, place.end), fields.admits(.level, rank: 0, byLayout: true)
    {
      fields.level = level
    }
    return true
  }

  private func take(
    _ group: Group, _ start: Int, _ end: Int, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>,
    _ fields: inout LineFields, _ catalog: FieldCatalog, _ times: inout TimestampParser
  ) -> Bool {
    let isNull = start == end || (end == start + 1 && bytes[start] == 0x2D)
    switch group.target.standard {
    case .time where !isNull:
      // A group that is called a time and is none: the line is another layout's.
      guard let time = time(bytes, start, end, &times) else { return false }
      guard time.time != EventTime.none else { return true }
      if fields.admits(.time, rank: group.target.rank, byLayout: true) {
        fields.time = time.time
        fields.timeHasZone = time.hasZone
      }
    case .level where !isNull:
      if let level = level(bytes, start, end) {
        if fields.admits(.level, rank: group.target.rank, byLayout: true) { fields.level = level }
        return true
      }
      fields.take(group.target, FieldValue(.text, Slice(start, end)), in: bytes, byLayout: true, times: &times)
    case .message:
      fields.take(group.target, FieldValue(.text, Slice(start, end)), in: bytes, byLayout: true, times: &times)
      fields.takePairs(bytes, masks, start, end, catalog: catalog, times: &times)
    default:
      let value = FieldValue(isNull ? .null : .text, Slice(start, end))
      fields.take(group.target, value, in: bytes, byLayout: true, times: &times)
    }
    return true
  }

  private func time(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ times: inout TimestampParser
  ) -> ParsedTimestamp? {
    for format in timeFormats {
      if let time = times.parse(bytes, from: start, to: end, format: format), time.end == end { return time }
    }
    guard timeFormats.isEmpty else { return nil }
    if let time = times.parseAnew(bytes, start, end), time.end == end { return time }
    for format in fallbackFormats {
      if let time = times.parse(bytes, from: start, to: end, format: format), time.end == end { return time }
    }
    return nil
  }

  private func level(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Level? {
    for own in levels where own.word.count == end - start {
      if own.word.indices.allSatisfy({ own.word[$0] == bytes[start + $0] }) { return own.level }
    }
    var none: [(start: Int, end: Int)] = []
    for pattern in levelPatterns where pattern.matcher.match(bytes, from: start, to: end, groups: [], into: &none) {
      return pattern.level
    }
    return Level(abbreviation: bytes, from: start, to: end)
  }
}
