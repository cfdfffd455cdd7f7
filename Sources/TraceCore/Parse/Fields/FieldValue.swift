/// The value of a field as it stands in the line.
package struct FieldValue: BitwiseCopyable, Sendable, Equatable {
  package enum Kind: UInt8, Sendable, BitwiseCopyable {
    /// The line does not have the field.
    case missing
    /// JSON null, or `-` where the layout says that it stands for nothing.
    case null
    /// Text; numbers of text logs are text that may be read as a number.
    case text
    case number
    case bool
    /// A JSON object or array, whole.
    case composite
    /// The key stands twice with different values.
    case ambiguous
  }
  package var kind: Kind
  package var slice: Slice

  package init(_ kind: Kind, _ slice: Slice) {
    self.kind = kind
    self.slice = slice
  }

  package static let missing = FieldValue(.missing, .missing)
}
