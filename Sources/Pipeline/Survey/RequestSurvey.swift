internal import Analysis
internal import RulePack
internal import TraceCore

/// Counts requests, templates, field values and stack traces by segment while records are merged.
///
/// Told of the records of each batch in order, with the requests that end at them: what it says depends on the sequence of
/// records alone. Memory: routes and templates are capped by their tables, facts by `FactTable` and `mostCells`, open facts
/// by `OpenFactTable`.
final class RequestSurvey {
  /// Pairs of a route and a fact that are counted; what comes later is not compared.
  static let mostCells = 100_000
  /// Routes of a segment whose scatter is measured; of later ones that of all requests is taken.
  static let mostScattered = 200
  /// Lines about releases that are kept.
  static let mostReleases = 100

  private struct Cells {
    /// Three segments at most: `SurveyOptions.Division`.
    var segments: InlineArray<3, SurveyResult.Cell> = .init(repeating: SurveyResult.Cell())
  }

  /// What is known of a request that waits.
  private struct Waiting {
    var facts: OpenFacts
    /// By a value.
    var segment: Int?
    /// For those that may be shown.
    var id: String?
  }

  private let options: SurveyOptions
  private let span: Range<Int64>?
  private let names: [String]
  /// Places in `names`.
  private let compared: [Bool]
  private let audience: [Int]
  /// Fields whose values are looked at one by one however many there are; the audience first.
  private let people: [Int]
  private let releases: [Int]
  private let divided: Int?

  private var stats: [RequestStats]
  private var spans: [(first: Int64, last: Int64)]
  private var outside: Int64 = 0
  /// By segment: of all requests, and by route.
  private var scatter: [(all: ScatterSeries, routes: [Int32: ScatterSeries])]
  private var facts: FactTable
  private var open = OpenFactTable()
  /// Requests that were told and are not counted yet, by exchange.
  private var waiting: [UInt64: Waiting] = [:]
  private var routeCells: ContiguousArray<Cells> = []
  /// From which duration on requests are slow, by route.
  private var slowFrom: ContiguousArray<Int64> = []
  private var strayCells = Cells()
  private var cells: [UInt64: Int] = [:]
  private var cellCounts: ContiguousArray<(key: UInt64, cells: Cells)> = []
  private var peopleCounts: [PeopleCount]
  private var sample: SampleKeeper
  private var firstSeen: [(fact: Int32, SurveyResult.FirstSeen)] = []
  private var releaseLines: [SurveyResult.ReleaseLine] = []
  private var picker: RequestPicker
  private var templates: TemplateTally
  private var stacks: StackCollector
  /// Of the batch at hand: facts by field and label.
  private var mapping: ContiguousArray<Int32> = []
  private var mapped: ObjectIdentifier?

  /// - Parameter span: event times that count at all (`--since`, `--until`).
  init(_ options: SurveyOptions, streams: Int, span: Range<Int64>?) {
    self.options = options
    self.span = span
    names = options.names
    func places(_ wanted: [String]) -> [Int] { wanted.compactMap { name in options.names.firstIndex(of: name) } }
    let wanted = places(options.fields + options.releases)
    compared = options.names.indices.map(wanted.contains)
    audience = Array(places(options.audience).prefix(OpenFacts.mostPeople - 1))
    people = Array((audience + places(options.agents)).prefix(OpenFacts.mostPeople))
    releases = places(options.releases)
    if case .value(let field, _) = options.division { divided = places([field]).first } else { divided = nil }
    let segments = options.division.segments
    stats = Array(repeating: RequestStats(), count: segments)
    spans = Array(repeating: (EventTime.none, EventTime.none), count: segments)
    scatter = Array(repeating: (ScatterSeries(), [:]), count: segments)
    facts = FactTable(options.names)
    peopleCounts = audience.map { _ in PeopleCount(segments: segments) }
    sample = SampleKeeper(fields: people.count)
    picker = RequestPicker()
    templates = options.known ?? TemplateTally()
    stacks = StackCollector(streams: streams)
  }

