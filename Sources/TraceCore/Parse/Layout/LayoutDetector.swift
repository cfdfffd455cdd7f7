/// Chooses the layouts of a generation from its first lines, and says why.
package struct LayoutDetector: Sendable {
  /// Lines looked at.
  static let sampleLines = 400
  /// Layouts that one generation may mix.
  static let mostLayouts = 4

  /// What was chosen.
  package struct Choice: Sendable {
    package var layouts: LayoutSet
    /// Lines of the sample that each chosen layout fits, in the order of `layouts`.
    package var fits: [Int]
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

  package init(catalog: FieldCatalog, zone: TimeZoneRules) {
    self.catalog = catalog
    self.zone = zone
    candidates = BuiltinLayouts.compiled(for: catalog)
  }

  /// The layouts that the user named: a built-in name or a pasted format.
  package func named(_ text: String) throws(LayoutSource.Problem) -> Choice {
    var set = LayoutSet(catalog: catalog)
    if let layout = candidates.first(where: { $0.name == text }) {
      set.append(layout)
    } else if text == "json" || text.trimmed.hasPrefix("{") {
      set.append(.json)
    } else if text == "logfmt" {
      set.append(.logfmt)
    } else if text == "generic" {
      set.append(.generic)
    } else if LayoutSource.isFormat(text) {
      set.append(try LayoutSource.compile(text, catalog: catalog))
    } else {
      throw LayoutSource.Problem(
        message: "no layout is named '\(text)'; there are \(BuiltinLayouts.names.joined(separator: ", ")), "
          + "or paste a Python, nginx or Apache format")
    }
    return Choice(layouts: set, fits: [], sampled: 0, isNamed: true, reason: "named with --layout")
  }

  /// The layouts that fit the first lines best. An empty head gives the generic layout.
  package func detect(_ head: Span<UInt8>, referenceTime: Int64) -> Choice {
    let lines = LayoutDetector.lines(of: head)
    var set = LayoutSet(catalog: catalog)
    var fits: [Int] = []
    var open = lines
    while set.count < LayoutDetector.mostLayouts {
      guard var best = best(for: open, in: head, referenceTime: referenceTime) else { break }
      // A further layout must earn its place: more than a stray line, unless the sample is short.
      if set.count > 0 && best.fitted < max(1, min(3, lines.count / 20)) { break }
      if set.count == 0, case .text = best.candidate,
        let access = accessLayout(for: open, in: head, beside: best, referenceTime: referenceTime)
      {
        set.append(access.layout)
        fits.append(access.fitted)
        best.fitted -= access.fitted
      }
      switch best.candidate {
      case .text(let layout): set.append(layout)
      case .kind(let kind):
        set.append(kind)
        if kind == .json { set.setJSONDurationUnit(LayoutDetector.jsonDurationUnit(head, lines)) }
      }
      fits.append(best.fitted)
      open = best.rest
      if open.isEmpty { break }
    }
    if set.count == 0 {
      set.append(.generic)
      fits.append(0)
    }
    let sampled = fits.reduce(0, +) + open.count
    return Choice(
      layouts: set, fits: fits, sampled: sampled, isNamed: false,
      reason: LayoutDetector.reason(set, fits: fits, sampled: sampled))
  }

  private enum Candidate {
    case text(TextLayout)
    case kind(LayoutSet.Kind)
  }

  /// The candidate with the highest score on `lines`, and the lines that it leaves.
  private func best(
    for lines: [Range<Int>], in head: Span<UInt8>, referenceTime: Int64
  ) -> (candidate: Candidate, fitted: Int, rest: [Range<Int>])? {
    var best: (candidate: Candidate, score: Int, fitted: Int, rest: [Range<Int>])?
    let masks = ByteMasks(of: head)
    var fields = LineFields(wantedCount: catalog.wantedNames.count)
    func consider(_ candidate: Candidate, _ set: LayoutSet, weight: Int) {
      var set = set
      var times = TimestampParser(zone: zone, referenceTime: referenceTime)
      var continuation = Continuation()
      var score = 0
      var fitted = 0
      var rest: [Range<Int>] = []
      for line in lines {
        fields.arena.removeAll(keepingCapacity: true)
        if set.parse(head, masks.span, from: line.lowerBound, to: line.upperBound, into: &fields, times: &times) != nil
        {
          fitted += 1
          score += weight + fields.fieldsFound
          continuation.begin()
        } else {
          let shape = LineShape(of: head, from: line.lowerBound, to: line.upperBound)
          if !continuation.accepts(shape) { rest.append(line) }
        }
      }
      if fitted > 0 && score > best?.score ?? 0 { best = (candidate, score, fitted, rest) }
    }
    // Weights: a specific layout beats logfmt, logfmt the generic one, unless it fits far fewer lines.
    for layout in candidates {
      var set = LayoutSet(catalog: catalog)
      set.append(layout)
      consider(.text(layout), set, weight: 20)
    }
    for (kind, weight) in [(LayoutSet.Kind.json, 24), (.logfmt, 18), (.generic, 8)] {
      var set = LayoutSet(catalog: catalog)
      set.append(kind)
      consider(.kind(kind), set, weight: weight)
    }
    return best.map { ($0.candidate, $0.fitted, $0.rest) }
  }

  /// A layout that finds path and status in lines of which the best one finds neither: uvicorn writes its access lines
  /// between its others, and the wider layout fits them all.
  private func accessLayout(
    for lines: [Range<Int>], in head: Span<UInt8>,
    beside best: (candidate: Candidate, fitted: Int, rest: [Range<Int>]), referenceTime: Int64
  ) -> (layout: TextLayout, fitted: Int)? {
    guard case .text(let wide) = best.candidate else { return nil }
    var known = LayoutSet(catalog: catalog)
    known.append(wide)
    let masks = ByteMasks(of: head)
    var fields = LineFields(wantedCount: catalog.wantedNames.count)
    var times = TimestampParser(zone: zone, referenceTime: referenceTime)
    func tellsRequest(_ line: Range<Int>, _ set: inout LayoutSet) -> Bool {
      fields.arena.removeAll(keepingCapacity: true)
      return set.parse(head, masks.span, from: line.lowerBound, to: line.upperBound, into: &fields, times: &times)
        != nil
        && fields.status > 0 && !fields.path.isMissing
    }
    let open = lines.filter { !tellsRequest($0, &known) }
    var found: (layout: TextLayout, fitted: Int)?
    for layout in candidates where layout.name != wide.name {
      var set = LayoutSet(catalog: catalog)
      set.append(layout)
      let fitted = open.filter { tellsRequest($0, &set) }.count
      if fitted > found?.fitted ?? max(0, min(2, lines.count / 20 - 1)) { found = (layout, fitted) }
    }
    return found
  }

  /// The first lines of the head, without the last if it is cut; no empty ones.
  static func lines(of head: Span<UInt8>) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var at = 0
    while at < head.count && head[at] == 0 { at += 1 }
    while at < head.count && lines.count < sampleLines {
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

  /// slog writes nanoseconds, zap seconds, pino milliseconds under a bare name; told apart by their other keys.
  private static func jsonDurationUnit(_ head: Span<UInt8>, _ lines: [Range<Int>]) -> Int64 {
    for line in lines.prefix(50) {
      func has(_ key: StaticString) -> Bool {
        var i = line.lowerBound
        while let quote = ByteSearch.first(0x22, in: head, from: i, to: line.upperBound) {
          if ByteSearch.begins(head, at: quote, end: line.upperBound, with: key) { return true }
          i = quote + 1
        }
        return false
      }
      if has("\"ecs.version\"") || has("\"ecs\"") { return 1 }
      if has("\"level\":10") || has("\"level\":20") || has("\"level\":30") || has("\"level\":40") || has("\"level\":50")
      {
        return 1_000_000
      }
      if has("\"time\":\"") && has("\"level\":\"INFO\"") && has("\"msg\":") { return 1 }
      if has("\"ts\":1") && has("\"caller\":") { return EventTime.nanosecondsPerSecond }
    }
    return 0
  }

  private static func reason(_ set: LayoutSet, fits: [Int], sampled: Int) -> String {
    guard sampled > 0 else { return "nothing to look at; reads any line with a timestamp" }
    let parts = zip(set.names, fits).map { "\($0) fits \($1)" }
    return "\(parts.joined(separator: ", ")) of the first \(sampled) lines"
  }
}

extension LayoutDetector {
  /// Adds layouts that a later generation of the same stream needs; those in use stay where they are.
  package func extend(_ choice: Choice, with head: Span<UInt8>, referenceTime: Int64) -> Choice {
    guard !choice.isNamed else { return choice }
    let masks = ByteMasks(of: head)
    var known = choice.layouts
    var fields = LineFields(wantedCount: catalog.wantedNames.count)
    var times = TimestampParser(zone: zone, referenceTime: referenceTime)
    var continuation = Continuation()
    var strangers = 0
    let lines = LayoutDetector.lines(of: head)
    for line in lines {
      fields.arena.removeAll(keepingCapacity: true)
      if known.parse(head, masks.span, from: line.lowerBound, to: line.upperBound, into: &fields, times: &times) != nil
      {
        continuation.begin()
      } else if !continuation.accepts(LineShape(of: head, from: line.lowerBound, to: line.upperBound)) {
        strangers += 1
      }
    }
    guard strangers > max(2, lines.count / 20) else { return choice }
    var extended = choice
    let found = detect(head, referenceTime: referenceTime)
    extended.layouts.append(contentsOf: found.layouts)
    extended.reason += "; a later file adds \(found.layouts.names.joined(separator: ", "))"
    return extended
  }
}

extension LayoutDetector {
  /// Whether any line of a head has a time, read with `layouts`.
  package func hasTimes(in head: Span<UInt8>, layouts: LayoutSet) -> Bool {
    var layouts = layouts
    let masks = ByteMasks(of: head)
    var fields = LineFields(wantedCount: catalog.wantedNames.count)
    var times = TimestampParser(zone: zone, referenceTime: 0)
    for line in LayoutDetector.lines(of: head) {
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

  /// The time of the first record in a head, with whatever layout fits it; nil without one. For the order of generations.
  ///
  /// - Parameter known: the layouts of a head looked at before: where they fit this one's first line nothing has to be found
  ///   out. Then those of this one.
  package func firstTime(in head: Span<UInt8>, known: inout LayoutSet?) -> Int64? {
    let lines = LayoutDetector.lines(of: head)
    if var layouts = known, let first = lines.first, let time = time(of: first, in: head, &layouts), let time {
      return time
    }
    var layouts = detect(head, referenceTime: 0).layouts
    known = layouts
    for line in lines {
      if let time = time(of: line, in: head, &layouts) { return time }
    }
    return nil
  }

  /// The time of a line that fits, itself nil if it has none; nil if the line does not fit.
  private func time(of line: Range<Int>, in head: Span<UInt8>, _ layouts: inout LayoutSet) -> Int64?? {
    var fields = LineFields(wantedCount: catalog.wantedNames.count)
    var times = TimestampParser(zone: zone, referenceTime: 0)
    guard layouts.parse(head, from: line.lowerBound, to: line.upperBound, into: &fields, times: &times) != nil else {
      return nil
    }
    return .some(fields.time == EventTime.none ? nil : fields.time)
  }
}
