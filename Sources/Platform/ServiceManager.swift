internal import CShims
internal import Glibc

/// What systemd is told, and what it hands over, by its documented protocols (sd_notify(3), sd_listen_fds(3)); nothing where
/// it did not start the program.
package enum ServiceManager {
  /// First descriptor that is handed over.
  private static let firstDescriptor: Int32 = 3

  /// Sends lines (`READY=1`, `STATUS=…`) to `$NOTIFY_SOCKET`. Whether they were sent.
  @discardableResult
  package static func notify(_ lines: [String]) -> Bool {
    guard let name = variable("NOTIFY_SOCKET"), !name.isEmpty else { return false }
    return unsafe skein_notify(name, lines.joined(separator: "\n")) == 0
  }

  /// Sockets that were opened for this process. They close on exec from here on.
  package static func inheritedSockets() -> [Int32] {
    guard variable("LISTEN_PID").flatMap({ Int32($0) }) == getpid(),
      let count = variable("LISTEN_FDS").flatMap({ Int32($0) }),
      count > 0, count <= 64
    else { return [] }
    let sockets = firstDescriptor..<(firstDescriptor + count)
    for socket in sockets { _ = fcntl(socket, F_SETFD, FD_CLOEXEC) }
    return Array(sockets)
  }

  /// Nanoseconds within which `WATCHDOG=1` is expected; nil where it is not.
  package static var watchdog: Int64? {
    if let process = variable("WATCHDOG_PID").flatMap({ Int32($0) }), process != getpid() { return nil }
    guard let time = variable("WATCHDOG_USEC").flatMap({ Int64($0) }), time > 0, time < 1 << 50 else { return nil }
    return time * 1_000
  }

  private static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}