  func addStream() { stacks.addStream() }

  // MARK: Records

  /// Takes a range of a batch's records with those that tell of requests, in order.
  func take(
    _ parsed: ParsedBlock, _ range: Range<Int>, _ members: ContiguousArray<TraceGrouper.Membership>,
    _ tellings: ContiguousArray<TraceGrouper.TellingNote>
  ) {
    let labels = parsed.batch.labels.count
    // Blocks of several streams come in turns.
    if range.lowerBound == 0 || mapped != ObjectIdentifier(parsed) {
      mapped = ObjectIdentifier(parsed)
      mapping.removeAll(keepingCapacity: true)
      for _ in 0..<labels * names.count * 2 { mapping.append(FactMapping.unknown) }
    }
    var next = 0
    // Held once: each access to a part of a class is checked and counted.
    let all = parsed.batch.records
    let records = all.span
    for index in range {
      let record = records[index]
      var own = OpenFacts()
      var segment = self.segment(ofTime: record.time)
      takeValues(at: index, of: parsed, record, &own, &segment)
      if let template = templates.take(index, of: parsed, record, segment: divided == nil ? segment : nil) {
        own.insert(FactTable.firstTemplate + Int32(template))
      }
      let life = record.idHash != 0 ? members[index - range.lowerBound].life : 0
      if life != 0 { open.merge(own, life: life) }
      while next < tellings.count, Int(tellings[next].record) < index { next += 1 }
      if next < tellings.count, Int(tellings[next].record) == index, tellings[next].exchange != 0,
        !tellings[next].isLate
      {
        let known = life != 0 ? open.take(life) ?? own : own
        wait(tellings[next].exchange, known, record, life, divided == nil ? nil : segment, parsed)
      }
      stacks.take(index, of: parsed, record, isWanted: isInFocus(segment))
    }
  }

  func take(orphan: OrphanLine, of parsed: ParsedBlock, isTraceback: Bool) {
    stacks.extend(parsed, orphan, isTraceback: isTraceback)
  }

  /// A line about a release, from a rule.
  func takeRelease(time: Int64, message: String, example: (path: String, line: Int, text: String, hash: String)?) {
    guard releaseLines.count < RequestSurvey.mostReleases else { return }
    releaseLines.append(
      SurveyResult.ReleaseLine(
        time: time, message: message, text: example?.text ?? "", path: example?.path ?? "", line: example?.line ?? 0,
        hash: example?.hash ?? ""))
  }

  func addUnfinished(_ request: UnfinishedRequest) {
    guard let segment = segment(ofTime: request.start) else { return }
    stats[segment].addUnfinished(group: request.route)
  }

  /// The segment that a record or request of this time is in; nil where the time does not say.
  private func segment(ofTime time: Int64) -> Int? {
    if let span, time == EventTime.none || !span.contains(time) { return nil }
    return switch options.division {
    case .time(let spans): time == EventTime.none ? nil : spans.firstIndex { $0.contains(time) }
    case .whole(let segment, _): segment
    case .value: nil
    }
  }

  /// The segment that is sampled as the incident.
  private var focus: Int { options.focus ?? 0 }

  private func isInFocus(_ segment: Int?) -> Bool {
    guard let focus = options.focus, divided == nil else { return true }
    return segment == focus
  }

