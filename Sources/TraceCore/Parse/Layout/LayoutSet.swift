/// The ordered layouts of one generation: a line belongs to the first that it fits.
package struct LayoutSet: Sendable {
  /// One way to read a line.
  package enum Kind: Sendable, Equatable {
    case text(Int)
    case json
    case logfmt
    case generic
  }

  package private(set) var order: [Kind]
  private var texts: ContiguousArray<TextLayout> = []
  private var program = TextProgram()
  private var json: JSONLine
  private var generic = GenericLayout()
  package private(set) var catalog: FieldCatalog
  /// The instance whose lines are read; empty where nobody says.
  package var instance: ContiguousArray<UInt8> = []

  package init(catalog: FieldCatalog) {
    self.catalog = catalog
    order = []
    json = JSONLine(catalog: catalog, bareDurationUnit: 0)
  }

  package mutating func append(_ layout: TextLayout) {
    order.append(.text(texts.count))
    texts.append(layout)
    program.append(layout)
  }

  package mutating func append(_ kind: Kind) {
    if !order.contains(kind) { order.append(kind) }
  }

  /// Adds those of another set that this one lacks.
  package mutating func append(contentsOf other: LayoutSet) {
    for kind in other.order {
      if case .text(let index) = kind {
        if !texts.contains(where: { $0.name == other.texts[index].name }) { append(other.texts[index]) }
      } else {
        append(kind)
      }
    }
  }

  /// The same layouts, looking for other fields.
  func reading(_ catalog: FieldCatalog) -> LayoutSet {
    var copy = self
    copy.catalog = catalog
    copy.json = json.reading(catalog)
    copy.texts = ContiguousArray(texts.map { $0.reading(catalog) })
    copy.program = TextProgram()
    for layout in copy.texts { copy.program.append(layout) }
    return copy
  }

  /// Declares the unit of a bare `duration` in JSON lines (slog nanoseconds, zap seconds, pino milliseconds).
  package mutating func setJSONDurationUnit(_ unit: Int64) {
    json = JSONLine(catalog: catalog, bareDurationUnit: unit)
  }

  package var count: Int { order.count }

  /// Names for ledger and doctor, in order.
  package var names: [String] { order.map(name(of:)) }

  package func name(of kind: Kind) -> String {
    switch kind {
    case .text(let index): texts[index].name
    case .json: "json"
    case .logfmt: "logfmt"
    case .generic: "generic"
    }
  }

  /// The format behind a layout, as doctor shows it.
  package func source(of kind: Kind) -> String {
    switch kind {
    case .text(let index): texts[index].source
    case .json: "one JSON object a line"
    case .logfmt: "key=value pairs from the first byte on"
    case .generic: "a timestamp near the start, a level word, ids by key or shape, key=value anywhere"
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

  /// The index in `order` of the layout that the line fits, which has filled `fields`; nil if none.
  ///
  /// - Parameter masks: those of `bytes`.
  @inline(__always)
  package mutating func parse(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMasks.Window>, from start: Int, to end: Int,
    into fields: inout LineFields, times: inout TimestampParser
  ) -> Int? {
    var index = 0
    while index < order.count {
      fields.reset()
      if fits(order[index], bytes, masks, start, end, &fields, &times) { return index }
      index &+= 1
    }
    return nil
  }

  @inline(__always)
  private mutating func fits(
    _ kind: Kind, _ bytes: Span<UInt8>, _ masks: Span<ByteMasks.Window>, _ start: Int, _ end: Int,
    _ fields: inout LineFields, _ times: inout TimestampParser
  ) -> Bool {
    guard case .text(let index) = kind else { return fitsOther(kind, bytes, masks, start, end, &fields, &times) }
    fields.bareDurationUnit = 0
    return program.parse(
      layout: index, bytes, masks, from: start, to: end, into: &fields, catalog: catalog, times: &times)
  }

  @inline(never)
  private mutating func fitsOther(
    _ kind: Kind, _ bytes: Span<UInt8>, _ masks: Span<ByteMasks.Window>, _ start: Int, _ end: Int,
    _ fields: inout LineFields, _ times: inout TimestampParser
  ) -> Bool {
    switch kind {
    case .json:
      guard start < end, bytes[start] == 0x7B || bytes[start] == 0x20 || bytes[start] == 0x09 else { return false }
      return json.parse(bytes, masks, from: start, to: end, into: &fields, times: &times)
        && (fields.time != EventTime.none || fields.fieldsFound > 0 || !LineShape.isReport(bytes, start, end))
    case .logfmt:
      fields.bareDurationUnit = 0
      return logfmt(bytes, masks, start, end, &fields, &times)
    case .generic, .text:
      fields.bareDurationUnit = 0
      return generic.parse(bytes, masks, from: start, to: end, into: &fields, catalog: catalog, times: &times)
    }
  }

  /// A logfmt line begins with a key and names a time, a level or a message.
  private func logfmt(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMasks.Window>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) -> Bool {
    guard start < end, (bytes[start] | 0x20) &- 0x61 < 26 || bytes[start] == 0x40 else { return false }
    let limit = min(end, start + 64)
    guard let equals = ByteSearch.first(0x3D, in: bytes, from: start, to: limit),
      ByteSearch.first(0x20, in: bytes, from: start, to: equals) == nil
    else { return false }
    let pairs = fields.takeAllPairs(bytes, masks, start, end, catalog: catalog, times: &times)
    let known = fields.time != EventTime.none || fields.level != .none || !fields.message.isMissing
    guard pairs >= 2 && known else { return false }
    if fields.message.isMissing { fields.message = Slice(start, end) }
    return true
  }
}
