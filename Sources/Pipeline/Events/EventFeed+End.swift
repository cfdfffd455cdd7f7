internal import Analysis
internal import RulePack
internal import TraceCore

// The end of the input, and of the wait for it.

extension EventFeed {
  /// What closes from here on closes because the input ends: the gate is told of it as open.
  func beginEnd() { isEnding = true }

  /// The input has ended. `state.open` gives what was open then.
  func finish(_ state: State) {
    guard !isOver else { return }
    clock.finish()
    tellWaiting()
    if next != EventTime.none, clock.high != EventTime.none {
      closeWindows(upTo: max(next, start(of: clock.high) + length), state, isEnd: true)
    }
    sample?.finish(routeName: state.name, versionName: { state.versionNames.name(Int($0)) })
    if gate == nil, sample == nil, gatePlan != nil { tell([Gate.withoutRecords]) }
    giveUnread()
    let (open, loss) = (state.open(), loss)
    // What was read beyond `--to` is known all the same.
    let reached = [gatePlan?.end, clock.known].compactMap(\.self).max()
    let verdicts = gate?.finish(reached: reached, open: open, names: state.gateNames, loss: loss) ?? []
    tell(verdicts)
  }

  /// The wall clock says that `time` has passed, whatever the log says.
  func expire(at time: Int64, _ state: State) {
    guard !isOver, let gate, !gate.isOver else { return }
    tellWaiting()
    giveUnread()
    judge(at: time, state)
  }
}
