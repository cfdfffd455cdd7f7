internal import Analysis
internal import RulePack
internal import TraceCore

// What a survey has found out.

extension RequestSurvey {
  /// What it knows of templates, for a survey of another log that goes on with it.
  var knownTemplates: TemplateTally { templates }

  /// - Parameters:
  ///   - names: of the routes.
  ///   - isUnmatched: routes that answered nothing but 404.
  func finish(names: GroupNames, isUnmatched: (Int) -> Bool) -> SurveyResult {
    stacks.finish()
    let labels: [String] =
      if case .value(_, let values) = options.division { values } else { stats.map { _ in "" } }
    func name(_ route: Int32) -> String {
      if route == GroupNames.folded { return RequestStats.otherName }
      guard route >= 0 else { return RequestStats.noneName }
      return isUnmatched(Int(route)) ? RequestStats.unmatchedName : names.name(Int(route))
    }
    func values(_ cells: Cells) -> [SurveyResult.Cell] { stats.indices.map { cells.segments[$0] } }
    var result = SurveyResult(
      segments: stats.indices.map { index in
        SurveyResult.Segment(
          name: labels[index], total: stats[index].total,
          routes: stats[index].byName(names: names, unmatched: isUnmatched), first: spans[index].first,
          last: spans[index].last)
      })
    if options.collectsScatter {
      for index in stats.indices {
        result.segments[index].scatter[""] = scatter[index].all
        for (route, series) in scatter[index].routes where !isUnmatched(Int(route)) {
          result.segments[index].scatter[name(route)] = series
        }
      }
    }
    for route in routeCells.indices {
      let cells = values(routeCells[route])
      if cells.contains(where: { $0.all > 0 }) { result.routeCells.append((name(Int32(route)), cells)) }
    }
    if values(strayCells).contains(where: { $0.all > 0 }) {
      result.routeCells.append((RequestStats.noneName, values(strayCells)))
    }
    let mined = templates.finish()
    func named(_ fact: Int32) -> Contrast.Fact? {
      guard fact >= FactTable.firstTemplate else { return facts.fact(fact) }
      return mined.row(Int(fact - FactTable.firstTemplate)).map { mined.rows[$0].template }.map {
        Contrast.Fact(kind: .template, name: $0.id, value: $0.text)
      }
    }
    if options.sampled != nil {
      let left = facts.leftOut
      let frequent = people.indices.map { (place: $0, name: self.names[people[$0]]) }.filter { left.contains($0.name) }
      result.sample = sample.result(people: frequent, fact: named, route: name)
    }
    for (key, cells) in cellCounts {
      let fact = Int32(bitPattern: UInt32(truncatingIfNeeded: key))
      guard let what = named(fact) else { continue }
      result.facts.append(
        SurveyResult.FactCount(
          route: name(Int32(bitPattern: UInt32(truncatingIfNeeded: key >> 32))), fact: what, cells: values(cells)))
    }
    result.templates = mined.rows.map { template, count in
      TemplateCounts(
        id: template.id, text: template.text, level: count.level == .none ? nil : count.level.name,
        counts: stats.indices.map { count.counts[$0] }, first: count.first, path: count.path, line: count.line,
        example: String(decoding: count.example, as: UTF8.self))
    }
    result.foldedTemplates = mined.other.sum
    result.audience = zip(audience, peopleCounts).map { place, count in count.result(field: self.names[place]) }
    result.releases = firstSeen.map(\.1)
    result.releaseLines = releaseLines
    result.picks = picker.picks(name)
    result.stacks = stackGroups.groups.groups
    result.leftOut = facts.leftOut
    result.outside = outside
    return result
  }
}
