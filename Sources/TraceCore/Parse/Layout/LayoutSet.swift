/// The layouts that lines are read with: all that are known, in a fixed order, and those that are tried first.
///
/// A line's layout is a function of its own bytes: the first one in the fixed order, from the strictest to the loosest,
/// that accepts it (`look`). What was chosen from the head of a file is tried first, but only saves time: a chosen layout
/// takes a line at once only where no stricter one could (`LayoutCheck.isSettled`). A layout that the user named is the
/// exception: it takes every line that it fits.
///
/// Meaning: docs/semantics.md#layouts.
package struct LayoutSet: Sendable {
  /// One way to read a line.
  package enum Kind: Sendable, Equatable {
    case text(Int)
    /// A regular expression of a layout file.
    case pattern(Int)
    case json
    case logfmt
    case generic
    /// Any text to which its wrapper gives a time: its pairs and its level word. Never found by `parse`.
    case wrapped
  }

  /// A layout that is tried before the others.
  struct Candidate: Sendable {
    var kind: Kind
    /// Its place in `order`.
    var index: Int
    var check: LayoutCheck
  }

  /// All layouts, always the same ones at the same places; pasted ones after them. A record's layout is a place in it.
  package private(set) var order: [Kind]
  /// Names for ledger and doctor, in `order`.
  package internal(set) var names: [String]
  var texts: ContiguousArray<TextLayout>
  var program = TextProgram()
  var openings = LayoutOpenings()
  /// Tried first, in this order.
  var first: ContiguousArray<Candidate> = [] {
    didSet {
      guard let candidate = first.first, case .text(let text) = candidate.kind, candidate.check == .none else { return }
      (firstText, firstIndex) = (text, candidate.index)
    }
  }
  /// The first of them, where it is a text layout that takes what it fits; -1 otherwise.
  private var firstText = -1
  private var firstIndex = -1
  /// Of the text layouts that are known by name; from `syslogText` on they are syslog's.
  var textCount = 0
  var syslogText = Int.max
  /// The line that is read stands in another one.
  var isInner = false
  var patterns: ContiguousArray<PatternLayout> = []
  /// `--time-format`, for lines of no layout with a form of its own.
  var timeFormat: TimeFormat?
  var json: JSONLine
  var generic = GenericLayout()
  package internal(set) var catalog: FieldCatalog
  /// The instance whose lines are read; empty where nobody says.
  package var instance: ContiguousArray<UInt8> = []

  package init(catalog: FieldCatalog) {
    self = catalog === FieldCatalog.plain ? LayoutSet.plain : LayoutSet(all: catalog)
  }

  /// For the catalog that most runs have; made once.
  private static let plain = LayoutSet(all: .plain)

  private init(all catalog: FieldCatalog) {
    self.catalog = catalog
    order = []
    names = []
    texts = []
    json = JSONLine(catalog: catalog)
    for layout in BuiltinLayouts.compiled(for: catalog) { add(layout) }
    textCount = texts.count
    syslogText = texts.firstIndex { $0.name.hasPrefix("syslog") } ?? .max
    for kind in [Kind.json, .logfmt, .generic, .wrapped] {
      order.append(kind)
      names.append(LayoutSet.name(of: kind))
    }
  }

  static func name(of kind: Kind) -> String {
    switch kind {
    case .text, .pattern: ""
    case .json: "json"
    case .logfmt: "logfmt"
    case .generic: "generic"
    case .wrapped: "wrapped"
    }
  }

  private mutating func add(_ layout: TextLayout) {
    openings.append(layout, text: texts.count, index: order.count)
    order.append(.text(texts.count))
    names.append(layout.name)
    texts.append(layout)
    program.append(layout)
  }

  /// Lets a layout take every line that it fits, before all others: the user has named it.
  package mutating func append(_ layout: TextLayout) {
    if layout.timeFormats.isEmpty,
      let known = texts.firstIndex(where: {
        $0.name == layout.name && $0.source == layout.source && $0.isGuarded == layout.isGuarded
      }),
      let index = order.firstIndex(of: .text(known))
    {
      first.append(Candidate(kind: .text(known), index: index, check: .none))
      return
    }
    first.append(Candidate(kind: .text(texts.count), index: order.count, check: .none))
    order.append(.text(texts.count))
    names.append(layout.name)
    texts.append(layout)
    program.append(layout)
  }

  /// As above, of a layout that somebody has described.
  package mutating func append(_ definition: LayoutDefinition, timeFormat: TimeFormat? = nil) throws(LayoutSource
    .Problem)
  {
    switch definition.form {
    case .json: append(.json)
    case .format(let format):
      append(
        try LayoutSource.compile(
          format, name: definition.name, catalog: catalog, timeFormat: definition.timeFormats.first ?? timeFormat))
    case .pattern(let matcher):
      first.append(Candidate(kind: .pattern(patterns.count), index: order.count, check: .none))
      order.append(.pattern(patterns.count))
      names.append(definition.name)
      patterns.append(PatternLayout(definition, matcher, catalog: catalog))
    }
  }

  /// Matches of regular expressions that were given up at their limit, by layout.
  package var limitHits: [(name: String, hits: Int64)] {
    patterns.map { ($0.name, $0.limitHits) }.filter { $0.hits > 0 }
  }

  /// Whether a layout takes every line that it fits: somebody has named it.
  func isAppended(_ index: Int) -> Bool { first.contains { $0.index == index && $0.check == .none } }

  /// As above.
  package mutating func append(_ kind: Kind) {
    guard let index = order.firstIndex(of: kind), !first.contains(where: { $0.index == index }) else { return }
    first.append(Candidate(kind: kind, index: index, check: .none))
  }

  /// Tries a layout before the others, for speed alone: no line's layout changes.
  mutating func choose(_ index: Int) {
    let kind = order[index]
    // Whatever else might fit has to be asked before the generic one.
    guard kind != .generic, kind != .wrapped else { return }
    let check: LayoutCheck = if case .text(let text) = kind { texts[text].check } else { LayoutCheck(kind) }
    first.append(Candidate(kind: kind, index: index, check: check))
  }

  /// The same layouts, looking for other fields.
  func reading(_ catalog: FieldCatalog) -> LayoutSet {
    var copy = self
    copy.catalog = catalog
    copy.json = JSONLine(catalog: catalog)
    copy.texts = ContiguousArray(texts.map { $0.reading(catalog) })
    copy.patterns = ContiguousArray(patterns.map { $0.reading(catalog) })
    copy.program = TextProgram()
    for layout in copy.texts { copy.program.append(layout) }
    return copy
  }

  package var count: Int { order.count }

  package func name(of kind: Kind) -> String {
    if case .text(let index) = kind { return texts[index].name }
    if case .pattern(let index) = kind { return patterns[index].name }
    return LayoutSet.name(of: kind)
  }

  /// The format behind a layout, as doctor shows it.
  package func source(of kind: Kind) -> String {
    switch kind {
    case .text(let index): texts[index].source
    case .pattern(let index): patterns[index].source
    case .json: "one JSON object a line"
    case .logfmt: "key=value pairs from the first byte on"
    case .generic: "a timestamp near the start, a level word, ids by key or shape, key=value anywhere"
    case .wrapped: "any text; the time is its wrapper's"
    }
  }

  /// The place of a layout that is no text layout.
  @inline(__always)
  func index(of kind: Kind) -> Int {
    switch kind {
    case .text(let text): text
    case .pattern(let pattern): order.firstIndex(of: .pattern(pattern)) ?? 0
    case .json: textCount
    case .logfmt: textCount &+ 1
    case .generic: textCount &+ 2
    case .wrapped: textCount &+ 3
    }
  }

  /// The index in `order` of the layout that the line fits, which has filled `fields`; nil if none. Scans the line for its
  /// masks: for single lines.
  package mutating func parse(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, into fields: inout LineFields, times: inout TimestampParser
  ) -> Int? {
    let masks = ByteMasks(of: bytes.extracting(first: end))
    return parse(bytes, masks.span, from: start, to: end, into: &fields, times: &times)
  }

  /// Reads the first line of a record once more. The same as `parse`, but that a record which fits no layout is one that its
  /// wrapper made.
  package mutating func parse(
    recordIn bytes: Span<UInt8>, from start: Int, to end: Int, into fields: inout LineFields,
    times: inout TimestampParser
  ) -> Int {
    let masks = ByteMasks(of: bytes.extracting(first: end))
    if let index = parse(bytes, masks.span, from: start, to: end, into: &fields, times: &times) {
      if end < bytes.count, index == self.index(of: .generic) {
        let whole = ByteMasks(of: bytes)
        _ = readSecondLine(bytes, whole.span, start, end, &fields, &times)
      }
      return index
    }
    if end < bytes.count, bytes[start] == 0x7B {
      let whole = ByteMasks(of: bytes)
      if readObject(bytes, whole.span, start, end, end, &fields, &times) >= 0 { return index(of: .json) }
    }
    let wrapped = index(of: .wrapped)
    _ = read(wrapped, bytes, masks.span, start, end, &fields, &times)
    return wrapped
  }

  /// The index in `order` of the layout that the line fits, which has filled `fields`; nil if none.
  ///
  /// - Parameter masks: those of `bytes`.
  @inline(__always)
  package mutating func parse(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, from start: Int, to end: Int,
    into fields: inout LineFields, times: inout TimestampParser
  ) -> Int? {
    if firstText >= 0 {
      fields.reset()
      if fitsText(firstText, bytes, masks, start, end, &fields, &times) {
        if fields.mayHoldTwo { cutSecond(firstIndex, bytes, masks, start, end, &fields, &times) }
        return firstIndex
      }
    }
    return parseOther(bytes, masks, start, end, &fields, &times)
  }

  @inline(never)
  private mutating func parseOther(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) -> Int? {
    var index = firstText >= 0 ? 1 : 0
    while index < first.count {
      fields.reset()
      if fits(first[index].kind, bytes, masks, start, end, &fields, &times),
        first[index].check == .none || first[index].check.isSettled(bytes, masks, start, end, fields, &times)
      {
        let found = first[index].index
        if fields.mayHoldTwo { cutSecond(found, bytes, masks, start, end, &fields, &times) }
        return found
      }
      index &+= 1
    }
    return look(bytes, masks, start, end, &fields, &times)
  }

  /// What a line, or the layout that it fits, calls a duration of unknown unit; nil where neither has a name for one.
  package func durationName(in line: String) -> String? {
    let bytes = ContiguousArray(line.utf8)
    func isBare(_ name: String) -> Bool {
      let target = catalog[name]
      return target.standard == .duration && target.unit == 0
    }
    if let name = JSONLine.members(of: bytes.span, from: 0, to: bytes.count)?.map(\.name).first(where: isBare) {
      return name
    }
    var pairs = KeyValuePairs(in: bytes.span, from: 0, to: bytes.count)
    let keys = KeyMemory()
    while let pair = pairs.next(in: bytes.span, keys: keys) {
      let name = String(decoding: bytes[pair.keyStart..<pair.keyEnd], as: UTF8.self)
      if isBare(name) { return name }
    }
    for candidate in first {
      guard case .text(let text) = candidate.kind else { continue }
      for (step, label) in zip(texts[text].steps, texts[text].labels)
      where step.target.standard == .duration && step.target.unit == 0 {
        return label
      }
    }
    return nil
  }

  /// Reads a line with one layout, whatever else it might fit.
  mutating func read(
    _ index: Int, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int,
    _ fields: inout LineFields, _ times: inout TimestampParser
  ) -> Bool {
    fields.reset()
    return fits(order[index], bytes, masks, start, end, &fields, &times)
  }

  /// `{"log":"`, as Docker's json-file driver begins every line.
  static let dockerHead: UInt64 = 0x223A_2267_6F6C_227B
}
