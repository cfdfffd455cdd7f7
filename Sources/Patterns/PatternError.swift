/// A pattern that PCRE2 does not accept.
package struct PatternError: Error, Sendable, Equatable {
  package var pattern: String
  /// What PCRE2 says about it, in its words.
  package var message: String
  /// Where it gave up: bytes of UTF-8 from the start of the pattern.
  package var offset: Int

  package init(pattern: String, message: String, offset: Int) {
    self.pattern = pattern
    self.message = message
    self.offset = offset
  }

  /// Where it gave up, in characters from 1.
  package var column: Int { String(decoding: Array(pattern.utf8.prefix(offset)), as: UTF8.self).count + 1 }
}

extension PatternError: CustomStringConvertible {
  /// One line: what and where.
  package var description: String { "\(message) (at character \(column) of the pattern)" }
}
