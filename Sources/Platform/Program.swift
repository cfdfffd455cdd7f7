internal import CShims
internal import Glibc

/// What this process is and may use.
package enum Program {
  package static var user: UInt32 { geteuid() }
  package static var process: Int32 { getpid() }

  /// The value of an environment variable; nil where there is none, or it is not UTF-8.
  package static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(validatingCString: value)
  }

  /// No child process gets the variable from here on, nor does a listing of this one's environment by itself. Not while other
  /// threads read the environment.
  package static func removeFromEnvironment(_ name: String) { _ = unsafe unsetenv(name) }

  /// Processors that it may run on, at least 1.
  package static var processors: Int { max(Int(skein_processors()), 1) }

  /// Has memory of large blocks go back to the system when it is freed; for the whole process.
  package static func returnLargeBlocks() { skein_return_large_blocks() }
}
