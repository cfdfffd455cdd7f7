internal import Analysis
internal import TraceCore

/// Numbers for what can be true of a request: values of fields, and message templates.
///
/// A field with more than `mostValues` different values (an id, an address) is left out from then on.
struct FactTable {
  static let mostValues = 200
  /// Numbers of templates begin here.
  static let firstTemplate: Int32 = 1 << 24

  private struct Field {
    var name: String
    var kind: Contrast.Fact.Kind
    var values = LabelTable()
    var isLeftOut = false
  }

  private var fields: [Field]
  private var facts: [(field: Int, value: Int)] = []
  /// Facts by field and number of the value.
  private var numbers: [[Int32]]

  init(_ names: [String]) {
    fields = names.map { Field(name: $0, kind: .field) } + names.map { Field(name: $0, kind: .step) }
    numbers = fields.map { _ in [] }
  }

  /// The fact that `field` has the value `label` of a batch; nil where the field is left out.
  ///
  /// - Parameter field: its place among the names; of a record in between, `names.count` more.
  mutating func number(field: Int, _ labels: borrowing LabelTable, _ label: Int) -> Int32? {
    guard !fields[field].isLeftOut else { return nil }
    let range = labels.range(of: label)
    let end = AddressText.end(withoutPort: labels.bytes, range)
    let value = fields[field].values.intern(labels.bytes, range.lowerBound, end)
    if value == numbers[field].count {
      guard value < FactTable.mostValues else {
        fields[field].isLeftOut = true
        return nil
      }
      numbers[field].append(Int32(facts.count))
      facts.append((field, value))
    }
    return numbers[field][value]
  }

  var leftOut: [String] {
    var names: [String] = []
    for field in fields where field.isLeftOut && !names.contains(field.name) { names.append(field.name) }
    return names
  }

  /// What fact `number` is, but for templates; nil if its field was left out later.
  func fact(_ number: Int32) -> Contrast.Fact? {
    let (field, value) = facts[Int(number)]
    guard !fields[field].isLeftOut else { return nil }
    return Contrast.Fact(kind: fields[field].kind, name: fields[field].name, value: fields[field].values.string(value))
  }
}
