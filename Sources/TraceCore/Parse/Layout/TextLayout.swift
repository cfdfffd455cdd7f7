/// A text layout compiled to a short program of literals and fields; `TextProgram` runs it.
///
/// Where it was written as a Python, nginx or Apache format, `LayoutSource` compiles it.
package struct TextLayout: Sendable {
  /// One instruction.
  struct Step: BitwiseCopyable, Sendable {
    enum Operation: UInt8, BitwiseCopyable, Sendable {
      /// Nothing but the literal that closes the step.
      case literal
      /// Any number of blanks, also none.
      case blanks
      /// A timestamp stands here.
      case time
      /// A level word stands here.
      case level
      /// Bytes up to the next literal (or the end of the line); may be empty.
      case field
      /// Bytes up to the next literal that does not lie inside a quoted string's escapes (`\"`).
      case quoted
      /// The rest of the line, whose `key=value` pairs are fields too.
      case message
      /// `<PRI>` of syslog, which may be missing.
      case priority
      /// RFC 5424 structured data: `-` or bracketed elements.
      case structuredData
      /// syslog's tag: `app[123]:` or `app:`.
      case tag
      /// A timestamp in a form that the configuration describes.
      case timeFormat
      /// A level as a number of Python's.
      case levelNumber
      /// `GET /x HTTP/1.1` without quotes, up to the literal after its protocol.
      case requestLine
      /// `key=value` pairs up to the next literal, in braces perhaps.
      case pairs
    }
    var operation: Operation
    var target = FieldTarget.ignored
    /// The field's name, for other catalogs; empty for none.
    var name = FieldNameHash()
    /// The place in `literals` of the bytes that must follow; none for a field: it goes on to the end of the line.
    var start: UInt32 = 0
    var count: UInt16 = 0
    /// The field is a number with a fraction, or nothing.
    var needsFraction = false
    /// The layout is one that skein knows by name: what cannot stand in the field's place makes the line another layout's.
    /// What the user has named is the user's business.
    var isGuarded = false
    /// The field is a whole number, or nothing.
    var isNumber = false
    /// Blanks at the end of the field are padding.
    var trims = false
    /// The first eight bytes of the literal, the first lowest, and which of them count.
    var word: UInt64 = 0
    var mask: UInt64 = 0
    /// A lone `-` stands for no value.
    var dashIsNull = true
    /// So does a lone `0`.
    var zeroIsNull = false
    /// Of `timeFormat`: its place in `timeFormats`.
    var format: Int16 = -1

    /// Only its literal says where it ends.
    var endsAtLiteral: Bool {
      switch operation {
      case .field, .quoted, .message, .pairs: true
      default: false
      }
    }
  }

  /// The name that `--layout` takes and doctor prints.
  package let name: String
  /// What it was compiled from, for doctor.
  package let source: String
  var steps: ContiguousArray<Step> = []
  var literals: ContiguousArray<UInt8> = []
  /// What the steps are called, for messages.
  var labels: ContiguousArray<String> = []
  /// Forms of times that are not among the known ones.
  var timeFormats: ContiguousArray<TimeFormat> = []
  /// Nanoseconds of a unit of a bare `duration` in messages, where the layout's convention tells it; else 0.
  var bareDurationUnit: Int64 = 0

  init(name: String, source: String) {
    self.name = name
    self.source = source
  }

  /// The same layout, looking for other fields.
  func reading(_ catalog: FieldCatalog) -> TextLayout {
    var copy = self
    for i in steps.indices where steps[i].name.length > 0 {
      var target = catalog[steps[i].name]
      if target.standard == .duration && target.unit == 0 { target.unit = steps[i].target.unit }
      copy.steps[i].target = target
    }
    return copy
  }

  /// The same layout, named by the user: it takes what stands there.
  func unguarded() -> TextLayout {
    var copy = self
    for i in copy.steps.indices { copy.steps[i].isGuarded = false }
    return copy
  }

  /// Whether the layout refuses lines with a text that cannot stand in the place of a field.
  var isGuarded: Bool { steps.contains { $0.isGuarded } }

  /// Lets the layout refuse lines with a text that cannot stand in the place of a field.
  mutating func guardFields() {
    for i in steps.indices {
      steps[i].isGuarded = true
      steps[i].isNumber = TextLayout.numbers.contains { $0 == steps[i].name }
    }
  }

  private static let numbers = ["bytes_sent", "body_bytes_sent", "process", "b"].map { FieldNameHash($0) }

  /// Which standard fields the layout itself places.
  package var placedFields: [StandardField] {
    steps.compactMap { step in
      switch step.operation {
      case .time, .timeFormat: .time
      case .level, .levelNumber, .priority: .level
      case .message: .message
      case .field, .quoted, .requestLine: step.target.standard == .none ? nil : step.target.standard
      default: nil
      }
    }
  }
}
