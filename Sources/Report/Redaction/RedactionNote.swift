/// What a document says of its own redaction.
package enum RedactionNote {
  /// `Redacted: 2 different values of email, 14 of ip. Equal tokens mean equal values.`; nil where nothing was replaced.
  ///
  /// - Parameter values: `Redactor.values`.
  package static func text(_ values: [(kind: String, values: Int)]) -> String? {
    guard let first = values.first else { return nil }
    let head =
      "\(CountText.text(Int64(first.values))) different \(first.values == 1 ? "value" : "values") of \(first.kind)"
    let rest = values.dropFirst().map { "\(CountText.text(Int64($0.values))) of \($0.kind)" }
    return "Redacted: " + ([head] + rest).joined(separator: ", ") + ". Equal tokens mean equal values."
  }
}
