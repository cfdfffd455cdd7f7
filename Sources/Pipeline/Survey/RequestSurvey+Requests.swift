internal import Analysis
internal import RulePack
internal import TraceCore

// Requests of a survey.

extension RequestSurvey {
  /// A record tells of a request that is counted later, or not at all.
  func wait(
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
    let hasFailed = request.isError
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
}
