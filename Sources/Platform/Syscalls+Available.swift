internal import Glibc

/// Descriptors that do not wait: terminals, pipes of child processes.
extension Syscalls {
  /// What came; nil: nobody is there any more.
  package static func readAvailable(_ descriptor: Int32) -> [UInt8]? {
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

  /// Bytes that were taken; nil: nobody is there any more.
  package static func writeAvailable(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Int? {
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
  package static func waitForAny(_ descriptors: [Int32], atMost nanoseconds: Int64) {
    var requests = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    _ = unsafe poll(&requests, nfds_t(requests.count), Int32(clamping: nanoseconds / 1_000_000))
  }
}
