internal import Analysis
internal import Pipeline
internal import Report
internal import RulePack
internal import TraceCore

/// Makes what a page shows of a moment, of the hours in files, and of the span that was asked for.
struct ServiceViewBuilder {
  let logs: [String]
  let hasRules: Bool
  let folder: HistoryFolder?
  /// A new one for each page: tokens are numbered by their first appearance in it.
  let redaction: RedactionRules?

  /// Points of a chart at most, about.
  private static let mostPoints: Int64 = 300
  private static let mostRows = 1_000
  /// Beyond it hours are read joined.
  private static let longSpan = 3 * 24 * ServiceTime.hour

  func view(_ moment: ServedMoment, span: ServiceSpan) -> ServiceView {
    var view = ServiceView()
    view.logs = logs
    view.programVersion = ProgramVersion.text
    view.time = moment.follow.time
    view.lag = ServiceViewBuilder.lag(moment)
    view.progress =
      moment.isFinished
      ? .ended
      : moment.isBehind ? .catchingUp(bytes: nil) : moment.follow.time == EventTime.none ? .waiting : .following
    view.span = span
    view.hasRules = hasRules
    view.gate = moment.gate
    if view.time != EventTime.none {
      view.range = known(range(of: span, moment), moment)
      view.lastRequest =
        moment.service.ticks.last.map { min($0.start.plus(ServiceTime.tick), view.time) } ?? EventTime.none
      fill(&view, moment)
    }
    view.notes = notes(moment)
    return redaction.map { view.redacted(by: Redactor($0)) } ?? view
  }

  /// The lines of a request as they may be shown to others.
  func redacted(_ lives: [ReadableJob.Life]) -> [ReadableJob.Life] {
    guard let redactor = redaction.map({ Redactor($0) }) else { return lives }
    return lives.map { life in
      var (trace, records) = life
      trace.route = trace.route.map { redactor.redacted($0) }
      for index in records.indices {
        records[index].message = redactor.redacted(records[index].message)
        records[index].text = redactor.redacted(records[index].text)
      }
      return (trace, records)
    }
  }

  /// Names for a scraper: tokens are numbered in the order of the routes, so that they stay the same from scrape to scrape.
  func redacted(_ service: ServiceSnapshot) -> ServiceSnapshot {
    guard let redactor = redaction.map({ Redactor($0) }) else { return service }
    var copy = service
    for index in copy.series.indices {
      copy.series[index].route = redactor.redacted(copy.series[index].route)
      copy.series[index].version = copy.series[index].version.map { redactor.redacted($0) }
    }
    return copy
  }

  func redacted(_ summary: StatsSummary) -> StatsSummary {
    guard let redactor = redaction.map({ Redactor($0) }) else { return summary }
    var copy = summary
    for index in copy.groups.indices { copy.groups[index].name = redactor.redacted(copy.groups[index].name) }
    return copy
  }

  static func lag(_ moment: ServedMoment) -> Int64? {
    guard moment.follow.time != EventTime.none else { return nil }
    let lag = moment.wall.less(moment.follow.time)
    // A replay of the past says nothing of now.
    return lag > -ServiceTime.hour && lag < 24 * ServiceTime.hour ? lag : nil
  }

  /// Up to now, from the beginning of a part on, so that every figure is of the very span that is printed.
  private func range(of span: ServiceSpan, _ moment: ServedMoment) -> Range<Int64> {
    let end = moment.follow.time.plus(1)
    let start =
      span.length.map { end.less($0) } ?? release(moment)?.time ?? end.less(24 * ServiceTime.hour)
    return min(ServiceTime.start(of: start, step(from: start, to: end, moment)), end.less(1))..<end
  }

  /// Length of the parts in which hours are kept that begin at `start`.
  private func step(from start: Int64, to end: Int64, _ moment: ServedMoment) -> Int64 {
    if end.less(start) > ServiceViewBuilder.longSpan { return ServiceTime.hour }
    let minutes = moment.service.hours.first { $0.end > start && $0.start <= start }?.partMinutes
    return Int64(minutes ?? ServiceHistory.partMinutes).times(ServiceTime.minute)
  }

