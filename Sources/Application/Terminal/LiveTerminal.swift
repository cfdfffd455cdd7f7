internal import CShims
internal import Glibc
internal import Platform
package import Report

/// The terminal of the live screen: keys in, frames out, signals told, and given back as it was on every way out: at the end,
/// by a crash, on Ctrl-Z.
///
/// Nothing here waits: a caller polls `descriptors` among its own and then asks. A terminal that takes no bytes misses frames and
/// holds nothing up; one that is gone ends the screen and not the program. One a process. Not for several threads.
package final class LiveTerminal {
  /// Whether a screen can be shown on standard output at all.
  package static var isPossible: Bool {
    guard Terminal.outputIsTerminal, let name = Terminal.environment("TERM") else { return false }
    return !name.isEmpty && name != "dumb"
  }

  /// The terminal of standard output, whatever standard input is: keys come from there.
  private let terminal: Int32
  private let signals: Int32
  private var keys = TerminalKeys()
  private var difference = ScreenDifference()
  /// Bytes of the last frame that the terminal has not taken yet.
  private var unwritten: ArraySlice<UInt8> = []
  private var isClosed = false

  /// The screen shows nothing or something old: draw, and ask for the size before.
  package private(set) var needsRedraw = true
  /// The signal that asks to end (SIGINT, SIGTERM, SIGHUP); the first of them.
  package private(set) var endingSignal: Int32?
  /// Nobody sees the screen any more, and no key comes.
  package private(set) var isGone = false

  /// Takes the terminal. In the background it is taken with the first `draw` in the foreground.
  package init() throws(Failure) {
    let opened = skein_screen_open()
    guard opened >= 0 else {
      throw Failure(.data, "cannot open the terminal: \(Terminal.reason(-opened)); --plain needs none")
    }
    terminal = opened
    let pipe = skein_screen_signals()
    guard pipe >= 0 else {
      skein_screen_close()
      throw Failure(.data, "cannot watch signals: \(Terminal.reason(-pipe))")
    }
    signals = pipe
    let failure = skein_screen_enter()
    guard failure == 0 || failure == EAGAIN else {
      skein_screen_close()
      throw Failure(.data, "cannot set up the terminal: \(Terminal.reason(failure)); --plain needs none")
    }
  }

  deinit { close() }

  /// What to poll for reading; ask each time.
  package var descriptors: [Int32] {
    if isClosed { return [] }
    // The keys of a terminal that is someone else's are not for us.
    return isGone || skein_screen_is_entered() == 0 ? [signals] : [signals, terminal]
  }

  /// When `takeInput` is to be called though nothing can be read, in monotonic nanoseconds: Escape waits for what may follow.
  package var due: Int64? { keys.due }

  /// Columns and rows now.
  package var size: (columns: Int, rows: Int) { Terminal.Device.size(terminal) ?? (80, 24) }

  /// Keys since last asked. Notes signals; never waits.
  package func takeInput() -> [Key] {
    guard !isClosed else { return [] }
    takeSignals()
    guard !isGone, skein_screen_is_entered() != 0 else { return [] }
    guard let bytes = Syscalls.readAvailable(terminal) else {
      isGone = true
      return []
    }
    return keys.take(bytes, at: Clock.monotonicNanoseconds)
  }

  private func takeSignals() {
    for byte in Syscalls.readAvailable(signals) ?? [] {
      switch Int32(byte) {
      case SIGWINCH: redraw()
      case SIGCONT:
        // After SIGSTOP the shell has set the terminal to its own liking.
        skein_screen_forget()
        redraw()
      case SIGTSTP: stop(wholeGroup: false)
      case let number: if endingSignal == nil { endingSignal = number }
      }
    }
  }

  /// Ctrl-Z: gives the terminal back, stops with all of the process group, and returns when the program goes on.
  package func suspend() { stop(wholeGroup: true) }

  private func stop(wholeGroup: Bool) {
    guard !isClosed else { return }
    // Half a frame would come out behind the shell's prompt.
    unwritten = []
    skein_screen_stop(wholeGroup ? 1 : 0)
    redraw()
  }

  /// The next frame is drawn whole (Ctrl-L).
  package func redraw() {
    difference.forget()
    needsRedraw = true
  }

  /// Shows `lines`: as many as `size` has rows, none wider. Left out while the terminal has not taken the frame before.
  package func draw(_ lines: [String]) {
    guard !isClosed, !isGone else { return }
    if skein_screen_is_entered() == 0 {
      let failure = skein_screen_enter()
      guard failure == 0 else {
        if failure != EAGAIN { isGone = true }
        return
      }
      unwritten = []
      difference.forget()
    }
    flush()
    guard unwritten.isEmpty else {
      needsRedraw = true
      return
    }
    unwritten = difference.bytes(for: lines, columns: size.columns)[...]
    needsRedraw = false
    flush()
  }

  private func flush() {
    guard !unwritten.isEmpty else { return }
    guard let count = Syscalls.writeAvailable(unwritten, to: terminal) else {
      unwritten = []
      isGone = true
      return
    }
    unwritten = unwritten.dropFirst(count)
  }

  /// Gives the terminal back; signals mean again what they did before.
  package func close() {
    guard !isClosed else { return }
    isClosed = true
    skein_screen_close()
  }
}
