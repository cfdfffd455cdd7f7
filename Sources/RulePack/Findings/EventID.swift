/// A name for something that happened which is the same followed, replayed or scanned again, so that a receiver can tell
/// what it has seen.
package enum EventID {
  /// 32 hex digits: the first half of a SHA-256 over the parts.
  ///
  /// A cryptographic hash, because parts can be text of the log: whoever writes a log must not be able to give an event the
  /// name of another. Costs some µs.
  package static func make(_ parts: [String]) -> String {
    var text: [UInt8] = []
    // With its length in front, no part can be taken for the end of another.
    for part in parts { text += Array("\(part.utf8.count):".utf8) + Array(part.utf8) }
    return SHA256.digest(of: text).prefix(16).map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count < 2 ? "0" + digits : digits
    }.joined()
  }
}
