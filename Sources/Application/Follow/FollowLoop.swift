internal import Analysis
internal import LogSource
internal import Pipeline
internal import Platform
internal import Report
internal import RulePack
internal import TraceCore

/// Drives following: waits for changes, keys, signals and deadlines, lets the driver read, and tells what it says.
///
/// The only place where following meets the clock of the wall.
package final class FollowLoop {
  /// Milliseconds between two looks at most, and at least where a writer never rests: so that each look finds much.
  private static let longestWait: Int32 = 1_000
  private static let shortestPause: Int32 = 20

  private let job: FollowJob
  private let plan: RunPlan
  private let definition: GateDefinition?
  private let driver: FollowDriver
  private let set: FollowSet
  private let watch: ChangeWatch
  private let printer: EventPrinter
  private let record = GateRecord()
  private let deadline: GateDeadline?
  /// With a screen its terminal tells signals, without one `stop`.
  private let session: LiveSession?
  private let stop: StopSignals?
  private let checkpoint: CheckpointKeeper?
  private let hooks: EventHooks?
  private let alerts: AlertService?
  private let service: (any FollowService)?
  /// What leaves by hooks, and what by the summary, is each redacted by itself.
  private let redaction: RedactionRules?
  private var wasInterrupted = false
  private var isInterrupted: Bool {
    get { wasInterrupted || StopSignals.isAsked }
    set { wasInterrupted = newValue }
  }

  package init(_ job: FollowJob) throws(Failure) {
    self.job = job
    plan = job.plan
    definition = job.definition
    let clock = { Clock.monotonicNanoseconds }
    do throws(RunError) {
      driver = try FollowDriver(
        plan: plan, patience: job.isOnce ? 0 : FollowDriver.patience, clock: clock)
    } catch {
      throw Failure(error)
    }
    checkpoint = job.checkpoint.map {
      CheckpointKeeper(path: $0, options: job.decisive, startingOver: job.startingOver)
    }
    try checkpoint?.begin()
    // Whoever starts a service again, with the options that it has, means it to go on.
    let goesOn = job.beginning == nil || job.beginning == .checkpoint || job.service != nil
    let state = goesOn ? try checkpoint?.read() : nil
    if job.beginning == .checkpoint && state == nil {
      throw Failure(
        .data, "\(job.checkpoint ?? ""): there is no checkpoint yet; without --from checkpoint one is begun")
    }
    let saved = try state.map { (state) throws(Failure) in try job.streams(of: state) } ?? []
    // What is there is all there will be: nothing to be waited for.
    var options = StreamFollower.Options()
    if job.isOnce { options.quiet = 0 }
    let places = Dictionary(saved.map { ($0.name, $0.position) }, uniquingKeysWith: { first, _ in first })
    do throws(SourceError) {
      set = try FollowSet(
        arguments: job.files,
        from: { path, isNew in
          // What an earlier run knew goes on; what has come since is read from its beginning.
          if let place = places[path] { return place.map(FollowStart.position) ?? .start }
          return saved.isEmpty ? job.start(isNew: isNew) : .start
        }, clock: clock, options: options, shouldStop: { StopSignals.isAsked })
    } catch {
      throw Failure(error)
    }
    if set.followers.count > 200 { Terminal.allowManyFiles() }
    watch = ChangeWatch(poll: job.polls)
    let isService = job.service != nil
    let hasScreen = !isService && !job.isPlain && !job.isJSON && !job.isOnce && LiveTerminal.isPossible
    printer = EventPrinter(
      hasScreen || isService ? .silent : job.isJSON ? .json : .text, style: job.style)
    deadline = definition.map { GateDeadline($0, startedAt: Clock.monotonicNanoseconds) }
    session =
      hasScreen
      ? try LiveSession(
        files: job.files, window: plan.live?.window ?? 1, hasRules: plan.rules != nil, definition: definition,
        style: job.style) : nil
    stop = hasScreen ? nil : try StopSignals(reloads: isService)
    redaction = job.redaction
    hooks = try EventHooks(job.hooks, redactor: redaction.map { Redactor($0) })
    hooks?.isCatchingUp = state == nil
    alerts = try job.alerts.map { (settings) throws(Failure) in
      try AlertService(
        AlertService.Options(settings, queue: job.checkpoint.map { $0 + ".alerts" }, logs: job.files),
        redactor: job.redaction.map { Redactor($0) }, isFirstRun: state == nil)
    }
    service = try job.service.map { (make) throws(Failure) in try make(job) }
    let (printer, record, session, hooks, service) = (printer, record, session, hooks, service)
    let alerts = alerts
    driver.onEvent = { event in
      if !isService { record.take(event) }
      printer.take(event)
      session?.take(event)
      hooks?.take(event)
      alerts?.take(event)
      service?.take(event)
    }
    if session != nil || isService { driver.watch() }
    session?.openTrace = { [job] id in TraceView.lines(of: id, job) }
    try add(saved, state, clock)
    driver.shouldStop = { StopSignals.isAsked }
    if let checkpoint {
      driver.passOver(checkpoint.journal.read())
      driver.onSkip = { Terminal.writeError("skein: \(Escape.terminal($0))\n") }
    }
  }

  /// Adds the streams of an earlier run in their order, then the others.
  private func add(
    _ saved: [FollowDriver.SavedStream], _ state: Block?, _ clock: @escaping () -> Int64
  ) throws(Failure) {
    var others = set.followers
    for stream in saved {
      let known = others.firstIndex { $0.display == stream.name }
      let follower =
        known.map { others.remove(at: $0) }
        ?? StreamFollower(
          path: stream.name, display: stream.name, from: stream.position.map(FollowStart.position) ?? .start,
          clock: clock)
      driver.add(follower, name: stream.name)
    }
    if let state {
      do throws(StateError) {
        try driver.load(state.bytes)
      } catch {
        throw job.useless(error)
      }
    }
    for follower in others { driver.add(follower, name: follower.display) }
  }

  package func run() throws {
    defer { session?.close() }
    if set.followers.isEmpty {
      let names = job.files.map { Escape.terminal($0) }.joined(separator: ", ")
      warn("no log fits \(names) yet; it is waited for")
    }
    while true {
      let hasRead = try step()
      if let failure = printer.failure { throw failure }
      // What was not met in all that was there is not there any more.
      if driver.hasPassedOver || !hasRead { checkpoint?.isJournalNeeded = false }
      if hasRead {
        isUnsaved = true
        service?.keepHistory(driver)
        alerts?.keep()
      }
      catchingUp.note(
        hasRead: hasRead, isBehind: driver.isBehind, isWaiting: driver.isWaiting, at: Clock.monotonicNanoseconds)
      if let checkpoint, isUnsaved, checkpoint.isDue(at: Clock.monotonicNanoseconds) {
        try checkpoint.write(driver)
        isUnsaved = checkpoint.isLate
      }
      if (driver.isFinished && service == nil) || isInterrupted || (job.isOnce && !hasRead) { break }
      if service == nil, isWithoutRecords {
        driver.expire(afterStart: definition?.duration ?? 0)
        break
      }
      if !hasRead, !driver.isWaiting { hooks?.isCatchingUp = false }
      if !hasRead { wait() } else if !driver.isBehind { pause() } else { look() }
    }
    try end()
  }

  /// Something was read that is in no checkpoint yet.
  private var isUnsaved = false
  private var catchingUp = CatchingUp()

  /// Too few records for the gate to begin have come in all the time that its stages take.
  private var isWithoutRecords: Bool {
    driver.gateStart == nil && deadline?.isOver(driver.gateStage, at: Clock.monotonicNanoseconds) ?? false
  }

  private func step() throws(Failure) -> Bool {
    do throws(RunError) {
      let hasRead = try driver.step()
      for follower in set.rescan() { driver.add(follower, name: follower.display) }
      if let time = deadline?.passed(driver.gateStage, at: Clock.monotonicNanoseconds) { driver.expire(at: time) }
      return hasRead
    } catch {
      throw Failure(error)
    }
  }

  private func wait() {
    watch.watch(set.watchPaths)
    if let trouble = watch.takeTrouble() { warn(trouble) }
    look()
    guard !isInterrupted else { return }
    let logs = set.followers.compactMap(\.descriptor)
    let woken = watch.wait(milliseconds: timeLimit(FollowLoop.longestWait), also: logs + ownDescriptors)
    if woken.changed || woken.readable.contains(where: logs.contains) { pause() } else { look() }
  }

  /// Lets a writer that is at it write more.
  private func pause() {
    ChangeWatch.sleep(milliseconds: timeLimit(FollowLoop.shortestPause), unless: ownDescriptors)
    look()
  }

  private var ownDescriptors: [Int32] {
    (session?.descriptors ?? stop?.descriptors ?? []) + (hooks?.descriptors ?? []) + (alerts?.descriptors ?? [])
      + (service?.descriptors ?? [])
  }

  private func timeLimit(_ most: Int32) -> Int32 {
    guard let due = [session?.due, hooks?.due, alerts?.due, service?.due].compactMap(\.self).min() else { return most }
    let left = max(0, due - Clock.monotonicNanoseconds) / 1_000_000 + 1
    return Int32(min(Int64(most), left))
  }

  /// Signals, keys, and a new picture.
  private func look() {
    if let stop, stop.take() { isInterrupted = true }
    if stop?.takeReload() == true { reload() }
    for sentence in hooks?.poll() ?? [] { warn(sentence) }
    for sentence in alerts?.poll(hasCaughtUp: catchingUp.isOver) ?? [] { warn(sentence) }
    service?.look(driver, hasCaughtUp: catchingUp.isOver, at: Clock.monotonicNanoseconds)
    for message in service?.removeMessages() ?? [] { alerts?.take(message) }
    guard let session else { return }
    let now = Clock.monotonicNanoseconds
    if now >= nextSnapshot {
      nextSnapshot = now + FollowLoop.snapshotInterval
      session.take(
        driver.snapshot, isBehind: driver.isBehind, isFinished: driver.isFinished, wall: Clock.wallNanoseconds)
    }
    session.update(at: now)
    if session.wantsQuit || session.endingSignal != nil || session.isGone { isInterrupted = true }
  }

  /// Reads again what decides nothing that is counted: who is told of what. A mistake changes nothing.
  private func reload() {
    ServiceManager.notify(["RELOADING=1", "MONOTONIC_USEC=\(Clock.monotonicNanoseconds / 1_000)"])
    defer { ServiceManager.notify(["READY=1"]) }
    guard let file = job.alertsFile, let alerts else {
      return warn("SIGHUP: without --alerts there is nothing that can be read again; restart it for other options")
    }
    do throws(Failure) {
      let settings = try AlertSettingsReader.read(path: file)
      try alerts.replace(settings)
      warn("the file of alerts was read again")
      if settings.objectives.map(\.identity) != job.alerts?.objectives.map(\.identity) {
        warn("its objectives have changed, and decide what is counted: a restart takes them")
      }
    } catch {
      warn("the file of alerts was not taken, the one before stays: \(error.message)")
    }
  }

  private var nextSnapshot: Int64 = 0
  private static let snapshotInterval: Int64 = EventTime.nanosecondsPerSecond / 2

  private func warn(_ text: String) {
    service?.warn(text)
    if let session { session.warn(text) } else { Terminal.writeError("skein: \(text)\n") }
  }

  private func end() throws {
    StopSignals.noteTaken()
    if job.isOnce, checkpoint == nil, !isInterrupted {
      do throws(RunError) { try driver.readRest() } catch { throw Failure(error) }
    }
    var unkept: Failure?
    service?.keepHistory(driver)
    for sentence in alerts?.finish() ?? [] { Terminal.writeError("skein: \(sentence)\n") }
    do throws(Failure) { try checkpoint?.finish(driver) } catch { unkept = error }
    if let service {
      service.stop()
      for sentence in hooks?.finish() ?? [] { Terminal.writeError("skein: \(sentence)\n") }
      if let unkept { throw unkept }
      return
    }
    let (stats, _) = driver.finish()
    session?.close()
    for sentence in hooks?.finish() ?? [] { Terminal.writeError("skein: \(sentence)\n") }
    if session != nil {
      // What the screen showed last is gone with it: the verdicts stay.
      let replayed = EventPrinter(.text, style: job.style, isBrief: true)
      for verdict in record.verdicts { replayed.take(.verdict(verdict, gate: definition?.name ?? "")) }
    }
    var sink = TextSink()
    if job.isJSON {
      EventReport.json(stats, into: &sink)
    } else if stats.ledger.totals.records == 0 {
      LedgerReport.text(
        stats.ledger, style: job.style, detail: job.detail, into: &sink)
    } else {
      sink.writeLine()
      StatsReport.text(
        stats, style: job.style, ledger: job.detail,
        notes: job.notes,
        into: &sink)
    }
    printer.write(&sink)
    if let failure = printer.failure { throw failure }
    if let summary = job.output, let definition {
      try GateSummary.write(
        record, definition, to: summary, command: replay, ledger: stats.ledger,
        redactor: redaction.map { Redactor($0) })
    }
    // After all that is to be said, so that nothing of it is missing.
    if let unkept, definition == nil || record.verdicts.last?.state != .fail { throw unkept }
    if let unkept { Terminal.writeError("skein: \(unkept.message)\n") }
    // A log on which nothing was written is no fault of its own; one in which no line can be read is.
    let hasLines = stats.ledger.totals.lines > 0
    if definition != nil {
      try LedgerCheck(isStrict: job.isStrict).finish(
        stats.ledger, verdict: record.verdicts.last, needsRecords: hasLines)
    } else {
      try LedgerCheck(isStrict: job.isStrict).finish(stats.ledger, needsRecords: hasLines)
    }
  }

  /// The command that gives the same verdict over the files.
  private var replay: String {
    var settings = job.settings
    settings.addsRotations = true
    let times = record.verdicts.first.map { first in
      (start: driver.gateStart ?? first.start, end: record.verdicts.last?.time ?? first.end)
    }
    var words = [job.gate ?? ""]
    if let times { words += ["--from", EventTime.rfc3339(times.start), "--to", EventTime.rfc3339(times.end)] }
    return ReplayCommand(settings, files: job.files).line(
      .gate, words + job.words + job.markWords)
  }
}
