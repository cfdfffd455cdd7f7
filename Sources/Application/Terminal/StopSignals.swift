internal import CShims
internal import Glibc
internal import Platform

/// Signals that ask to end, where there is no screen: told through a descriptor, so that following can end in order.
package final class StopSignals {
  private let descriptor: Int32
  private var isAsked = false
  /// SIGHUP asks for the settings to be read again, and for no end.
  private let reloads: Bool
  private var isReloadAsked = false

  /// Whether an end was asked for by a signal, taken or not. Costs a read of a variable.
  package static var isAsked: Bool { skein_screen_asked() != 0 }

  /// What was asked for is done now: nothing ends the program before it has written what it has.
  package static func noteTaken() { skein_screen_taken() }

  package init(reloads: Bool = false) throws(Failure) {
    self.reloads = reloads
    if reloads { skein_screen_reload_on_hangup() }
    descriptor = skein_screen_signals()
    guard descriptor >= 0 else { throw Failure(.fault, "cannot watch signals: \(Terminal.reason(-descriptor))") }
  }

  /// To be polled.
  package var descriptors: [Int32] { [descriptor] }

  /// Whether an end was asked for.
  package func take() -> Bool {
    for byte in Syscalls.readAvailable(descriptor) ?? [] {
      switch Int32(byte) {
      case SIGHUP where reloads: isReloadAsked = true
      case SIGINT, SIGTERM, SIGHUP: isAsked = true
      case SIGTSTP: skein_screen_stop(0)
      default: break
      }
    }
    return isAsked
  }

  /// Whether the settings are to be read again, asked once.
  package func takeReload() -> Bool {
    defer { isReloadAsked = false }
    return isReloadAsked
  }
}
