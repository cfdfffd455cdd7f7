package import Platform
internal import TraceCore

/// By what a file is known again whatever it is called by then, and how far it was read.
///
/// Identity (device and inode) is a hint, as inodes are given to new files at once; the first bytes decide, and the last
/// ones before the place that was reached. Hashes stand for both: 64 bits, not keyed.
package struct FileMark: Equatable, Sendable {
  /// First bytes that are looked at, at most.
  package static let headLimit = 4096
  /// Bytes before a place that are looked at, at most.
  package static let tailLimit = 256
  /// Fewer first bytes than these prove little.
  static let shortHead = 64

  package var identity: FileIdentity
  package var headLength: Int
  package var headHash: UInt64
  /// Decompressed bytes read, or there when it was passed over.
  package var offset: Int64
  package var tailLength: Int
  package var tailHash: UInt64
  /// Whether more may come into it, or comes from it: it is looked at again.
  package var isOpen: Bool

  init(identity: FileIdentity, head: [UInt8], offset: Int64, tail: [UInt8], isOpen: Bool) {
    self.identity = identity
    headLength = head.count
    headHash = FileMark.hash(head, head.count)
    self.offset = offset
    tailLength = tail.count
    tailHash = FileMark.hash(tail, tail.count)
    self.isOpen = isOpen
  }

  package init(
    identity: FileIdentity, headLength: Int, headHash: UInt64, offset: Int64, tailLength: Int, tailHash: UInt64,
    isOpen: Bool
  ) {
    self.identity = identity
    self.headLength = headLength
    self.headHash = headHash
    self.offset = offset
    self.tailLength = tailLength
    self.tailHash = tailHash
    self.isOpen = isOpen
  }

  static func hash(_ bytes: [UInt8], _ count: Int) -> UInt64 { ByteSearch.hash(bytes.span, from: 0, to: count) }

  /// Whether `file` holds what this mark was made of, or a copy of it, compressed or not. An empty one is known by its
  /// identity alone. Costs a hash of the head and a read of 256 bytes.
  func fits(_ file: ListedFile) -> Bool {
    guard headLength > 0 else { return identity == file.identity }
    guard file.head.count >= headLength, file.headHash(headLength) == headHash else { return false }
    if headLength < FileMark.headLimit, !isOpen, identity != file.identity {
      // So little may begin many files (headers do): of one that is finished all must be the same.
      return file.compression == .none
        ? file.status.size == offset && headLength == offset : file.head.count == headLength
    }
    guard file.compression == .none else { return true }
    guard tailLength > 0 else { return file.status.size >= offset }
    guard file.status.size >= offset,
      let tail = try? file.held().bytes(at: offset - Int64(tailLength), count: tailLength)
    else { return false }
    return tail.count == tailLength && FileMark.hash(tail, tailLength) == tailHash
  }
}
