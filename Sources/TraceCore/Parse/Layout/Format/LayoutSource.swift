/// Compiles a layout from the text that people have in their service's own configuration: a logging format of Python,
/// logback, log4j2, Serilog or Loguru, an nginx `log_format`, an Apache `LogFormat`, pasted as it stands.
///
/// Each language is in a file of its own (`LayoutSource+Python` and so on); this one builds the steps. Formats that are
/// known but not read are refused by name (`FormatLanguage`).
package struct LayoutSource: Sendable {
  /// A format that cannot be compiled: what is wrong and where.
  package struct Problem: Error, Equatable, Sendable {
    package var message: String

    package init(message: String) { self.message = message }
  }

  var layout: TextLayout
  private let catalog: FieldCatalog
  /// How the log writes its times, where somebody has said so.
  private let timeFormat: TimeFormat?
  /// Literal bytes not yet put into a step.
  private var pending: ContiguousArray<UInt8> = []

  init(name: String, source: String, catalog: FieldCatalog, timeFormat: TimeFormat? = nil) {
    layout = TextLayout(name: name, source: source)
    self.catalog = catalog
    self.timeFormat = timeFormat.flatMap { $0.isKnown ? nil : $0 }
  }

  /// The layout that `text` describes. Which language it is shows from its directives.
  package static func compile(
    _ text: String, name: String = "custom", catalog: FieldCatalog, timeFormat: TimeFormat? = nil
  ) throws(Problem) -> TextLayout {
    let format = FormatText(text)
    return try compile(
      format, text, FormatLanguage(of: format.text), name: name, catalog: catalog, timeFormat: timeFormat)
  }

  /// A layout that is built in: its language is known, so that no start of the program looks for it.
  static func compile(_ entry: BuiltinLayout, catalog: FieldCatalog) throws(Problem) -> TextLayout {
    try compile(
      FormatText(plain: entry.format), entry.format, entry.language, name: entry.name, catalog: catalog, timeFormat: nil
    )
  }

  private static func compile(
    _ format: FormatText, _ text: String, _ language: FormatLanguage?, name: String, catalog: FieldCatalog,
    timeFormat: TimeFormat?
  ) throws(Problem) -> TextLayout {
    let bytes = Array(format.text.utf8)
    var source = LayoutSource(name: name, source: text, catalog: catalog, timeFormat: timeFormat)
    switch language {
    case .pythonPercent: try source.python(bytes)
    case .pythonBrace: try source.pythonBrace(bytes)
    case .pythonDollar: try source.pythonDollar(bytes)
    case .gunicorn: try source.gunicorn(bytes)
    case .loguru: try source.loguru(format.text)
    case .nginx: try source.nginx(bytes)
    case .apache: try source.apache(bytes, isTomcat: format.isTomcat)
    case .log4j: try source.log4j(format.text)
    case .serilog: try source.serilog(bytes)
    case .json:
      throw Problem(message: "'\(text)' writes JSON, which needs no format: leave --layout out, or name it json")
    case nil:
      throw Problem(
        message:
          "'\(text)' is neither a layout's name nor a format: a Python format has %(name)s, an nginx log_format has "
          + "$variables, an Apache LogFormat has %h %t …, logback and log4j2 have %d %level %msg …")
    }
    source.flush()
    try source.check(text)
    return source.layout
  }

  /// Whether a format writes a JSON object.
  package static func isJSON(_ text: String) throws(Problem) -> Bool {
    guard text.contains("{"), FormatLanguage.isFormat(text) else { return false }
    return try FormatLanguage(of: FormatText(text).text) == .json
  }

  /// Refuses what can fit no line, or every line.
  private func check(_ text: String) throws(Problem) {
    guard layout.steps.contains(where: { $0.operation != .literal && $0.operation != .blanks }) else {
      throw Problem(message: "'\(text)' has no field in it")
    }
    guard layout.literals.count < 32 * 1024, layout.steps.count < 1024 else {
      throw Problem(message: "the format is too long: \(layout.steps.count) fields")
    }
    for (place, step) in layout.steps.enumerated().dropLast() where step.count == 0 && step.endsAtLiteral {
      let names = layout.labels
      let name = place < names.count ? names[place] : ""
      let next = place + 1 < names.count ? names[place + 1] : ""
      throw Problem(
        message: "there is nothing between \(name) and \(next): it cannot be seen where one ends and the other begins")
    }
  }

  // MARK: Building

  mutating func literal(_ byte: UInt8) { pending.append(byte) }

  mutating func literal(_ text: String) { pending.append(contentsOf: text.utf8) }

  /// Whether a quote stands directly in front of what comes now.
  var isQuoted: Bool { pending.last == 0x22 }

  /// Lets the pending literal end the step before it, or makes a step of it at the start of the line.
  mutating func flush() {
    // Padding takes all blanks, also those that the format has after it.
    if layout.steps.last?.operation == .blanks { pending = ContiguousArray(pending.drop { $0 == 0x20 }) }
    guard !pending.isEmpty else { return }
    let start = UInt32(truncatingIfNeeded: layout.literals.count)
    let count = UInt16(truncatingIfNeeded: pending.count)
    layout.literals.append(contentsOf: pending)
    if layout.steps.isEmpty {
      layout.steps.append(TextLayout.Step(operation: .literal))
      layout.labels.append("the text before it")
    }
    setLiteral(of: &layout.steps[layout.steps.count - 1], start, count)
    pending.removeAll()
  }

  private func setLiteral(of step: inout TextLayout.Step, _ start: UInt32, _ count: UInt16) {
    step.start = start
    step.count = count
    for (index, byte) in pending.prefix(8).enumerated() {
      step.word |= UInt64(byte) << (UInt64(index) * 8)
      step.mask |= 0xFF << (UInt64(index) * 8)
    }
  }

  mutating func add(_ step: TextLayout.Step, _ label: String = "a field") {
    flush()
    layout.steps.append(step)
    layout.labels.append(label)
  }

  /// Any number of blanks, also none.
  mutating func blanks() {
    if layout.steps.last?.operation == .blanks, pending.isEmpty { return }
    add(TextLayout.Step(operation: .blanks), "blanks")
  }

  /// The time of the record.
  ///
  /// - Parameter format: what the configuration itself says of its form; what the user says goes before it.
  mutating func time(_ format: TimeFormat? = nil) {
    guard let format = timeFormat ?? format.flatMap({ $0.isKnown ? nil : $0 }) else {
      add(TextLayout.Step(operation: .time), "the time")
      return
    }
    var step = TextLayout.Step(operation: .timeFormat)
    step.format = Int16(truncatingIfNeeded: layout.timeFormats.count)
    layout.timeFormats.append(format)
    add(step, "the time")
  }

  mutating func field(_ name: String, quoted: Bool = false, unit: Int64 = 0, trims: Bool = false) {
    var target = catalog[name]
    if target.standard == .duration && target.unit == 0 { target.unit = unit }
    switch target.standard {
    case .time: time()
    case .level: add(TextLayout.Step(operation: .level), name)
    case .message: add(TextLayout.Step(operation: .message), name)
    default:
      // Without quotes around it a request line ends where its protocol does.
      let operation: TextLayout.Step.Operation =
        quoted ? .quoted : target.standard == .requestLine ? .requestLine : .field
      var step = TextLayout.Step(operation: operation, target: target, trims: trims)
      for byte in name.utf8 { step.name.fold(byte) }
      add(step, name)
    }
  }

  /// A field with blanks around it up to a width.
  ///
  /// - Parameter body: adds the field itself.
  mutating func padded(before: Bool, after: Bool, _ body: (inout LayoutSource) -> Void) {
    if before { blanks() }
    body(&self)
    guard after, let last = layout.steps.indices.last else { return }
    // A level ends where its letters do; other padded fields end at the next literal.
    switch layout.steps[last].operation {
    case .level, .levelNumber, .time, .timeFormat: blanks()
    default: layout.steps[last].trims = true
    }
  }

  /// Of the field added last: `0` stands for no value.
  mutating func zeroIsNull() {
    if let last = layout.steps.indices.last { layout.steps[last].zeroIsNull = true }
  }

  /// Of the field added last: it is a number with a fraction, or nothing.
  mutating func needsFraction() {
    if let last = layout.steps.indices.last { layout.steps[last].needsFraction = true }
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5F
  }

  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
}

extension String {
  /// Without blanks and newlines at both ends.
  var trimmed: String {
    let from = firstIndex { !$0.isWhitespace } ?? endIndex
    let to = lastIndex { !$0.isWhitespace }
    return to.map { String(self[from...$0]) } ?? ""
  }
}
