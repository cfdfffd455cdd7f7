internal import Glibc
internal import TraceCore

/// Reading and writing a terminal that does not wait.
extension Terminal {
  package enum Device {

    /// Columns and rows; nil where the terminal does not say.
    static func size(_ descriptor: Int32) -> (columns: Int, rows: Int)? {
      var size = winsize()
      guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
      return (Int(size.ws_col), Int(size.ws_row))
    }
  }

  /// What an errno means, in the system's words.
  package static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
