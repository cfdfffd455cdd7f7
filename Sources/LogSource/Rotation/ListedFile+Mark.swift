internal import Platform
internal import TraceCore

extension ListedFile {
  /// Whether this is a copy of a file's beginning, made before the file was read up to `offset`: what was written between the
  /// copy and the cut was read, and is not in it. `head` are the file's first bytes.
  func isCopy(of head: [UInt8], before offset: Int64) -> Bool {
    let common = min(self.head.count, head.count)
    guard common >= 16, FileMark.hash(head, common) == headHash(common) else { return false }
    return isPacked ? self.head.count < FileMark.headLimit && common == self.head.count : status.size < offset
  }
}