  /// Without the time before the first request that is known: nothing can be said of it.
  private func known(_ range: Range<Int64>, _ moment: ServedMoment) -> Range<Int64> {
    let first = first(moment)
    var start = max(range.lowerBound, min(first ?? range.lowerBound, range.upperBound.less(1)))
    // Of the log's first minute the part that it has.
    let begin = moment.summary.firstTime
    if start == first, begin > start, begin < min(start.plus(ServiceTime.minute), range.upperBound) { start = begin }
    return start..<range.upperBound
  }

  /// Where what is known begins.
  private func first(_ moment: ServedMoment) -> Int64? {
    ([folder?.first] + moment.service.hours.map(\.firstMinute)).compactMap(\.self).min()
  }

  private func release(_ moment: ServedMoment) -> ServiceJournal.Mark? {
    let releases = moment.service.marks.filter(\.isRelease)
    return releases.count > 1 ? releases.last : nil
  }

  // MARK: Figures

  private func fill(_ view: inout ServiceView, _ moment: ServedMoment) {
    let range = view.range
    let length = range.upperBound.less(range.lowerBound)
    let isLong = length > ServiceViewBuilder.longSpan
    let hours = hours(in: range, moment, isJoined: isLong)
    view.total = ServiceViewBuilder.figures(of: total(hours, range, isJoined: isLong), over: length)
    // Most of what is shorter than a millisecond is in no peak: then it is not known.
    if let peak = peak(hours, range, moment, isJoined: isLong), Double(peak.count) >= view.total.inFlight ?? 0 {
      (view.total.peakInFlight, view.total.peakTime) = (peak.count, peak.time)
    }
    view.windows = windows(hours, range, moment, isJoined: isLong)
    view.marks = moment.service.marks.filter { range.contains($0.time) }
      .map { LiveMark(time: $0.time, text: $0.isRelease ? "version \($0.text)" : $0.text) }
    let now = part(hours, range)
    let start = range.lowerBound.less(length)
    let step = isLong ? ServiceTime.hour : step(from: start, to: range.lowerBound, moment)
    var earlier = ServiceTime.start(of: start, step)..<range.lowerBound
    let first = first(moment) ?? .max
    // Half of the same time would look like less of everything. Of a release all that was before will do.
    if view.span == .release, earlier.contains(first) { earlier = first..<earlier.upperBound }
    let knownBefore = known(earlier, moment)
    let lengthBefore = knownBefore.upperBound.less(knownBefore.lowerBound)
    let hasBefore = first <= earlier.lowerBound && lengthBefore >= ServiceTime.minute
    let before = self.hours(in: earlier, moment, isJoined: isLong, isKept: false)
    var rowsBefore: ServiceHour<String>.Part?
    let totalBefore = total(before, earlier, isJoined: isLong)
    if hasBefore, totalBefore.requests > 0 {
      view.before = ServiceViewBuilder.figures(of: totalBefore, over: lengthBefore)
      view.beforeName = view.span == .release ? "before the release" : "the same time before"
      rowsBefore = part(before, earlier)
    }
    let lengths = (now: length, before: lengthBefore)
    view.routes = rows(now.routes, rowsBefore?.routes, over: lengths)
    view.versions = rows(now.versions, nil, over: lengths).filter { $0.name != RequestStats.noneName }
    let firsts = moment.service.marks.filter(\.isRelease)
    for index in view.versions.indices {
      let name = view.versions[index].name
      view.versions[index].first = firsts.first { $0.text == name }?.time ?? EventTime.none
    }
    if now.instances.count > 1 { view.instances = rows(now.instances, rowsBefore?.instances, over: lengths) }
    fillUsers(&view, now, rowsBefore, over: lengths)
    view.findings = findings(moment.service, now.hits)
    view.causes = moment.service.causes.reversed().compactMap { cause in
      guard let count = now.causes[cause.key], count > 0 else { return nil }
      let title = cause.message.isEmpty ? cause.type : "\(cause.type): \(cause.message)"
      return ServiceCause(
        title: title, place: cause.place, count: count, first: cause.first, last: cause.last, trace: cause.trace)
    }.sorted { $0.count > $1.count }
    fillMessages(&view, moment.service)
    view.failures = moment.service.failures.reversed().filter { $0.time >= range.lowerBound }.map {
      LiveTrace(
        id: $0.id, route: $0.route, status: $0.status > 0 ? Int($0.status) : nil,
        duration: $0.duration >= 0 ? $0.duration : nil, time: $0.time)
    }
  }

