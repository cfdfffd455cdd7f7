internal import Glibc
internal import TraceCore

/// Reading and writing a terminal that does not wait.
extension Terminal {
  enum Device {
    /// What came; nil: the terminal is gone.
    static func read(_ descriptor: Int32) -> [UInt8]? {
      var buffer = [UInt8](repeating: 0, count: 1024)
      var out: [UInt8] = []
      while out.count < 65_536 {
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
          out += buffer[..<count]
        } else if count == 0 {
          return out.isEmpty ? nil : out
        } else if errno != EINTR {
          return errno == EAGAIN || !out.isEmpty ? out : nil
        }
      }
      return out
    }

    /// Bytes that were taken; nil: the terminal is gone.
    static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Int? {
      var done = 0
      while done < bytes.count {
        let count = unsafe bytes.withUnsafeBytes {
          unsafe Glibc.write(descriptor, $0.baseAddress.map { unsafe $0 + done }, $0.count - done)
        }
        if count >= 0 {
          done += count
        } else if errno == EAGAIN {
          break
        } else if errno != EINTR {
          return nil
        }
      }
      return done
    }

    /// Waits until one can be read, for so many nanoseconds at most.
    static func wait(_ descriptors: [Int32], atMost nanoseconds: Int64) {
      var requests = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      _ = unsafe poll(&requests, nfds_t(requests.count), Int32(clamping: nanoseconds / 1_000_000))
    }

    /// Columns and rows; nil where the terminal does not say.
    static func size(_ descriptor: Int32) -> (columns: Int, rows: Int)? {
      var size = winsize()
      guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
      return (Int(size.ws_col), Int(size.ws_row))
    }
  }

  /// Nanoseconds since 1970; for showing how far behind a log is, never for a result.
  static var wallNanoseconds: Int64 {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else { return 0 }
    return Int64(time.tv_sec).times(1_000_000_000).plus(Int64(time.tv_nsec))
  }

  /// Nanoseconds of a clock that only runs forward.
  static var monotonicNanoseconds: Int64 {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_MONOTONIC, &time) == 0 else { return 0 }
    return Int64(time.tv_sec).times(1_000_000_000).plus(Int64(time.tv_nsec))
  }

  /// What an errno means, in the system's words.
  static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
