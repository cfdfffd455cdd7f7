internal import Glibc

/// What the system knows about a file.
package struct FileStatus: Equatable, Sendable {
  package enum Kind: String, Sendable {
    case regular
    case folder
    case fifo = "FIFO"
    case socket
    case characterDevice = "character device"
    case blockDevice = "block device"
    case link = "symbolic link"
    case unknown = "special file"
  }
  package let kind: Kind
  /// Bytes.
  package let size: Int64
  /// Nanoseconds since 1970.
  package let modified: Int64
  package let identity: FileIdentity
  /// The permission bits: what `chmod` sets, 0o000 to 0o7777.
  package let permissions: UInt32
  /// The owner, and whether others than it may write to it.
  package let owner: UInt32
  package let isSharedForWriting: Bool
}

/// Which file it is, whatever it is called: equal while both exist means the same file.
package struct FileIdentity: Hashable, Sendable {
  package let device: UInt64
  package let inode: UInt64

  package init(device: UInt64, inode: UInt64) {
    self.device = device
    self.inode = inode
  }
}

extension FileStatus {
  init(_ raw: stat) {
    kind =
      switch raw.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .folder
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      case S_IFCHR: .characterDevice
      case S_IFBLK: .blockDevice
      case S_IFLNK: .link
      default: .unknown
      }
    size = Int64(raw.st_size)
    // A file may say that it is of any year.
    modified = Clock.nanoseconds(raw.st_mtim)
    permissions = raw.st_mode & 0o7777
    owner = raw.st_uid
    isSharedForWriting = raw.st_mode & 0o022 != 0
    identity = FileIdentity(device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino))
  }
}
