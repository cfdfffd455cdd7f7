internal import Config

/// Names that a log has of its own for the fields skein understands: `--map status=response_code,duration=took:ms`.
///
/// Says only what a name stands for; `FieldCatalog` looks keys up, and what is mapped wins over the names known to everybody.
package struct FieldMap: Sendable, Equatable {
  /// One name.
  package struct Entry: Sendable, Equatable {
    package var field: StandardField
    /// As the log has it; nested JSON by its dotted name.
    package var name: String
    /// Nanoseconds of one unit, for durations; 0 where name and value have to say.
    package var unit: Int64

    package init(field: StandardField, name: String, unit: Int64 = 0) {
      self.field = field
      self.name = name
      self.unit = unit
    }
  }

  /// What cannot be understood, in a sentence without a full stop.
  package struct Problem: Error, Equatable, Sendable {
    package var message: String
  }

  /// Names for one field at most.
  package static let mostNames = 8

  /// In the order given: of two names for one field the first wins.
  package private(set) var entries: [Entry] = []

  package init() {}

  package var isEmpty: Bool { entries.isEmpty }

  /// The fields that can be mapped, by the names that expressions and JSON have for them.
  package static let fields: [(name: String, field: StandardField)] = [
    ("status", .status), ("duration", .duration), ("path", .path), ("method", .method), ("request_id", .requestID),
    ("level", .level), ("time", .time), ("message", .message), ("logger", .logger), ("route", .route),
  ]

  /// Units of a duration, in nanoseconds.
  package static let units: [(name: String, nanoseconds: Int64)] = [
    ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
  ]

  /// The field of a name, or nil.
  package static func field(named name: String) -> StandardField? {
    fields.first { $0.name == name }?.field
  }

  /// Nanoseconds of a unit, or nil.
  package static func unit(named name: String) -> Int64? {
    units.first { $0.name == name }?.nanoseconds
  }

  /// Reads `FIELD=NAME[:UNIT]`, several with commas between them.
  package mutating func read(_ text: String) throws(Problem) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
    for part in parts where !part.isEmpty || parts.count == 1 {
      guard let sign = part.firstIndex(of: "=") else {
        throw Problem(message: "'\(part)' is not FIELD=NAME; write for example status=response_code")
      }
      var name = String(part[part.index(after: sign)...]).trimmed
      let field = try FieldMap.field(String(part[..<sign]).trimmed)
      var unit: Int64 = 0
      if field == .duration, let colon = name.lastIndex(of: ":") {
        let word = String(name[name.index(after: colon)...])
        guard let known = FieldMap.unit(named: word) else {
          throw Problem(
            message: "'\(part)': '\(word)' is no unit; units are \(FieldMap.units.map(\.name).joined(separator: ", "))")
        }
        unit = known
        name = String(name[..<colon])
      }
      try add(Entry(field: field, name: name, unit: unit))
    }
  }

  private static func field(_ name: String) throws(Problem) -> StandardField {
    if let field = field(named: name) { return field }
    let names = fields.map(\.name)
    let near = NameSuggestion.closest(to: name, in: names).map { " (did you mean '\($0)'?)" } ?? ""
    throw Problem(message: "no field is named '\(name)'\(near); there are \(names.joined(separator: ", "))")
  }

  /// Adds a name after those that are there.
  package mutating func add(_ entry: Entry) throws(Problem) {
    let fieldName = FieldMap.fields.first { $0.field == entry.field }?.name ?? ""
    guard entry.name.utf8.contains(where: { !FieldNameHash.isPassedOver($0) }) else {
      throw Problem(message: "\(fieldName) is given no name; write for example \(fieldName)=\(fieldName)_of_mine")
    }
    if let known = entries.first(where: { FieldNameHash.isSame($0.name, entry.name) }) {
      if known == entry { return }
      let other = FieldMap.fields.first { $0.field == known.field }?.name ?? ""
      throw Problem(message: "'\(entry.name)' is given twice: for \(other) and for \(fieldName)")
    }
    guard entries.count(where: { $0.field == entry.field }) < FieldMap.mostNames else {
      throw Problem(message: "\(fieldName) is given more than \(FieldMap.mostNames) names")
    }
    entries.append(entry)
  }

  /// As `read` reads it.
  package var text: String {
    entries.map { entry in
      let field = FieldMap.fields.first { $0.field == entry.field }?.name ?? ""
      let unit = FieldMap.units.first { $0.nanoseconds == entry.unit }.map { ":\($0.name)" } ?? ""
      return "\(field)=\(entry.name)\(unit)"
    }.joined(separator: ",")
  }
}