  private func fillMessages(_ view: inout ServiceView, _ service: ServiceSnapshot) {
    guard let new = service.messages, let release = service.marks.last(where: { $0.isRelease && $0.time == new.since })
    else { return }
    view.release = LiveMark(time: release.time, text: "version \(release.text)")
    view.newMessages = new.shapes.prefix(ServiceViewBuilder.mostRows).map {
      ServiceMessage(pattern: $0.text, level: $0.level, count: $0.count, first: $0.first, trace: $0.trace)
    }
    var notes: [String] = []
    if new.forgotten > 0 {
      notes.append(
        "\(CountText.text(new.forgotten, "older shape")) of messages had to be forgotten: one that comes again looks new"
      )
    }
    if new.other > 0 {
      notes.append("\(CountText.text(new.other, "message")) could not be told apart, because there are too many shapes")
    }
    view.newMessagesNote = notes.isEmpty ? "" : notes.joined(separator: "; ") + "."
  }

  /// A line a rule that hit in the range, with the newest of its findings: what each finding has grown to nobody counts.
  private func findings(
    _ service: ServiceSnapshot, _ hits: [String: Int64]
  ) -> [ServiceFinding] {
    service.findings.reversed().compactMap { found in
      guard let count = hits[found.rule], count > 0 else { return nil }
      var row = ServiceFinding(found)
      row.count = count
      row.last = max(found.last, (service.lastHits[found.rule] ?? found.last).less(1))
      if found.number > 1 { row.message += " (the newest of \(CountText.text(found.number)) findings so far)" }
      return row
    }
  }

  private func fillUsers(
    _ view: inout ServiceView, _ now: ServiceHour<String>.Part, _ before: ServiceHour<String>.Part?,
    over length: (now: Int64, before: Int64)
  ) {
    view.users.writes = ServiceViewBuilder.figures(of: ServiceViewBuilder.writes(now.routes), over: length.now)
    view.users.writesBefore = before.map {
      ServiceViewBuilder.figures(of: ServiceViewBuilder.writes($0.routes), over: length.before)
    }
    view.users.slowLimit = ServiceCounts.slowLimit
    view.users.slow = now.routes.values.reduce(0) { $0 + $1.slow }
    view.users.retries = now.identified > 0 ? now.retries : nil
    view.users.identified = now.identified
    fillPeople(&view.users, now.audiences)
  }

  /// Of the fields that name people the one that most requests have; clients where there is none.
  private func fillPeople(_ users: inout ServiceUsers, _ audiences: [String: ServiceAudience]) {
    func best(_ names: [String]) -> (field: String, audience: ServiceAudience)? {
      let found = names.compactMap { name in audiences[name].map { (field: name, audience: $0) } }
      return found.max { $0.audience.requests < $1.audience.requests }
    }
    let people = best(AudienceFields.people)
    guard let (field, audience) = people ?? best(AudienceFields.clients) else { return }
    (users.field, users.areClients) = (field, people == nil)
    users.named = audience.requests
    (users.people, users.failedPeople) = (audience.all.count, min(audience.failed.count, audience.all.count))
    users.isEstimate = audience.all.isEstimate
    users.rows = audience.people.map { name, person in
      ServicePerson(name: name, errors: person.errors, slow: person.slow, last: person.last, trace: person.trace)
    }.sorted { ($1.errors, $1.slow, $0.name) < ($0.errors, $0.slow, $1.name) }
    users.rows = Array(users.rows.prefix(ServiceViewBuilder.mostRows))
    (users.otherErrors, users.otherSlow) = (audience.others.errors, audience.others.slow)
  }

