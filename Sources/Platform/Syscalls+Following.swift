internal import Glibc

/// What following a file needs beside reading it: a second descriptor, waiting for changes.
extension Syscalls {
  /// Another descriptor of the same open file.
  package static func duplicate(_ file: borrowing FileDescriptor) throws(SystemError) -> FileDescriptor {
    let number = fcntl(file.number, F_DUPFD_CLOEXEC, 0)
    guard number >= 0 else { throw .last() }
    return FileDescriptor(owning: number)
  }

  /// Waits until one of the descriptors can be read or has been hung up; returns which. Negative milliseconds wait for ever.
  package static func wait(for descriptors: [Int32], milliseconds: Int32) throws(SystemError) -> [Int32] {
    var requests = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let end = milliseconds < 0 ? Int64.max : Clock.monotonicMilliseconds + Int64(milliseconds)
    var rest = milliseconds
    while unsafe poll(&requests, nfds_t(requests.count), rest) < 0 {
      let error = SystemError.last()
      if error.code != EINTR { throw error }
      if milliseconds > 0 { rest = Int32(clamping: max(0, end - Clock.monotonicMilliseconds)) }
    }
    return requests.filter { $0.revents != 0 }.map(\.fd)
  }

  // MARK: inotify

  package static func openInotify() throws(SystemError) -> FileDescriptor {
    let number = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard number >= 0 else { throw .last() }
    return FileDescriptor(owning: number)
  }

  /// Everything that can mean that there is more to read or another file under a name.
  private static let changes = UInt32(
    IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_MOVED_FROM | IN_MOVED_TO)

  /// Watches a file or folder; the same one again gives the same number.
  package static func watch(_ inotify: borrowing FileDescriptor, _ path: String) throws(SystemError) -> Int32 {
    let watch = unsafe inotify_add_watch(inotify.number, path, changes)
    guard watch >= 0 else { throw .last() }
    return watch
  }

  package static func unwatch(_ inotify: borrowing FileDescriptor, _ watch: Int32) {
    _ = inotify_rm_watch(inotify.number, watch)
  }

  /// Takes all events that wait; returns how many bytes of them there were, and whether any is of more than new bytes.
  package static func drain(_ inotify: borrowing FileDescriptor) throws(SystemError) -> (bytes: Int, isStructural: Bool)
  {
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    var total = 0
    var isStructural = false
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(inotify.number, $0.baseAddress, $0.count) }
      if count < 0 {
        let error = SystemError.last()
        if error.code == EINTR { continue }
        if error.wouldBlock { break }
        throw error
      }
      guard count > 0 else { break }
      total += count
      // struct inotify_event: watch, mask, cookie, length of the name after them: 32 bits each.
      var at = 0
      while at + 16 <= count {
        if word(buffer, at + 4) & ~UInt32(IN_MODIFY) != 0 { isStructural = true }
        at += 16 + Int(word(buffer, at + 12))
      }
    }
    return (total, isStructural)
  }

  private static func word(_ bytes: [UInt8], _ start: Int) -> UInt32 {
    UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
      | UInt32(bytes[start + 3]) << 24
  }
}
