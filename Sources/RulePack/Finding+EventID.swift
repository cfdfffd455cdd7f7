/// A name for a finding that is the same followed, replayed or scanned again, so that a receiver can tell what it has seen.
extension Finding {
  /// 32 hex digits: the first half of a SHA-256 over rule, kind, group and first hit. What grows while a finding lives
  /// (count, last hit, requests) is not in it.
  ///
  /// A cryptographic hash, because group values are text of the log: whoever writes a log must not be able to give a finding
  /// the name of another. Costs some µs.
  package var eventID: String {
    var text: [UInt8] = []
    // With its length in front, no part can be taken for the end of another.
    func add(_ part: String) { text += Array("\(part.utf8.count):".utf8) + Array(part.utf8) }
    add("skein.finding/1")
    add(rule.id)
    add(kind.rawValue)
    add(String(first))
    for (name, value) in group {
      add(name)
      add(value.map { "=" + $0 } ?? "")
    }
    return SHA256.digest(of: text).prefix(16).map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count < 2 ? "0" + digits : digits
    }.joined()
  }
}