  /// Requests that change something.
  private static func writes(_ routes: [String: ServiceCounts]) -> ServiceCounts {
    var sum = ServiceCounts()
    for (route, counts) in routes.sorted(by: { $0.key < $1.key })
    where ["POST ", "PUT ", "PATCH ", "DELETE "].contains(where: route.hasPrefix) { sum.merge(counts) }
    return sum
  }

  /// Hours in files, then those that are not in one yet.
  private func hours(
    in range: Range<Int64>, _ moment: ServedMoment, isJoined: Bool, isKept: Bool = true
  ) -> [ServiceHour<String>] {
    let open = moment.service.hours.filter { $0.start < range.upperBound && $0.end > range.lowerBound }
    let starts = Set(open.map(\.start))
    return (folder?.hours(in: range, isJoined: isJoined, isKept: isKept) ?? []).filter { !starts.contains($0.start) }
      + open
  }

  private func total(_ hours: [ServiceHour<String>], _ range: Range<Int64>, isJoined: Bool) -> ServiceCounts {
    var sum = ServiceCounts()
    for hour in hours {
      for (minute, counts) in hour.minutes.sorted(by: { $0.key < $1.key }) {
        let start = hour.start.plus(Int64(minute).times(ServiceTime.minute))
        if isJoined || (start.plus(ServiceTime.minute) > range.lowerBound && start < range.upperBound) {
          sum.merge(counts)
        }
      }
    }
    return sum
  }

  /// The most requests in flight at once; nil where the log's times do not tell, or nothing was in flight.
  private func peak(
    _ hours: [ServiceHour<String>], _ range: Range<Int64>, _ moment: ServedMoment, isJoined: Bool
  ) -> ServiceInFlight.Peak? {
    guard let open = moment.service.openPeaks else { return nil }
    let peaks = open + hours.flatMap(\.peaks.values)
    return peaks.filter { isJoined || range.contains($0.time) }
      .reduce(nil) { most, peak in most.map { ServiceInFlight.Peak.greater($0, peak) } ?? peak }
  }

  private func part(_ hours: [ServiceHour<String>], _ range: Range<Int64>) -> ServiceHour<String>.Part {
    var sum = ServiceHour<String>.Part()
    for hour in hours {
      for (place, part) in hour.parts.sorted(by: { $0.key < $1.key }) {
        if hour.range(ofPart: place).overlaps(range) { sum.merge(part) }
      }
    }
    return sum
  }

  private func rows(
    _ groups: [String: ServiceCounts], _ before: [String: ServiceCounts]?, over length: (now: Int64, before: Int64)
  ) -> [ServiceRow] {
    groups.map { name, counts in
      ServiceRow(
        name: name, figures: ServiceViewBuilder.figures(of: counts, over: length.now),
        before: before?[name].map { ServiceViewBuilder.figures(of: $0, over: length.before) })
    }
    .sorted { ($1.figures.requests, $0.name) < ($0.figures.requests, $1.name) }
    .prefix(ServiceViewBuilder.mostRows).map(\.self)
  }

  static func figures(of counts: ServiceCounts, over length: Int64) -> ServiceFigures {
    var figures = ServiceFigures()
    figures.requests = counts.requests
    figures.clientErrors = counts.clientErrors
    figures.errors = counts.errors
    figures.timed = counts.latency.count
    figures.p50 = counts.latency.quantile(0.5)
    figures.p95 = counts.latency.quantile(0.95)
    figures.p99 = counts.latency.quantile(0.99)
    if length > 0 {
      figures.ratePerSecond = Double(counts.requests) / (Double(length) / 1e9)
      if figures.timed > 0 { figures.inFlight = Double(counts.busy) / Double(length) }
    }
    return figures
  }

  // MARK: Charts

