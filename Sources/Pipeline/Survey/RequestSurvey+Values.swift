internal import Analysis
internal import RulePack
internal import TraceCore

// Values of fields on a record.

extension RequestSurvey {
  func takeValues(
    at index: Int, of parsed: ParsedBlock, _ record: Record, _ own: inout OpenFacts, _ segment: inout Int?
  ) {
    while parsed.consumedValues < parsed.batch.values.count {
      let value = parsed.batch.values[parsed.consumedValues]
      guard Int(value.record) <= index else { return }
      parsed.consumedValues += 1
      guard Int(value.record) == index else { continue }
      let field = Int(value.field)
      if let person = people.firstIndex(of: field) {
        let hash = PeopleCount.hash(parsed.batch.labels, Int(value.label))
        own.people[person] = hash
        if options.sampled != nil, segment == focus {
          sample.see(field: person, hash: hash, parsed.batch.labels, Int(value.label))
        }
      }
      if field == divided, case .value(_, let values) = options.division {
        segment = values.firstIndex(of: parsed.batch.labels.string(Int(value.label)))
      }
      guard compared[field] else { continue }
      let isOfRequest = record.kind != .plain && record.kind != .outbound
      let column = isOfRequest ? field : field + names.count
      let place = column * parsed.batch.labels.count + Int(value.label)
      if mapping[place] == FactMapping.unknown {
        mapping[place] = facts.number(field: column, parsed.batch.labels, Int(value.label)) ?? FactMapping.none
        if mapping[place] >= 0, releases.contains(field) { note(mapping[place], record, parsed) }
      }
      if mapping[place] >= 0 { own.insert(mapping[place]) }
    }
  }

  /// The first record with a value of a field that names releases.
  private func note(_ fact: Int32, _ record: Record, _ parsed: ParsedBlock) {
    guard firstSeen.count < 100, !firstSeen.contains(where: { $0.fact == fact }), let named = facts.fact(fact) else {
      return
    }
    firstSeen.append(
      (
        fact,
        SurveyResult.FirstSeen(
          field: named.name, value: named.value, time: record.time, path: parsed.path,
          line: parsed.lineNumber(Int(record.line)), hash: SHA256.lineHash(parsed.text(of: record)))
      ))
  }
}
