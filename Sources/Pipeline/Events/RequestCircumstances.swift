internal import Analysis
internal import TraceCore

/// What a service wants to know of requests that are not counted yet, and of the lives they belong to: their id, whom their
/// records name, and which routes the id has had.
///
/// People are named by any record of a life, or by the closing record of a request without an id. Memory: what waits
/// (`ExchangeTable`), and `mostLives` lives twice: those that were not touched for longest are forgotten, half of them at once.
struct RequestCircumstances {
  typealias Known = ServiceHistory.Circumstances

  /// A value of a field that names people.
  private struct Person {
    /// Number in `AudienceFields.all`.
    var field: UInt8 = 0
    var text = ""
    var hash: UInt64 = 0
  }

  /// Of a person and of a client the most telling field.
  private struct Named {
    var person: Person?
    var client: Person?

    var isEmpty: Bool { person == nil && client == nil }

    mutating func note(_ named: Person) {
      if Int(named.field) < AudienceFields.people.count {
        if person.map({ named.field < $0.field }) ?? true { person = named }
      } else if client.map({ named.field < $0.field }) ?? true {
        client = named
      }
    }
  }

  private struct Life {
    var named = Named()
    /// Routes of the requests that were counted, at most `mostRoutes`.
    var routes: [Int32] = []
  }

  private struct Waiting {
    var id: String?
    var named = Named()
  }

  private static let mostLives = 10_000
  private static let mostRoutes = 16

  /// Number of the first field of `AudienceFields.all` among `ParsePlan.valueSlots`.
  private let firstField: Int
  private var current: [UInt64: Life] = [:]
  private var previous: [UInt64: Life] = [:]
  private var waiting: [UInt64: Waiting] = [:]

  init(firstField: Int) { self.firstField = firstField }

  // MARK: Records

  mutating func take(
    _ parsed: ParsedBlock, _ range: Range<Int>, _ members: ContiguousArray<TraceGrouper.Membership>,
    _ tellings: ContiguousArray<TraceGrouper.TellingNote>
  ) {
    var named = values(of: parsed, range, members)
    for telling in tellings where telling.exchange != 0 && !telling.isLate {
      let record = parsed.batch.records[Int(telling.record)]
      var known = waiting[telling.exchange] ?? Waiting()
      if known.id == nil, record.idHash != 0 { known.id = parsed.id(of: record) }
      if let own = named.removeValue(forKey: telling.record) {
        if let person = own.person { known.named.note(person) }
        if let client = own.client { known.named.note(client) }
      }
      if known.id != nil || !known.named.isEmpty { waiting[telling.exchange] = known }
    }
  }

  /// Notes the values on records of a life with it; returns those on records without one, by record.
  private mutating func values(
    of parsed: ParsedBlock, _ range: Range<Int>, _ members: ContiguousArray<TraceGrouper.Membership>
  ) -> [Int32: Named] {
    let all = parsed.batch.values
    var named: [Int32: Named] = [:]
    var index = all.count
    var low = 0
    // The values are in the order of the records.
    while low < index {
      let middle = (low + index) / 2
      if Int(all[middle].record) < range.lowerBound { low = middle + 1 } else { index = middle }
    }
    while index < all.count, Int(all[index].record) < range.upperBound {
      let value = all[index]
      index += 1
      guard Int(value.field) >= firstField else { continue }
      let person = person(Int(value.field) - firstField, parsed.batch.labels, Int(value.label))
      guard let person else { continue }
      let life =
        parsed.batch.records[Int(value.record)].idHash != 0
        ? members[Int(value.record) - range.lowerBound].life : 0
      if life != 0 {
        change(life) { $0.named.note(person) }
      } else {
        named[value.record, default: Named()].note(person)
      }
    }
    return named
  }

  private func person(_ field: Int, _ labels: borrowing LabelTable, _ label: Int) -> Person? {
    let range = labels.range(of: label)
    let end = AddressText.end(withoutPort: labels.bytes, range)
    let bytes = labels.bytes
    // What loggers write where nobody is known.
    guard end > range.lowerBound, end > range.lowerBound + 1 || bytes[range.lowerBound] != 0x2D else { return nil }
    var text: [UInt8] = []
    for at in range.lowerBound..<min(end, range.lowerBound + ServiceAudience.mostText) { text.append(bytes[at]) }
    return Person(
      field: UInt8(field), text: String(decoding: text, as: UTF8.self),
      hash: DistinctSketch.hash(of: bytes, from: range.lowerBound, to: end))
  }

  private mutating func change(_ life: UInt64, _ body: (inout Life) -> Void) {
    if current[life] == nil {
      if current.count >= RequestCircumstances.mostLives {
        previous = current
        current = [:]
      }
      current[life] = previous.removeValue(forKey: life) ?? Life()
    }
    body(&current[life, default: Life()])
  }

  // MARK: Requests

  /// What is known of a request that is counted.
  mutating func take(_ request: RequestEvent) -> Known {
    var known = Known()
    var named = Named()
    if let waiting = waiting.removeValue(forKey: request.exchange) {
      known.id = waiting.id
      named = waiting.named
    }
    if request.life != 0 {
      known.hasID = true
      change(request.life) { life in
        if let person = life.named.person { named.note(person) }
        if let client = life.named.client { named.note(client) }
        known.isRetry = life.routes.contains(request.route)
        if !known.isRetry, life.routes.count < RequestCircumstances.mostRoutes { life.routes.append(request.route) }
      }
    }
    for person in [named.person, named.client].compactMap(\.self) {
      known.people.append((AudienceFields.all[Int(person.field)], person.text, person.hash))
    }
    return known
  }

  /// An exchange of which nothing more is to be known.
  mutating func drop(_ exchange: UInt64) { waiting[exchange] = nil }
}

extension RequestCircumstances: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("circumstances")
    try Self.code(&current, &coder)
    try Self.code(&previous, &coder)
    try coder.code(
      &waiting, emptyKey: 0, empty: Waiting(),
      key: { exchange, coder throws(StateError) in try coder.code(word: &exchange) },
      { known, coder throws(StateError) in
        try coder.code(&known.id)
        try Self.code(&known.named, &coder)
      })
  }

  private static func code(_ lives: inout [UInt64: Life], _ coder: inout StateCoder) throws(StateError) {
    try coder.code(
      &lives, emptyKey: 0, empty: Life(),
      key: { life, coder throws(StateError) in try coder.code(word: &life) },
      { life, coder throws(StateError) in
        try code(&life.named, &coder)
        try coder.code(&life.routes, empty: 0) { route, coder throws(StateError) in try coder.code(&route) }
      })
    guard lives.count <= mostLives else { throw .invalid("lives") }
  }

  private static func code(_ named: inout Named, _ coder: inout StateCoder) throws(StateError) {
    try code(&named.person, &coder)
    try code(&named.client, &coder)
  }

  private static func code(_ person: inout Person?, _ coder: inout StateCoder) throws(StateError) {
    try coder.code(&person, empty: Person()) { person, coder throws(StateError) in
      try coder.code(&person.field)
      try coder.code(&person.text)
      try coder.code(word: &person.hash)
      guard Int(person.field) < AudienceFields.all.count else { throw .invalid("field") }
    }
  }
}
