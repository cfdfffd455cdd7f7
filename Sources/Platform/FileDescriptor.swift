internal import Glibc

/// An open file that is closed when it goes out of scope (standard input is not ours and stays open).
package struct FileDescriptor: ~Copyable {
  package let number: Int32
  private let isOwned: Bool

  package init(owning number: Int32) {
    self.number = number
    isOwned = true
  }

  private init(borrowing number: Int32) {
    self.number = number
    isOwned = false
  }

  package static var standardInput: FileDescriptor { FileDescriptor(borrowing: 0) }

  deinit {
    // Linux has closed it even where it reports EINTR: never again.
    if isOwned { _ = close(number) }
  }
}
