internal import TraceCore

// What a gate takes: requests, values, findings, lines that could not be read.

extension Gate {
  /// A request that ended; in the order of the log.
  package mutating func take(_ request: GateRequest) {
    guard request.time != EventTime.none else {
      if phase != .over { doubts.withoutTime += 1 }
      return
    }
    let counts = definition.counts(request.kind)
    if counts, request.version >= 0, phase != .over { versions.take(request.version) }
    take(Pending(request, uncounted: counts ? nil : request.kind.source))
  }

  /// A value of a field of a request that `take` has just been given.
  ///
  /// - Parameters:
  ///   - value: as `GateField.value(ofText:)` gives it.
  ///   - field: number in `GateDefinition.fields`.
  package mutating func take(value: Int64, field: Int, of request: GateRequest) {
    guard definition.counts(request.kind) else { return }
    take(Pending(request, field: Int32(field), value: value))
  }

  /// A closing record that is not counted as a request; in the order of the log.
  package mutating func takeUncounted(_ telling: GateUncounted) {
    take(Pending(telling.request, uncounted: max(0, telling.source)))
  }

  /// Lines that could not be read and may have been requests.
  ///
  /// - Parameters:
  ///   - time: of the record before them.
  ///   - place: of the first one, as `app.log:17`.
  package mutating func takeUnread(lines: Int64, time: Int64, place: String?) {
    guard phase != .over, time != EventTime.none, lines > 0 else { return }
    let unread = GateDoubts.Unread(time: time, lines: lines, place: place)
    if phase == .waiting || time >= boundary {
      doubts.hold(unread)
    } else if phase == .judging, time >= countFrom {
      doubts.take(unread)
    } else {
      noteLate(lines, at: time)
    }
  }

  mutating func take(_ event: Pending) {
    let time = event.request.time
    guard phase != .over, time != EventTime.none else { return }
    let isRequest = event.field < 0 && event.uncounted == nil
    if event.uncounted == nil {
      newest = max(newest, time)
      if isRequest {
        for i in plans.indices where evidence.all[i].learnsRoutes {
          evidence.change(objective: i) { $0.learn(event.request) }
        }
      }
    }
    if time < start { return takeBefore(event) }
    if phase == .waiting || time >= countTo {
      pending.append(event)
    } else if time < stageStart {
      guard isRequest else { return }
      notes.late += 1
      noteLate(1, at: time)
    } else if phase == .judging && time >= countFrom {
      count(event)
    } else if isRequest {
      watch(event.request, isJudged: false)
    }
  }

  /// Requests before the start are the baseline's, if it is an earlier span and the start has not been reached.
  private mutating func takeBefore(_ event: Pending) {
    guard event.uncounted == nil else { return }
    if event.field < 0 {
      watch(event.request, isJudged: false)
      if event.request.version >= 0, versionsBefore.count < VersionWatch.mostVersions {
        versionsBefore.insert(event.request.version)
      }
    }
    guard case .span(let length) = definition.baseline, phase == .waiting, event.request.time >= start - length else {
      return
    }
    if event.field < 0 {
      baseline?.take(event.request)
    } else {
      baseline?.take(value: event.value, field: Int(event.field), of: event.request)
    }
  }

  mutating func count(_ event: Pending) {
    if let source = event.uncounted { return countUncounted(event, source) }
    evidence.take(event)
    if !doubts.uncounted.isEmpty { doubts.changeBoth { $0.take(event) } }
    guard event.field < 0 else { return }
    watch(event.request, isJudged: true)
    if definition.versionField != nil, event.request.version < 0 { notes.withoutVersion += 1 }
  }

  private mutating func countUncounted(_ event: Pending, _ number: Int32) {
    let isKnown = doubts.uncounted[number] != nil || doubts.uncounted.count < GateDoubts.mostSources
    let source = isKnown ? number : GateDoubts.others
    var kind =
      doubts.uncounted.removeValue(forKey: source) ?? GateDoubts.Uncounted(alone: evidence.empty, both: evidence)
    if doubts.together == nil { doubts.together = doubts.uncounted.first?.value.both }
    kind.requests += 1
    if event.request.isError { kind.errors += 1 }
    if event.request.kind != .user {
      // Whoever asks for a route by its name gets it.
      evidence.takeAsked(event.request)
      doubts.changeBoth { $0.takeAsked(event.request) }
      kind.both.takeAsked(event.request)
    }
    kind.alone.takeUncounted(event.request)
    kind.both.takeUncounted(event.request)
    doubts.together?.takeUncounted(event.request)
    doubts.uncounted[source] = kind
  }