  private func windows(
    _ hours: [ServiceHour<String>], _ range: Range<Int64>, _ moment: ServedMoment, isJoined: Bool
  ) -> [SeriesWindow] {
    let span = range.upperBound.less(range.lowerBound)
    if span <= 20 * ServiceTime.minute, let first = moment.service.ticks.first, first.start <= range.lowerBound {
      let ticks = moment.service.ticks.map { ($0.start, $0.counts) }
      return ServiceViewBuilder.windows(ticks, length: ServiceTime.tick, range)
    }
    let minute = ServiceTime.minute
    let length =
      isJoined
      ? 120 * minute
      : [1, 5, 10, 30].map { $0 * minute }.first { span / $0 <= ServiceViewBuilder.mostPoints } ?? 60 * minute
    let minutes = hours.flatMap { hour in
      hour.minutes.map { (hour.start.plus(Int64($0.key).times(minute)), $0.value) }
    }
    return ServiceViewBuilder.windows(minutes, length: length, range)
  }

  /// Contiguous windows of `length` over the range.
  private static func windows(
    _ counts: [(start: Int64, counts: ServiceCounts)], length: Int64, _ range: Range<Int64>
  ) -> [SeriesWindow] {
    var sums: [Int64: ServiceCounts] = [:]
    for one in counts.sorted(by: { $0.start < $1.start }) {
      sums[ServiceTime.start(of: one.start, length), default: ServiceCounts()].merge(one.counts)
    }
    var windows: [SeriesWindow] = []
    var start = ServiceTime.start(of: range.lowerBound, length)
    while start < range.upperBound, windows.count < 2 * Int(mostPoints) {
      windows.append((sums[start] ?? ServiceCounts()).window(start: start, length: length))
      start = start.plus(length)
    }
    return windows
  }

  // MARK: What is missing

  private func notes(_ moment: ServedMoment) -> [String] {
    var notes = moment.warnings
    let ledger = moment.summary.ledger
    notes += LedgerReport.warnings(ledger).map(\.text)
    if ledger.totals.unparsedLines > 0 {
      notes.append(
        "\(CountText.text(ledger.totals.unparsedLines, "line")) of \(CountText.text(ledger.totals.lines)) could not be "
          + "read as log records; skein doctor shows examples")
    }
    if moment.service.late > 0 {
      notes.append(
        "\(CountText.text(moment.service.late, "request")) came so late that their hour was over: they are in the totals, "
          + "in no chart")
    }
    if moment.service.forgotten > 0 {
      let why =
        folder == nil
        ? "are kept no longer; --history names a folder for them" : "could not be written in time and are lost"
      notes.append("\(CountText.text(moment.service.forgotten, "hour")) of the history \(why)")
    }
    for file in folder?.damaged ?? [] {
      notes.append("history: \(file): its hour is missing here")
    }
    return notes
  }
}

extension ServiceFinding {
  init(_ found: ServiceJournal.Found) {
    self.init(
      id: found.id, severity: Int(found.severity), title: found.title, rule: found.rule, count: found.count,
      first: found.first, last: found.last, trace: found.trace)
    message = found.message
    place = found.place
  }
}

extension ServiceView {
  /// With every text that comes from the log redacted, in the order in which a reader meets them. Ids of requests, paths of
  /// files and numbers are no such texts.
  func redacted(by redactor: Redactor) -> ServiceView {
    let redact = { (text: String) in redactor.redacted(text) }
    var copy = self
    for index in copy.marks.indices { copy.marks[index].text = redact(copy.marks[index].text) }
    for index in copy.routes.indices { copy.routes[index].name = redact(copy.routes[index].name) }
    for index in copy.users.rows.indices { copy.users.rows[index].name = redact(copy.users.rows[index].name) }
    for index in copy.findings.indices {
      copy.findings[index].title = redact(copy.findings[index].title)
      copy.findings[index].message = redact(copy.findings[index].message)
    }
    for index in copy.failures.indices { copy.failures[index].route = redact(copy.failures[index].route) }
    for index in copy.newMessages.indices { copy.newMessages[index].pattern = redact(copy.newMessages[index].pattern) }
    for index in copy.causes.indices { copy.causes[index].title = redact(copy.causes[index].title) }
    if let release = copy.release { copy.release?.text = redact(release.text) }
    copy.notes = copy.notes.map(redact)
    return copy
  }
}

extension ServiceHour<String> {
  /// Where the first minute with a request begins.
  fileprivate var firstMinute: Int64? {
    minutes.keys.min().map { start.plus(Int64($0).times(ServiceTime.minute)) }
  }
}
