/// A JSON text as values: what tests look at in skein's output and in truth files.
///
/// Strict (RFC 8259), so that it is also the judge of whether an output is JSON at all: it refuses raw control characters,
/// invalid UTF-8, lone surrogates, leading zeros, trailing commas, duplicate keys and anything behind the value. Slow.
package indirect enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  /// Members in their order.
  case object([Member])

  package struct Member: Equatable, Sendable {
    package var key: String
    package var value: JSONValue
  }

  /// Where and why a text is not JSON.
  package struct Fault: Error, Equatable, CustomStringConvertible {
    package var offset: Int
    package var what: String
    package var description: String { "not JSON at byte \(offset): \(what)" }
  }

  /// The one value in `bytes`.
  package init(parsing bytes: [UInt8]) throws(Fault) {
    var reader = Reader(bytes: bytes)
    self = try reader.document()
  }

  /// The values of a text with one on each line.
  package static func lines(_ bytes: [UInt8]) throws(Fault) -> [JSONValue] {
    var values: [JSONValue] = []
    for line in bytes.split(separator: 0x0A) { values.append(try JSONValue(parsing: Array(line))) }
    return values
  }

  // MARK: Looking

  /// A member; null where there is none.
  package subscript(key: String) -> JSONValue {
    guard case .object(let members) = self else { return .null }
    return members.first { $0.key == key }?.value ?? .null
  }

  /// An element; null beyond the end.
  package subscript(index: Int) -> JSONValue { array.indices.contains(index) ? array[index] : .null }

  package var array: [JSONValue] {
    if case .array(let values) = self { return values }
    return []
  }

  package var members: [Member] {
    if case .object(let members) = self { return members }
    return []
  }

  package var double: Double? {
    if case .number(let value) = self { return value }
    return nil
  }

  package var int: Int? { double.flatMap { Int(exactly: $0) } }

  package var string: String? {
    if case .string(let value) = self { return value }
    return nil
  }

  /// Without the members of this name, at any depth.
  package func without(_ keys: Set<String>) -> JSONValue {
    switch self {
    case .array(let values): .array(values.map { $0.without(keys) })
    case .object(let members):
      .object(
        members.filter { !keys.contains($0.key) }.map { Member(key: $0.key, value: $0.value.without(keys)) })
    default: self
    }
  }
}

extension JSONValue {
  private struct Reader {
    let bytes: [UInt8]
    var at = 0

    mutating func document() throws(Fault) -> JSONValue {
      let value = try value(depth: 0)
      blanks()
      guard at == bytes.count else { throw fault("something follows the value") }
      return value
    }

    func fault(_ what: String) -> Fault { Fault(offset: at, what: what) }

    var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    mutating func blanks() {
      while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { at += 1 }
    }

    mutating func take(_ byte: UInt8) -> Bool {
      guard next == byte else { return false }
      at += 1
      return true
    }

    mutating func value(depth: Int) throws(Fault) -> JSONValue {
      guard depth < 200 else { throw fault("nested too deep") }
      blanks()
      switch next {
      case UInt8(ascii: "{"): return try object(depth)
      case UInt8(ascii: "["): return try array(depth)
      case UInt8(ascii: "\""): return .string(try string())
      case UInt8(ascii: "t"): return try word("true", .bool(true))
      case UInt8(ascii: "f"): return try word("false", .bool(false))
      case UInt8(ascii: "n"): return try word("null", .null)
      default: return try number()
      }
    }

    mutating func word(_ word: String, _ value: JSONValue) throws(Fault) -> JSONValue {
      guard bytes[at...].starts(with: word.utf8) else { throw fault("no value") }
      at += word.utf8.count
      return value
    }

    mutating func number() throws(Fault) -> JSONValue {
      let start = at
      _ = take(UInt8(ascii: "-"))
      if !take(UInt8(ascii: "0")) { try digits() }
      if take(UInt8(ascii: ".")) { try digits() }
      if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
        if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
        try digits()
      }
      guard let value = Double(String(decoding: bytes[start..<at], as: UTF8.self)), value.isFinite else {
        throw fault("not a number")
      }
      return .number(value)
    }

    mutating func digits() throws(Fault) {
      let start = at
      while let byte = next, byte >= 0x30, byte <= 0x39 { at += 1 }
      guard at > start else { throw fault("no value") }
    }

    mutating func array(_ depth: Int) throws(Fault) -> JSONValue {
      at += 1
      var values: [JSONValue] = []
      blanks()
      if take(UInt8(ascii: "]")) { return .array(values) }
      while true {
        values.append(try value(depth: depth + 1))
        blanks()
        if take(UInt8(ascii: "]")) { return .array(values) }
        guard take(UInt8(ascii: ",")) else { throw fault("no comma in an array") }
      }
    }

    mutating func object(_ depth: Int) throws(Fault) -> JSONValue {
      at += 1
      var members: [Member] = []
      var keys: Set<String> = []
      blanks()
      if take(UInt8(ascii: "}")) { return .object(members) }
      while true {
        blanks()
        guard next == UInt8(ascii: "\"") else { throw fault("no key") }
        let key = try string()
        guard keys.insert(key).inserted else { throw fault("the key \(key) stands twice") }
        blanks()
        guard take(UInt8(ascii: ":")) else { throw fault("no colon") }
        members.append(Member(key: key, value: try value(depth: depth + 1)))
        blanks()
        if take(UInt8(ascii: "}")) { return .object(members) }
        guard take(UInt8(ascii: ",")) else { throw fault("no comma in an object") }
      }
    }

    mutating func string() throws(Fault) -> String {
      at += 1
      var text: [UInt8] = []
      while let byte = next {
        at += 1
        switch byte {
        case UInt8(ascii: "\""):
          guard let string = String(validating: text, as: UTF8.self) else { throw fault("a string that is not UTF-8") }
          return string
        case UInt8(ascii: "\\"): try escape(into: &text)
        case 0..<0x20: throw fault("a raw control character in a string")
        default: text.append(byte)
        }
      }
      throw fault("a string without an end")
    }

    mutating func escape(into text: inout [UInt8]) throws(Fault) {
      guard let byte = next else { throw fault("a string without an end") }
      at += 1
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "u"):
        var unit = try hex()
        if unit >= 0xD800, unit < 0xDC00 {
          guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw fault("a lone surrogate") }
          let low = try hex()
          guard low >= 0xDC00, low < 0xE000 else { throw fault("a lone surrogate") }
          unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(unit) else { throw fault("a lone surrogate") }
        text += Array(String(Character(scalar)).utf8)
      default: throw fault("no such escape")
      }
    }

    mutating func hex() throws(Fault) -> UInt32 {
      guard at + 4 <= bytes.count, let value = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
      else { throw fault("no four hex digits") }
      at += 4
      return value
    }
  }
}
