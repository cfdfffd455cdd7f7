/// Names the route of a request: method and path with what varies in it replaced, `GET /api/spots/{id}`.
///
/// Query and fragment are cut, path parameters (`;jsessionid=…`) too; percent-encoding, duplicate slashes and the case of
/// the path stay. A segment becomes `{id}` if it is a decimal number, a date, a UUID, hex of 8 or more with a digit, an
/// e-mail address, or a token of 20 or more letters and digits that does not read as words (ULID, nanoid, JWT). It
/// decodes nothing, makes no String and knows no framework's route table: a logged `route` wins over it.
///
/// Meaning: docs/semantics.md#routes.
package struct RouteName: Sendable {
  /// Bytes of a name at most, method included; longer ones are cut at a whole character.
  package static let limit = 200

  package init() {}

  /// Appends the name to `output`: the method in upper case, a space, the template. Without a method the template alone.
  ///
  /// Reads each byte of the path once; about 40 ns for `/api/spots/324`. Allocates only where `output` has to grow.
  package mutating func write(
    method: Span<UInt8>, path: Span<UInt8>, into output: inout ContiguousArray<UInt8>
  ) {
    output.append(addingCapacity: RouteName.limit + 4) { (name: inout OutputSpan<UInt8>) in
      RouteName.write(method: method, path: path, into: &name)
    }
  }

  /// A hash of what a path's name is made of: paths that differ only in their query or in the number of one of their last two
  /// segments have the same name, and the same hash.
  package static func hash(of bytes: Span<UInt8>, from start: Int, to end: Int, seed: UInt64) -> UInt64 {
    let query = ByteSearch.first(0x3F, in: bytes, from: start, to: end) ?? end
    let last = segmentStart(bytes, from: start, before: query)
    if isNumber(bytes, last, query) { return ByteSearch.hash(bytes, from: start, to: last, seed: seed ^ 1) }
    let previous = segmentStart(bytes, from: start, before: max(start, last - 1))
    if isNumber(bytes, previous, last - 1) {
      let head = ByteSearch.hash(bytes, from: start, to: previous, seed: seed ^ 2)
      return ByteSearch.hash(bytes, from: last, to: query, seed: head)
    }
    return ByteSearch.hash(bytes, from: start, to: query, seed: seed)
  }

  /// Where the segment that ends before `end` begins, after a slash; `end` if it is a long one.
  @inline(__always)
  private static func segmentStart(_ bytes: Span<UInt8>, from start: Int, before end: Int) -> Int {
    var i = end
    while i > start, bytes[i &- 1] != 0x2F {
      i &-= 1
      if end &- i > 24 { return end }
    }
    return i
  }

  /// Whether `start ..< end` is a segment of digits alone.
  @inline(__always)
  private static func isNumber(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard start < end else { return false }
    var i = start
    while i < end {
      if bytes[i] &- 0x30 > 9 { return false }
      i &+= 1
    }
    return true
  }

  /// Whether the path is an absolute URL (`https://host/x`): an outbound or proxied call, not a request served.
  package static func isAbsolute(_ path: Span<UInt8>) -> Bool { hostStart(of: path) > 0 }

  private static func write(method: Span<UInt8>, path: Span<UInt8>, into name: inout OutputSpan<UInt8>) {
    var i = 0
    while i < method.count && i < 32 {
      let byte = method[i]
      name.append(byte &- 0x61 < 26 ? byte & 0xDF : byte)
      i &+= 1
    }
    if i > 0 { name.append(0x20) }
    let root = name.count
    i = pathStart(of: path)
    let end = path.count
    if i == end || path[i] == 0x3F || path[i] == 0x23 || path[i] == 0x3B {
      name.append(0x2F)
      return
    }
    while i < end {
      let stop = segment(of: path, from: i, into: &name)
      i = stop
      guard i < end, name.count < limit else { break }
      if path[i] == 0x3B { i = afterParameters(of: path, from: i) }
      guard i < end, path[i] == 0x2F else { break }
      name.append(0x2F)
      i &+= 1
    }
    if name.count > limit { cut(&name, to: limit) }
    if name.count > root + 1, name.span[name.count - 1] == 0x2F { name.removeLast(1) }
  }

  /// Copies the segment that begins at `start`, or `{id}` in its stead; returns where it ends.
  @inline(__always)
  private static func segment(of path: Span<UInt8>, from start: Int, into name: inout OutputSpan<UInt8>) -> Int {
    let before = name.count
    var digits = 0
    var ats = 0
    var i = start
    while i < path.count {
      let byte = path[i]
      if byte == 0x2F || byte == 0x3F || byte == 0x23 || byte == 0x3B { break }
      if byte &- 0x30 < 10 { digits &+= 1 }
      if byte == 0x40 { ats &+= 1 }
      if name.count <= limit { name.append(byte) }
      i &+= 1
    }
    let length = i &- start
    guard digits > 0 || ats > 0 || length == 36 else { return i }
    if digits == length || SegmentShape(of: path, from: start, to: i).isVariable(in: path, from: start, to: i) {
      name.removeLast(name.count - before)
      guard before + 4 <= limit else { return path.count }  // no room for it: the name ends here
      name.append(0x7B)
      name.append(0x69)
      name.append(0x64)
      name.append(0x7D)
    }
    return i
  }

  /// Where the path begins: 0, or after the host of an absolute URL.
  private static func pathStart(of path: Span<UInt8>) -> Int {
    // The usual case first: no scheme begins with a slash.
    if path.count == 0 || path[0] == 0x2F { return 0 }
    var i = hostStart(of: path)
    guard i > 0 else { return 0 }
    while i < path.count, path[i] != 0x2F, path[i] != 0x3F, path[i] != 0x23 { i &+= 1 }
    return i
  }

  /// Where the host of an absolute URL begins, 0 if it is none. Source: RFC 3986, section 3.1.
  private static func hostStart(of path: Span<UInt8>) -> Int {
    guard path.count > 3, (path[0] | 0x20) &- 0x61 < 26 else { return 0 }
    var i = 1
    while i < path.count && i < 16 {
      let byte = path[i]
      if byte == 0x3A { break }
      guard (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2B || byte == 0x2D || byte == 0x2E else {
        return 0
      }
      i &+= 1
    }
    guard i + 2 < path.count, path[i] == 0x3A, path[i + 1] == 0x2F, path[i + 2] == 0x2F else { return 0 }
    return i + 3
  }

  private static func afterParameters(of path: Span<UInt8>, from start: Int) -> Int {
    var i = start
    while i < path.count, path[i] != 0x2F, path[i] != 0x3F, path[i] != 0x23 { i &+= 1 }
    return i
  }

  /// Cuts the name without leaving a part of a UTF-8 sequence at its end.
  private static func cut(_ name: inout OutputSpan<UInt8>, to limit: Int) {
    var end = limit
    while end > limit - 4, name.span[end] & 0xC0 == 0x80 { end -= 1 }
    if name.span[end] & 0xC0 == 0x80 { end = limit }  // no UTF-8 at all
    name.removeLast(name.count - end)
  }
}

/// What a path segment is made of.
private struct SegmentShape {
  private var digits = 0
  private var hexLetters = 0
  private var otherLetters = 0
  private var dashes = 0
  private var dots = 0
  private var ats = 0
  /// Bytes that do not stand inside tokens (`_ = ~ : % +` do).
  private var others = 0
  /// Changes between lower case, upper case and digits, but for the one after a capital.
  private var changes = 0
  private var longestDigitRun = 0
  private var hasUpper = false
  private var hasLower = false

  private enum Kind { case joint, lower, upper, digit }

  init(of path: Span<UInt8>, from start: Int, to end: Int) {
    var last = Kind.joint
    var digitRun = 0
    var i = start
    while i < end {
      let kind = add(path[i])
      if kind == .digit {
        digitRun += 1
        longestDigitRun = max(longestDigitRun, digitRun)
      } else {
        digitRun = 0
      }
      if kind != last, kind != .joint, last != .joint, !(last == .upper && kind == .lower) { changes += 1 }
      last = kind
      i += 1
    }
  }

  @inline(__always)
  private mutating func add(_ byte: UInt8) -> Kind {
    switch byte {
    case 0x30...0x39:
      digits += 1
      return .digit
    case 0x61...0x7A:
      if byte < 0x67 { hexLetters += 1 } else { otherLetters += 1 }
      hasLower = true
      return .lower
    case 0x41...0x5A:
      if byte < 0x47 { hexLetters += 1 } else { otherLetters += 1 }
      hasUpper = true
      return .upper
    case 0x2D: dashes += 1
    case 0x2E: dots += 1
    case 0x40: ats += 1
    case 0x5F, 0x3D, 0x7E, 0x3A, 0x25, 0x2B: break
    default: others += 1
    }
    return .joint
  }

  /// Whether the segment names one thing among many.
  func isVariable(in path: Span<UInt8>, from start: Int, to end: Int) -> Bool {
    let length = end - start
    let letters = hexLetters + otherLetters
    if ats > 0 { return isAddress(in: path, from: start, to: end) }
    if isUUID(in: path, from: start, to: end) { return true }
    guard digits > 0 else { return false }
    if letters == 0 { return isNumber(in: path, from: start, to: end) || isDate(in: path, from: start, to: end) }
    if digits + hexLetters == length && length >= 8 { return true }
    return isToken(length)
  }

  /// A sign and one fraction at most.
  private func isNumber(in path: Span<UInt8>, from start: Int, to end: Int) -> Bool {
    let signed = path[start] == 0x2D || path[start] == 0x2B
    guard digits + dots + (signed ? 1 : 0) == end - start, dots <= 1 else { return false }
    return path[end - 1] != 0x2E && path[signed ? start + 1 : start] != 0x2E
  }

  /// `2026-11-23`.
  private func isDate(in path: Span<UInt8>, from start: Int, to end: Int) -> Bool {
    digits == 8 && end - start == 10 && dashes == 2 && path[start + 4] == 0x2D && path[start + 7] == 0x2D
  }

  private func isUUID(in path: Span<UInt8>, from start: Int, to end: Int) -> Bool {
    end - start == 36 && digits + hexLetters == 32 && dashes == 4 && path[start + 8] == 0x2D
      && path[start + 13] == 0x2D && path[start + 18] == 0x2D && path[start + 23] == 0x2D
  }

  /// `name@host.tld`; `@scope` and `@user` are names.
  private func isAddress(in path: Span<UInt8>, from start: Int, to end: Int) -> Bool {
    guard ats == 1, dots > 0, path[start] != 0x40 else { return false }
    guard let at = ByteSearch.first(0x40, in: path, from: start, to: end) else { return false }
    guard let dot = ByteSearch.last(0x2E, in: path, from: start, to: end) else { return false }
    return dot > at + 1 && dot < end - 1
  }

  /// Long, with a digit, and not a slug of words and numbers (`top-10-restaurants-in-berlin`, `OAuth2AuthorizationCode`):
  /// in random letters and digits the kind of character changes every two or three places.
  private func isToken(_ length: Int) -> Bool {
    guard length >= 20, others == 0, digits > 0 else { return false }
    if longestDigitRun >= 6 { return true }
    guard hasUpper && hasLower else { return changes >= 3 }
    return changes >= 4 && (changes + 1) * 5 > digits + hexLetters + otherLetters
  }
}
