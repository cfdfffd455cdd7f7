internal import Glibc

/// What a system call said when it failed.
package struct SystemError: Error, Equatable, Sendable {
  /// The errno.
  package let code: Int32

  package init(code: Int32) { self.code = code }

  package static func last() -> SystemError { SystemError(code: errno) }

  /// No bytes at the moment, on a descriptor that does not wait.
  package var wouldBlock: Bool { code == EAGAIN || code == EWOULDBLOCK }

  /// The system's own words.
  package var text: String {
    var words = [CChar](repeating: 0, count: 256)
    guard unsafe strerror_r(code, &words, words.count) == 0 else { return "error \(code)" }
    return String(decoding: words.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