  mutating func watch(_ request: GateRequest, isJudged: Bool) {
    traffic.take(request.time, isJudged: isJudged)
    if request.version >= 0, versionTraffic.count < VersionWatch.mostVersions || versionTraffic[request.version] != nil
    {
      versionTraffic[request.version, default: TrafficWatch()].take(request.time, isJudged: isJudged)
    }
    guard request.instance >= 0, judgesInstances else { return }
    guard instanceTraffic.count < ObjectiveTrack.mostParts || instanceTraffic[request.instance] != nil else { return }
    instanceTraffic[request.instance, default: TrafficWatch()].take(request.time, isJudged: isJudged)
  }

  /// Something that may have been failed requests of a stage that is over.
  private mutating func noteLate(_ count: Int64, at time: Int64) {
    for place in passed.indices where passed[place].from <= time && time < passed[place].end {
      passed[place].late += count
      // Of a stage whose evidence goes into the next one's.
      if definition.continues(passed[place].number) { doubts.carried += count }
    }
  }

  /// A request that was given up open: its trace has ended without a closing record.
  ///
  /// Those that are still open when the input ends are told by `finish`, not here.
  package mutating func take(unfinished begin: Int64, route: Int32) {
    guard phase == .judging else { return }
    let now = max(min(newest, boundary), windowStart)
    for i in plans.indices where countsUnended(i) {
      guard evidence.all[i].isBeyond(begin, at: now, unfinishedAfter: 0) else { continue }
      if selectsRequests {
        doubts.givenUp[i, default: [:]][route, default: 0] += 1
        continue
      }
      evidence.change(objective: i) { $0.takeUnended(route: route) }
      doubts.changeBoth { $0.change(objective: i) { $0.takeUnended(route: route) } }
    }
  }

  /// Whether the objective compares the new version with the others, whatever share of the traffic is the new one's.
  func comparesVersions(_ objective: Int) -> Bool {
    definition.baseline == .version && plans[objective].isRelative
  }

  /// Whether the objective is about the new version's requests alone.
  func isNarrowed(_ objective: Int) -> Bool {
    !plans[objective].isOfTheService && (isPartial || comparesVersions(objective))
  }

  /// Whether open requests can be told to belong to what the objective judges: their version is not known.
  func countsUnended(_ objective: Int) -> Bool { evidence.all[objective].countsUnended && !isNarrowed(objective) }

  /// A finding, at the time at which it shows.
  package mutating func takeFinding(_ finding: GateFinding) {
    guard phase != .over, hasFindings, finding.time != EventTime.none else { return }
    if phase == .waiting || finding.time >= countTo { return pendingFindings.append(finding) }
    if phase == .judging, finding.time >= countFrom { return count(finding) }
    for place in passed.indices where passed[place].from <= finding.time && finding.time < passed[place].end {
      noteLate(finding, in: &passed[place])
    }
  }

  mutating func count(_ finding: GateFinding) {
    for i in plans.indices {
      evidence.change(objective: i) { $0.take(finding) }
      guard failingFinding == EventTime.none, plans[i].objective.findingsFail(evidence.all[i].findings) else {
        continue
      }
      // One that comes late fails the stage where it stands.
      failingFinding = max(finding.time, countTo, windowStart)
    }
  }

  private func noteLate(_ finding: GateFinding, in stage: inout PassedStage) {
    for i in plans.indices {
      guard case .findings(let worst) = plans[i].objective.metric, finding.severity <= worst else { continue }
      stage.findings[i] += 1
      if stage.failing == nil, plans[i].objective.findingsFail(stage.findings[i]) { stage.failing = finding }
    }
  }

  /// A value of the version field that appears for the first time.
  package mutating func noteVersion(_ number: Int32, name: String) {
    guard definition.versionField != nil, number >= 0 else { return }
    if versionNames.count < VersionWatch.mostVersions || name == definition.version { versionNames[number] = name }
  }
}
