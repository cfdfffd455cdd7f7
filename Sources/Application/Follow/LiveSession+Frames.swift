internal import Analysis
internal import LogSource
internal import Pipeline
package import Report
internal import RulePack
internal import TraceCore

// Keys, and frames of the screen.

extension LiveSession {
  /// Takes keys; draws where something has changed, at most ten times a second.
  package func update(at now: Int64) {
    for key in terminal.takeInput() { take(key) }
    guard needsDraw || terminal.needsRedraw, now >= nextDraw else { return }
    draw(at: now)
  }

  /// When `update` has something to do though nothing can be read.
  package var due: Int64? {
    if needsDraw { return terminal.due.map { min($0, nextDraw) } ?? nextDraw }
    return terminal.due
  }

  package func draw(at now: Int64) {
    nextDraw = now + EventTime.nanosecondsPerSecond / 10
    needsDraw = false
    let size = terminal.size
    ui.rows = size.rows
    terminal.draw(LiveScreen.render(held ?? view, ui: ui, columns: size.columns, rows: size.rows, style: style))
  }

  package func take(_ key: Key) {
    needsDraw = true
    switch ui.handle(key, view: held ?? view) {
    case .quit: wantsQuit = true
    case .pause(let isPaused): held = isPaused ? view : nil
    case .openTrace(let id):
      let lines = openTrace?(id) ?? []
      ui.detail = LiveUI.Detail(title: "request \(id)", lines: lines)
    case .suspend: terminal.suspend()
    case .redraw: terminal.redraw()
    case nil: break
    }
  }
}
