import Glibc

/// A shell script that runs beside a test.
final class ShellProcess {
  private var child: pid_t = 0
  private(set) var status: Int32?

  /// Starts `sh -c script`, with `arguments` as $1 and so on.
  init(_ script: String, _ arguments: [String] = []) {
    let words = ["/bin/sh", "-c", "PATH=$PATH:/usr/sbin\n" + script, "sh"] + arguments
    var pointers = words.map { unsafe strdup($0) } + [nil]
    defer { for pointer in unsafe pointers { unsafe free(pointer) } }
    if unsafe posix_spawn(&child, "/bin/sh", nil, nil, &pointers, environ) != 0 { status = -1 }
  }

  /// Whether it has not ended yet.
  var isRunning: Bool {
    if status != nil { return false }
    var raw: Int32 = 0
    guard unsafe waitpid(child, &raw, WNOHANG) == child else { return true }
    status = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F
    return false
  }

  deinit {
    if isRunning {
      kill(child, SIGKILL)
      unsafe _ = waitpid(child, nil, 0)
    }
  }

  /// Whether there is such a command.
  static func has(_ command: String) -> Bool {
    let process = ShellProcess("command -v \"$1\" >/dev/null", [command])
    while process.isRunning { usleep(1000) }
    return process.status == 0
  }
}
