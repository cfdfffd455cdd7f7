/// A record's first line as a layout reads it, kept together with its bytes: for explanations, where speed is nothing.
///
/// It gives the texts and values that `RuleMatcher` searches and compares, so that what is explained is what happens.
package struct ReadRecord {
  /// Name of the layout; nil where none fits, and then the line is a text without fields.
  package let layout: String?
  package let line: [UInt8]
  private let fields: LineFields
  private let route: ContiguousArray<UInt8>
  private let names: [String]

  /// - Parameter line: without its end.
  package init(_ line: [UInt8], layouts: LayoutSet, zone: TimeZoneRules) {
    self.line = line
    names = layouts.catalog.wantedNames
    var layouts = layouts
    var fields = LineFields(wantedCount: names.count)
    var times = TimestampParser(zone: zone, referenceTime: 0)
    let index = layouts.parse(line.span, from: 0, to: line.count, into: &fields, times: &times)
    if index == nil { fields.reset() }
    layout = index.map { layouts.names[$0] }
    var route = ContiguousArray<UInt8>()
    if index != nil { RouteName.write(of: fields, line.span, into: &route) }
    self.fields = fields
    self.route = route
  }

  /// The message; the whole line where no layout fits.
  package var message: [UInt8]? { layout == nil ? line : bytes(fields.message) }

  /// Lines of an exception that stands within the line.
  package var exceptionLines: [[UInt8]] {
    guard let text = bytes(fields.exception) else { return [] }
    return text.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
  }

  /// A field's value as rules see it in `on`, `message` and `group-by`; nil where the record does not have it.
  package func text(of name: String) -> String? {
    if let field = RecordField.names[name] {
      if field == .duration { return fields.duration < 0 ? nil : RuleMatcher.milliseconds(fields.duration) }
      return field == .line ? nil : text(of: field, slot: -1)
    }
    let folded = WantedNames.folded(name)
    guard let slot = names.lastIndex(where: { WantedNames.folded($0) == folded }) else { return nil }
    return text(of: .wanted, slot: slot)
  }

  /// All fields that it was read into, in a fixed order: skein's own, then those asked for by name.
  package var values: [(name: String, value: String)] {
    let own: [RecordField] = [.time, .level, .logger, .id, .method, .path, .route, .status, .duration, .message]
    var values = own.compactMap { field in text(of: field, slot: -1).map { (name: field.name, value: $0) } }
    for (slot, name) in names.enumerated() where RecordField.names[name] == nil {
      if let value = text(of: .wanted, slot: slot) { values.append((name, value)) }
    }
    return values
  }

  /// What an expression says about it.
  package func explanation(of expression: FilterExpression) -> FilterExplanation {
    var expression = expression
    expression.bind(wantedNames: names)
    return expression.explanation(
      fields, line: layout == nil ? .missing : Slice(0, line.count), route: route.span, bytes: line.span)
  }

  private func text(of field: RecordField, slot: Int) -> String? {
    fields.text(of: field, slot: slot, line: Slice(0, line.count), route: route.span, bytes: line.span)
  }

  private func bytes(_ slice: Slice) -> [UInt8]? {
    guard !slice.isMissing else { return nil }
    return slice.isInArena ? Array(fields.arena[slice.start..<slice.end]) : Array(line[slice.start..<slice.end])
  }
}
