package import Platform

/// Where a followed stream was read up to: what a checkpoint keeps of it.
///
/// The generation is found again by its content, whatever it is called by then (renamed, copied and cut, compressed); its
/// identity is a hint.
package struct FollowPosition: Equatable, Sendable {
  /// Other generations kept, at most: those nearest to this one.
  package static let knownLimit = 100

  package var identity: FileIdentity
  /// First decompressed bytes of the generation, up to 4 KiB.
  package var head: [UInt8]
  /// Decompressed bytes from the beginning of the generation that were taken over.
  package var offset: Int64
  /// The last bytes before `offset`, up to 256; empty where they were not at hand.
  package var tail: [UInt8]
  /// Generations that are read or older than what is read. Oldest first.
  package var known: [FileMark]

  package init(identity: FileIdentity, head: [UInt8], offset: Int64, tail: [UInt8], known: [FileMark]) {
    self.identity = identity
    self.head = head
    self.offset = offset
    self.tail = tail
    self.known = known
  }

  var mark: FileMark { FileMark(identity: identity, head: head, offset: offset, tail: tail, isOpen: true) }

  // MARK: as text

  private static let title = "skein-follow-position 1"

  /// Lines of ASCII, the version first, `end` last: what was cut short does not decode.
  package func encoded() -> [UInt8] {
    var text = FollowPosition.title + "\n"
    text += "file \(identity.device) \(identity.inode) \(offset)\n"
    var out = Array(text.utf8)
    out += "head ".utf8
    FollowPosition.writeHex(head, into: &out)
    out += "\ntail ".utf8
    FollowPosition.writeHex(tail, into: &out)
    out.append(0x0A)
    for mark in known {
      out += "known \(mark.identity.device) \(mark.identity.inode) \(mark.headLength) \(mark.headHash) ".utf8
      out += "\(mark.offset) \(mark.tailLength) \(mark.tailHash) \(mark.isOpen ? 1 : 0)\n".utf8
    }
    out += "end\n".utf8
    return out
  }

  /// Nil for anything that `encoded` of this version did not write.
  package init?(decoding bytes: [UInt8]) {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    guard lines.count >= 6, lines[lines.count - 1].isEmpty, lines[lines.count - 2].elementsEqual("end".utf8),
      lines[0].elementsEqual(FollowPosition.title.utf8), lines.count - 6 <= FollowPosition.knownLimit,
      let file = FollowPosition.numbers(lines[1], after: "file", count: 3), let offset = Int64(exactly: file[2]),
      let head = FollowPosition.readHex(lines[2], after: "head "), head.count <= FileMark.headLimit,
      let tail = FollowPosition.readHex(lines[3], after: "tail "), tail.count <= FileMark.tailLimit,
      tail.count <= offset
    else { return nil }
    var known: [FileMark] = []
    for line in lines[4..<lines.count - 2] {
      guard let n = FollowPosition.numbers(line, after: "known", count: 8), n[2] <= UInt64(FileMark.headLimit),
        let offset = Int64(exactly: n[4]), n[5] <= UInt64(FileMark.tailLimit), n[5] <= n[4], n[7] <= 1
      else { return nil }
      known.append(
        FileMark(
          identity: FileIdentity(device: n[0], inode: n[1]), headLength: Int(n[2]), headHash: n[3], offset: offset,
          tailLength: Int(n[5]), tailHash: n[6], isOpen: n[7] == 1))
    }
    self.init(
      identity: FileIdentity(device: file[0], inode: file[1]), head: head, offset: offset, tail: tail, known: known)
  }

  private static func numbers(_ line: ArraySlice<UInt8>, after word: String, count: Int) -> [UInt64]? {
    let fields = line.split(separator: 0x20, omittingEmptySubsequences: false)
    guard fields.count == count + 1, fields[0].elementsEqual(word.utf8) else { return nil }
    var values: [UInt64] = []
    for field in fields.dropFirst() {
      // UInt64.init takes a sign.
      guard let first = field.first, first >= 0x30, first <= 0x39,
        let value = UInt64(String(decoding: field, as: UTF8.self))
      else { return nil }
      values.append(value)
    }
    return values
  }

  private static let digits = Array("0123456789abcdef".utf8)

  private static func writeHex(_ bytes: [UInt8], into out: inout [UInt8]) {
    for byte in bytes {
      out.append(digits[Int(byte >> 4)])
      out.append(digits[Int(byte & 15)])
    }
  }

  private static func readHex(_ line: ArraySlice<UInt8>, after word: String) -> [UInt8]? {
    guard line.starts(with: word.utf8) else { return nil }
    let text = line.dropFirst(word.utf8.count)
    guard text.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in text {
      let value: UInt8
      switch digit {
      case 0x30...0x39: value = digit - 0x30
      case 0x61...0x66: value = digit - 0x61 + 10
      default: return nil
      }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }
}

/// Where following begins.
package enum FollowStart: Sendable, Equatable {
  /// With the first byte of the active file.
  case start
  /// With the oldest rotation.
  case rotations
  /// With the line that is not finished yet, or the next one: what is there is passed over.
  case end
  /// Where an earlier run stood.
  case position(FollowPosition)
}