  private func takeValues(
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

  // MARK: Requests

  /// A record tells of a request that is counted later, or not at all.
  private func wait(
    _ exchange: UInt64, _ known: OpenFacts, _ record: Record, _ life: UInt64, _ byValue: Int?, _ parsed: ParsedBlock
  ) {
    var request = waiting[exchange] ?? Waiting(facts: OpenFacts(), segment: nil, id: nil)
    request.facts.merge(known)
    request.segment = byValue ?? request.segment
    if request.id == nil, life != 0 { request.id = parsed.id(of: record) }
    waiting[exchange] = request
  }

  /// An exchange is not counted.
  func drop(_ exchange: UInt64) { waiting[exchange] = nil }

  private func isSlow(_ request: RequestEvent, _ routes: GroupNames) -> Bool {
    guard request.route >= 0, !options.slowByRoute.isEmpty else {
      return options.slowFrom.map { request.duration >= $0 } ?? false
    }
    while slowFrom.count <= Int(request.route), slowFrom.count < routes.count {
      slowFrom.append(options.slowByRoute[routes.name(slowFrom.count)] ?? options.slowFrom ?? .max)
    }
    return request.duration >= slowFrom[Int(request.route)]
  }

  /// A request is counted.
  func close(_ request: RequestEvent, routes: GroupNames) {
    let waited = waiting.removeValue(forKey: request.exchange)
    let (known, byValue) = (waited?.facts ?? OpenFacts(), waited?.segment)
    guard let segment = byValue ?? segment(ofTime: request.time) else {
      outside += 1
      return
    }
    var byRoute = request
    byRoute.group = request.route
    stats[segment].add(byRoute)
    if request.time != EventTime.none {
      let span = spans[segment]
      spans[segment] = (
        span.first == EventTime.none ? request.time : min(span.first, request.time), max(span.last, request.time)
      )
    }
    let hasFailed = request.status >= 500 || (request.status == 0 && request.level >= .error)
    if options.collectsScatter {
      scatter[segment].all.add(request, isError: hasFailed)
      if request.route >= 0,
        scatter[segment].routes.count < RequestSurvey.mostScattered || scatter[segment].routes[request.route] != nil
      {
        scatter[segment].routes[request.route, default: ScatterSeries()].add(request, isError: hasFailed)
      }
    }
    let isSlow = isSlow(request, routes)
    func count(_ cells: inout Cells) {
      cells.segments[segment].all &+= 1
      if hasFailed { cells.segments[segment].failed &+= 1 }
      if isSlow { cells.segments[segment].slow &+= 1 }
    }
    if request.route >= 0 {
      while routeCells.count <= Int(request.route) { routeCells.append(Cells()) }
      count(&routeCells[Int(request.route)])
    } else {
      count(&strayCells)
    }
    for index in 0..<known.count {
      let fact = known[index]
      if divided != nil, fact >= FactTable.firstTemplate {
        templates.count(Int(fact - FactTable.firstTemplate), segment: segment)
      }
      let key = UInt64(UInt32(bitPattern: request.route)) << 32 | UInt64(UInt32(bitPattern: fact))
      if let place = cells[key] {
        count(&cellCounts[place].cells)
      } else if cells.count < RequestSurvey.mostCells {
        cells[key] = cellCounts.count
        var new = Cells()
        count(&new)
        cellCounts.append((key, new))
      }
    }
    if let target = options.sampled {
      var marks: RequestSample.Marks = segment == focus ? .inside : []
      if hasFailed { marks.insert(.failed) }
      if isSlow { marks.insert(.slow) }
      if target == .failed ? hasFailed : isSlow { marks.insert(.bad) }
      sample.add(request, marks, known)
    }
    for person in peopleCounts.indices where known.people[person] != 0 {
      peopleCounts[person].add(known.people[person], segment: segment, hasFailed: hasFailed)
    }
    if isInFocus(segment) || divided != nil {
      if let id = waited?.id { picker.take(request, hasFailed: hasFailed, life: request.life) { id } }
    }
  }

  // MARK: Result

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
    result.stacks = stacks.groups
    result.leftOut = facts.leftOut
    result.outside = outside
    return result
  }
}

/// What stands in the mapping of a batch's labels to facts.
enum FactMapping {
  static let unknown: Int32 = -2
  /// The value is not compared.
  static let none: Int32 = -1
}
