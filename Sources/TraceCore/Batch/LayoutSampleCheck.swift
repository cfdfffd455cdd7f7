package import Config

/// Whether the sample lines of a layout file are read as they say: `skein doctor --check`.
package struct LayoutSampleCheck {
  /// What became of one sample.
  package struct Outcome: Sendable {
    package var sample: LayoutFile.Sample
    /// The layout that fits the line; nil if none of the file's does.
    package var layout: String?
    /// What differs, each with its place; none: all is as the sample says.
    package var differences: [ConfigurationProblem]
    /// What was read, as `name value`.
    package var read: [(name: String, value: String)]
  }

  private let file: LayoutFile

  package init(_ file: LayoutFile) { self.file = file }

  /// Checks every sample, in the order of the file.
  package func outcomes(zone: TimeZoneRules = .utc) -> [Outcome] { file.samples.map { outcome(of: $0, zone) } }

  private func outcome(of sample: LayoutFile.Sample, _ zone: TimeZoneRules) -> Outcome {
    let known = Set(FieldMap.fields.map(\.name))
    let wanted = sample.expected.map(\.name).filter { !known.contains($0) }
    let catalog = FieldCatalog(wanted: wanted, map: file.map)
    var set = LayoutSet(catalog: catalog)
    for definition in file.definitions where sample.layouts.contains(definition.name) {
      // The reader has compiled it.
      try? set.append(definition)
    }
    var outcome = Outcome(sample: sample, layout: nil, differences: [], read: [])
    let bytes = ContiguousArray(sample.text.utf8)
    var fields = LineFields(wantedCount: wanted.count)
    var times = TimestampParser(zone: zone, referenceTime: 0)
    // What follows the first line is its continuation.
    let end = bytes.firstIndex(of: 0x0A) ?? bytes.count
    if let index = set.parse(bytes.span, from: 0, to: end, into: &fields, times: &times), set.isAppended(index) {
      outcome.layout = set.names[index]
    }
    guard outcome.layout != nil else {
      if sample.fits {
        outcome.differences.append(problem(sample, "the layout does not fit this line\(gap(set, bytes, end))"))
      }
      return outcome
    }
    outcome.read = reading(fields, bytes)
    if !sample.fits { outcome.differences.append(problem(sample, "the layout fits this line, and should not")) }
    for expectation in sample.expected {
      let found: String?
      if let slot = wanted.firstIndex(of: expectation.name) {
        let value = fields.wanted[slot]
        found = value.kind == .missing || value.kind == .null ? nil : text(value.slice, fields, bytes)
      } else {
        found = outcome.read.first { $0.name == expectation.name }?.value
      }
      guard !LayoutSampleCheck.isSame(found, expectation) else { continue }
      outcome.differences.append(
        ConfigurationProblem(
          path: file.path, line: expectation.line, column: expectation.column,
          "\(expectation.name) is \(found.map { "'\($0)'" } ?? "missing"), not "
            + (expectation.value.map { "'\($0)'" } ?? "missing")))
    }
    return outcome
  }

  private func problem(_ sample: LayoutFile.Sample, _ message: String) -> ConfigurationProblem {
    ConfigurationProblem(path: file.path, line: sample.line, column: sample.column, message)
  }

  /// A match that was given up is none of "does not fit".
  private func gap(_ set: LayoutSet, _ bytes: ContiguousArray<UInt8>, _ end: Int) -> String {
    set.limitHits.isEmpty ? "" : ": its match was given up at the limit, make the expression stricter"
  }

  /// The standard fields that a line has, as the sample of a file would say them.
  private func reading(_ fields: LineFields, _ bytes: ContiguousArray<UInt8>) -> [(name: String, value: String)] {
    var read: [(name: String, value: String)] = []
    func add(_ name: String, _ slice: Slice) {
      if !slice.isMissing { read.append((name, text(slice, fields, bytes))) }
    }
    if fields.time != EventTime.none { read.append(("time", EventTime.rfc3339(fields.time))) }
    if fields.level != .none { read.append(("level", fields.level.name)) }
    add("logger", fields.logger)
    add("request_id", fields.requestID)
    add("method", fields.method)
    add("path", fields.path)
    add("route", fields.route)
    if fields.status > 0 { read.append(("status", "\(fields.status)")) }
    if fields.duration >= 0 { read.append(("duration", LayoutSampleCheck.duration(fields.duration))) }
    add("message", fields.message)
    return read
  }

  private func text(_ slice: Slice, _ fields: LineFields, _ bytes: ContiguousArray<UInt8>) -> String {
    let all = slice.isInArena ? fields.arena : bytes
    return String(decoding: all[slice.start..<slice.end], as: UTF8.self)
  }

  /// In milliseconds, as many digits as there are.
  private static func duration(_ nanoseconds: Int64) -> String {
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    guard rest > 0 else { return "\(whole)ms" }
    var digits = String(rest + 1_000_000).dropFirst()
    while digits.last == "0" { digits = digits.dropLast() }
    return "\(whole).\(digits)ms"
  }

  /// Times and durations are compared as such, all else as text.
  private static func isSame(_ found: String?, _ expectation: LayoutFile.Expectation) -> Bool {
    if found == nil, expectation.orMissing { return true }
    guard let found, let expected = expectation.value else { return found == nil && expectation.value == nil }
    switch expectation.name {
    case "time":
      guard let time = OptionValue.time(expected) else { return false }
      return OptionValue.time(found) == time
    case "level": return Level(text: expected).map { $0.name == found } ?? false
    case "duration":
      guard let duration = OptionValue.duration(expected) else { return false }
      return OptionValue.duration(found) == duration
    default: return found == expected
    }
  }
}
