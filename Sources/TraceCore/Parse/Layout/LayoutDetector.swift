internal import Config

/// Sees which layouts a generation's first lines have, so that those are tried first; no line's layout depends on it.
package struct LayoutDetector: Sendable {
  /// Lines looked at.
  static let sampleLines = 400
  /// Layouts that one generation may mix.
  static let mostLayouts = 4

  /// What was chosen.
  package struct Choice: Sendable {
    /// A layout that the first lines have.
    package struct Used: Sendable {
      /// Its place in `LayoutSet.order`.
      package var layout: Int
      /// Lines of the sample.
      package var fits: Int
    }
    package var layouts: LayoutSet
    /// The layouts that are tried first, in that order.
    package var used: [Used]
    /// Lines of the sample that begin a record or are unparsed (continuation lines left out).
    package var sampled: Int
    /// Named by the user instead of found.
    package var isNamed: Bool
    /// One sentence for people.
    package var reason: String
  }

  private let catalog: FieldCatalog
  private let zone: TimeZoneRules
  private let candidates: [TextLayout]
  private let own: OwnLayouts
  /// All layouts, those of files before the others.
  private let base: LayoutSet

  package init(catalog: FieldCatalog, zone: TimeZoneRules, own: OwnLayouts = OwnLayouts()) {
    self.catalog = catalog
    self.zone = zone
    self.own = own
    candidates = BuiltinLayouts.compiled(for: catalog)
    var base = LayoutSet(catalog: catalog)
    base.timeFormat = own.timeFormat
    // Whoever read them has compiled them.
    for definition in own.definitions { try? base.append(definition, timeFormat: own.timeFormat) }
    self.base = base
  }

  /// The layouts that the user named: a name, a pasted format, or, without a text, all of a file.
  package func named(_ text: String) throws(LayoutSource.Problem) -> Choice {
    var set = LayoutSet(catalog: catalog)
    set.timeFormat = own.timeFormat
    let layout: Int
    let isJSON = try LayoutSource.isJSON(text)
    if let definition = own.definitions.first(where: { $0.name == text }) {
      try set.append(definition, timeFormat: own.timeFormat)
      layout = set.names.lastIndex(of: definition.name) ?? set.index(of: .json)
    } else if own.timeFormat != nil, let entry = BuiltinLayouts.text.first(where: { $0.name == text }) {
      layout = set.count
      set.append(
        try LayoutSource.compile(entry.format, name: entry.name, catalog: catalog, timeFormat: own.timeFormat))
    } else if let known = candidates.first(where: { $0.name == text }) {
      set.append(known.unguarded())
      layout = set.names.lastIndex(of: text) ?? 0
    } else if isJSON || text == "json" {
      set.append(.json)
      layout = set.index(of: .json)
    } else if text == "logfmt" {
      set.append(.logfmt)
      layout = set.index(of: .logfmt)
    } else if text == "generic" {
      set.append(.generic)
      layout = set.index(of: .generic)
    } else if FormatLanguage.isFormat(text) {
      layout = set.count
      set.append(try LayoutSource.compile(text, catalog: catalog, timeFormat: own.timeFormat))
    } else {
      let names = own.definitions.map(\.name) + BuiltinLayouts.names
      let near = NameSuggestion.closest(to: text, in: names).map { " (did you mean '\($0)'?)" } ?? ""
      throw LayoutSource.Problem(
        message: "no layout is named '\(text)'\(near); there are \(names.joined(separator: ", ")); "
          + "or paste a format of Python, logback, log4j2, nginx or Apache, or name a layout file (.yml)")
    }
    return Choice(
      layouts: set, used: [.init(layout: layout, fits: 0)], sampled: 0, isNamed: true, reason: "named with --layout")
  }

  /// All layouts of the file that the user named.
  package func ofFile() -> Choice? {
    guard own.isNamed, !own.definitions.isEmpty else { return nil }
    let used = own.definitions.compactMap { definition in
      base.names.lastIndex(of: definition.name).map { Choice.Used(layout: $0, fits: 0) }
    }
    return Choice(
      layouts: base, used: used.isEmpty ? [.init(layout: base.index(of: .json), fits: 0)] : used, sampled: 0,
      isNamed: true, reason: "named with --layout")
  }

  /// The layouts that most of the first lines have. An empty head gives none: then every line is looked at.
  ///
  /// - Parameter isTimed: a wrapper gives times to the lines, so that any text is a record.
  package func detect(_ head: Span<UInt8>, isTimed: Bool = false, referenceTime: Int64) -> Choice {
    var set = base
    let masks = ByteMasks(of: head)
    var fields = LineFields(wantedCount: catalog.wantedNames.count)
    var times = TimestampParser(zone: zone, referenceTime: referenceTime)
    var continuation = Continuation()
    var counts = [Int](repeating: 0, count: set.count)
    var sampled = 0
    let lines = LayoutDetector.lines(of: head)
    var directives = 0
    for line in lines where LineShape.isDirective(head, line.lowerBound, line.upperBound) {
      directives += 1
      if let layout = LayoutDetector.columns(head, line, catalog: catalog) {
        set.append(layout)
        counts = [Int](repeating: 0, count: set.count)
      }
    }
    for line in lines {
      fields.arena.removeAll(keepingCapacity: true)
      if let index = set.parse(
        head, masks.span, from: line.lowerBound, to: line.upperBound, into: &fields, times: &times)
      {
        counts[index] += 1
        sampled += 1
        continuation.begin()
      } else {
        let shape = LineShape(of: head, from: line.lowerBound, to: line.upperBound)
        if isTimed, shape.standsAlone(head, from: line.lowerBound, to: line.upperBound) {
          counts[set.index(of: .wrapped)] += 1
          sampled += 1
          continuation.begin()
        } else if !continuation.accepts(shape) {
          sampled += 1
        }
      }
    }
    // A further layout earns its place by more than a stray line, unless the sample is short.
    let least = max(1, min(3, lines.count / 20))
    var chosen = counts.indices.filter { counts[$0] > 0 }.sorted { (-counts[$0], $0) < (-counts[$1], $1) }
    chosen = chosen.prefix(LayoutDetector.mostLayouts).enumerated().filter { $0 == 0 || counts[$1] >= least }.map(
      \.element)
    if chosen.isEmpty { chosen = [set.index(of: .generic)] }
    for index in chosen where !set.isAppended(index) { set.choose(index) }
    let used = chosen.map { Choice.Used(layout: $0, fits: counts[$0]) }
    return Choice(
      layouts: set, used: used, sampled: sampled, isNamed: false,
      reason: LayoutDetector.reason(set, used, sampled: sampled))
  }

  /// The layout that a line `#Fields: …` names; nil for any other.
  private static func columns(_ head: Span<UInt8>, _ line: Range<Int>, catalog: FieldCatalog) -> TextLayout? {
    guard ByteSearch.begins(head, at: line.lowerBound, end: line.upperBound, with: "#Fields: ") else { return nil }
    let text = String(decoding: Array(head: head, line.lowerBound + 9..<line.upperBound), as: UTF8.self)
    // CloudFront parts its names by blanks and its columns by tabs.
    let next = (ByteSearch.first(0x0A, in: head, from: line.upperBound, to: head.count) ?? head.count) + 1
    let end = next < head.count ? ByteSearch.first(0x0A, in: head, from: next, to: head.count) ?? head.count : next
    let hasTab = next < end && ByteSearch.first(0x09, in: head, from: next, to: end) != nil
    return LayoutSource.w3c(
      text.split(whereSeparator: \.isWhitespace).map(String.init), separator: hasTab ? 0x09 : 0x20, catalog: catalog)
  }

  /// The first lines of the head, without the last if it is cut; no empty ones.
  static func lines(of head: Span<UInt8>, most: Int = sampleLines) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var at = 0
    while at < head.count && head[at] == 0 { at += 1 }
    while at < head.count && lines.count < most {
      let newline = ByteSearch.first(0x0A, in: head, from: at, to: head.count)
      if newline == nil && !lines.isEmpty && head.count >= 64 * 1024 { break }
      var end = newline ?? head.count
      let next = end + 1
      if end > at && head[end - 1] == 0x0D { end -= 1 }
      lines.append(at..<end)
      at = next
    }
    return lines
  }

  private static func reason(_ set: LayoutSet, _ used: [Choice.Used], sampled: Int) -> String {
    guard sampled > 0 else { return "nothing to look at; each line is read as it is" }
    let parts = used.map { "\(set.names[$0.layout]) fits \($0.fits)" }
    return "\(parts.joined(separator: ", ")) of the first \(sampled) lines"
  }
}

