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

  struct Cells {
    /// Three segments at most: `SurveyOptions.Division`.
    var segments: InlineArray<3, SurveyResult.Cell> = .init(repeating: SurveyResult.Cell())
  }

  /// What is known of a request that waits.
  struct Waiting {
    var facts: OpenFacts
    /// By a value.
    var segment: Int?
    /// For those that may be shown.
    var id: String?
  }

  let options: SurveyOptions
  let span: Range<Int64>?
  let names: [String]
  /// Places in `names`.
  let compared: [Bool]
  let audience: [Int]
  /// Fields whose values are looked at one by one however many there are; the audience first.
  let people: [Int]
  let releases: [Int]
  let divided: Int?

  var stats: [RequestStats]
  var spans: [(first: Int64, last: Int64)]
  var outside: Int64 = 0
  /// By segment: of all requests, and by route.
  var scatter: [(all: ScatterSeries, routes: [Int32: ScatterSeries])]
  var facts: FactTable
  private var open = OpenFactTable()
  /// Requests that were told and are not counted yet, by exchange.
  var waiting: [UInt64: Waiting] = [:]
  var routeCells: ContiguousArray<Cells> = []
  /// From which duration on requests are slow, by route.
  var slowFrom: ContiguousArray<Int64> = []
  var strayCells = Cells()
  var cells: [UInt64: Int] = [:]
  var cellCounts: ContiguousArray<(key: UInt64, cells: Cells)> = []
  var peopleCounts: [PeopleCount]
  var sample: SampleKeeper
  var firstSeen: [(fact: Int32, SurveyResult.FirstSeen)] = []
  var releaseLines: [SurveyResult.ReleaseLine] = []
  var picker: RequestPicker
  var templates: TemplateTally
  var stacks: StackCollector
  let stackGroups: SharedStackGroups
  /// Of the batch at hand: facts by field and label.
  var mapping: ContiguousArray<Int32> = []
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
    let groups = SharedStackGroups()
    stackGroups = groups
    stacks = StackCollector(streams: streams) {
      groups.groups.add($0.text, time: $0.time, path: $0.path, line: $0.line)
    }
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
  func segment(ofTime time: Int64) -> Int? {
    if let span, time == EventTime.none || !span.contains(time) { return nil }
    return switch options.division {
    case .time(let spans): time == EventTime.none ? nil : spans.firstIndex { $0.contains(time) }
    case .whole(let segment, _): segment
    case .value: nil
    }
  }
}

/// What stands in the mapping of a batch's labels to facts.
enum FactMapping {
  static let unknown: Int32 = -2
  /// The value is not compared.
  static let none: Int32 = -1
}

/// Stack traces by cause, filled while their records come.
final class SharedStackGroups {
  var groups = StackGroups()
}