extension LayoutDetector {
  /// Whether any line of a head has a time, read with `layouts`.
  package func hasTimes(in head: Span<UInt8>, layouts: LayoutSet) -> Bool {
    var layouts = layouts
    let masks = ByteMasks(of: head)
    var fields = LineFields(wantedCount: catalog.wantedNames.count)
    var times = TimestampParser(placesIn: zone)
    for line in LayoutDetector.lines(of: head, most: .max) {
      fields.arena.removeAll(keepingCapacity: true)
      if layouts.parse(head, masks.span, from: line.lowerBound, to: line.upperBound, into: &fields, times: &times)
        != nil,
        fields.time != EventTime.none
      {
        return true
      }
    }
    return false
  }

  /// The time of the first line in a head that has one; nil without. For the order of generations.
  ///
  /// - Parameter known: what the head before was read with; it is made for the first.
  package func firstTime(in head: Span<UInt8>, known: inout LayoutSet?) -> Int64? {
    var layouts = known ?? base
    defer { known = layouts }
    let masks = ByteMasks(of: head)
    var fields = LineFields(wantedCount: catalog.wantedNames.count)
    var times = TimestampParser(zone: zone, referenceTime: 0)
    for line in LayoutDetector.lines(of: head) {
      fields.arena.removeAll(keepingCapacity: true)
      let index = layouts.parse(
        head, masks.span, from: line.lowerBound, to: line.upperBound, into: &fields, times: &times)
      if index != nil, fields.time != EventTime.none { return fields.time }
    }
    return nil
  }
}
