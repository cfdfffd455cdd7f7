import TestKit
import Testing
import TraceCore

@testable import LogSource

struct GzipSourceTests {
  /// Every way to read the same gzip bytes: as a file (ISA-L ahead where it is there), a file with zlib, in pieces.
  static func readings(_ data: [UInt8], seed: UInt64 = 1, largest: Int = 50) throws -> [Reading] {
    let folder = TestFolder()
    let path = folder.write("x.gz", data)
    return [
      try Reading(GzipSource(FileSource(path: path, display: "x.gz"), path: "x.gz")),
      try Reading(GzipSource(FileSource(path: path, display: "x.gz"), path: "x.gz"), blockSize: 777),
      try Reading(GzipSource(FileSource(path: path, display: "x.gz"), path: "x.gz", ahead: false)),
      try Reading(GzipSource(PiecewiseSource(data, seed: seed, largest: largest), path: "x.gz")),
    ]
  }

  /// Reads in every way, requires that all agree, and returns the one answer.
  static func reading(_ data: [UInt8], seed: UInt64 = 1, largest: Int = 50) throws -> Reading {
    let all = try readings(data, seed: seed, largest: largest)
    for other in all.dropFirst() {
      #expect(other.bytes == all[0].bytes)
      #expect(other.notes == all[0].notes)
      #expect(other.bytesRead == all[0].bytesRead)
    }
    return all[0]
  }

  @Test func oneMember() throws {
    let text = logText(bytes: 300_000)
    let data = Gzip.member(text)
    let reading = try Self.reading(data, largest: 5000)
    #expect(reading.bytes == text)
    #expect(reading.notes == [])
    #expect(reading.bytesRead == Int64(data.count))
  }

  @Test func manyMembersAmongThemEmptyAndStored() throws {
    let data =
      Gzip.member("one\n") + Gzip.member("") + Gzip.member(Array("two\n".utf8), level: 0) + Gzip.member("three\n")
    let reading = try Self.reading(data)
    #expect(reading.text == "one\ntwo\nthree\n")
    #expect(reading.notes == [])
  }

  @Test func headerWithEveryField() throws {
    // FTEXT, FHCRC, FEXTRA, FNAME, FCOMMENT.
    var header: [UInt8] = [0x1F, 0x8B, 8, 0x1F, 1, 2, 3, 4, 0, 3, 2, 0, 7, 7]
    header += Array("app.log".utf8) + [0] + Array("why".utf8) + [0]
    let checksum = header.reduce(UInt32(0)) { ZlibInflater.checksum($0, adding: $1) }
    let sound = header + [UInt8(checksum & 0xFF), UInt8(checksum >> 8 & 0xFF)]
    #expect(try Self.reading(Gzip.member(Array("x\n".utf8), header: sound)).text == "x\n")
    let wrong = header + [UInt8(checksum & 0xFF) ^ 1, UInt8(checksum >> 8 & 0xFF)]
    let reading = try Self.reading(Gzip.member(Array("x\n".utf8), header: wrong))
    #expect(reading.bytes == [])
    #expect(reading.kinds == [.damaged])
    // Cut anywhere in the header.
    for count in 1..<sound.count {
      let cut = try Self.reading(Array(sound[..<count]))
      #expect(cut.kinds == [.truncated], "cut after \(count)")
      #expect(cut.notes[0].text.contains("ends at byte \(count),"))
    }
  }

  @Test func zeroPaddingIsFine() throws {
    let reading = try Self.reading(Gzip.member("one\n") + [UInt8](repeating: 0, count: 70_000))
    #expect(reading.text == "one\n")
    #expect(reading.notes == [])
  }

  @Test func trailingGarbageIsTold() throws {
    let member = Gzip.member("one\n")
    for (garbage, start) in [
      (Array("garbage".utf8), 0), ([0, 0, 0, 9], 3), ([0x1F, 0x8B, 7, 0], 0), ([0x1F, 0x00], 0),
      ([UInt8](repeating: 1, count: 200_000), 0),
    ] {
      let reading = try Self.reading(member + garbage, largest: 5000)
      #expect(reading.text == "one\n")
      #expect(reading.kinds == [.trailingGarbage])
      #expect(reading.notes[0].bytes == Int64(garbage.count - start))
      #expect(reading.notes[0].text.contains("from byte \(member.count + start) on"))
      #expect(reading.bytesRead == Int64(member.count + garbage.count))
    }
  }

  @Test func wrongChecksumAndLengthAreTold() throws {
    let text = logText(bytes: 100_000)
    let data = Gzip.member(text)
    for (back, what) in [(8, "checksum (CRC-32) at byte \(data.count - 8)"), (4, "length at byte \(data.count - 4)")] {
      var damaged = data
      damaged[data.count - back] ^= 0x10
      let reading = try Self.reading(damaged, largest: 5000)
      #expect(reading.bytes == text)
      #expect(reading.kinds == [.damaged])
      #expect(reading.notes[0].text.contains(what))
    }
  }

  @Test func notGzipAfterItsMagic() throws {
    let reading = try Self.reading([0x1F, 0x8B, 9, 0, 0, 0])
    #expect(reading.kinds == [.damaged])
    #expect(reading.bytes == [])
  }

  /// Random members, then cut, damaged or followed by garbage: what comes out is a prefix of the content, the right note
  /// is there, and every way to read agrees.
  @Test(arguments: 0..<150) func damageModel(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed) &* 77)
    var content: [UInt8] = []
    var data: [UInt8] = []
    var ends: Set<Int> = []
    for i in 0..<Int.random(in: 1...4, using: &random) {
      let part = logText(bytes: Int.random(in: 0...60_000, using: &random), seed: UInt64(seed * 10 + i))
      content += part
      data += Gzip.member(part, level: [0, 1, 6, 9].randomElement(using: &random) ?? 6)
      ends.insert(data.count)
    }
    switch seed % 3 {
    case 0:
      let cut = Int.random(in: 1..<data.count, using: &random)
      let reading = try Self.reading(Array(data[..<cut]), seed: UInt64(seed), largest: 3000)
      #expect(content.starts(with: reading.bytes))
      #expect(reading.kinds == (ends.contains(cut) ? [] : [.truncated]))
    case 1:
      for _ in 0..<3 {
        var damaged = data
        damaged[Int.random(in: 0..<data.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        // A bit of a header's time or system changes nothing; everything else must be told.
        let reading = try Self.reading(damaged, seed: UInt64(seed), largest: 3000)
        if reading.bytes != content { #expect(reading.notes.count == 1) }
      }
    default:
      let garbage = logText(bytes: Int.random(in: 1...5000, using: &random), seed: 99)
      let reading = try Self.reading(data + garbage, seed: UInt64(seed), largest: 3000)
      #expect(reading.bytes == content)
      #expect(reading.kinds == [.trailingGarbage])
    }
  }

  /// A member far larger than what is held back, damaged late: the part that was handed out is not given twice.
  @Test func damageBehindWhatWasHandedOut() throws {
    let text = logText(bytes: 3_000_000)
    var data = Gzip.member(text, level: 1)
    let cut = try Self.reading(Array(data[..<(data.count * 9 / 10)]), largest: 60_000)
    #expect(cut.bytes.count > 2_500_000)
    #expect(text.starts(with: cut.bytes))
    #expect(cut.kinds == [.truncated])
    data[data.count - 5] ^= 1
    let damaged = try Self.reading(data, largest: 60_000)
    #expect(damaged.bytes == text)
    #expect(damaged.kinds == [.damaged])
  }

  /// 64 MB of one byte in 64 KB of gzip: streams in bounded steps.
  @Test func expandsAThousandfold() throws {
    let folder = TestFolder()
    let million = [UInt8](repeating: UInt8(ascii: "a"), count: 16_000_000)
    let member = Gzip.member(million, level: 9)
    let path = folder.write("bomb.gz", member + member + member + member)
    let source = GzipSource(try FileSource(path: path, display: "bomb.gz"), path: "bomb.gz")
    let block = Block()
    var total = 0
    while true {
      block.removeAll()
      let count = try source.read(into: block, atMost: .max)
      if count == 0 { break }
      #expect(count <= GzipSource.stageCapacity)
      total += count
    }
    #expect(total == 64_000_000)
    #expect(source.notes == [])
  }

  #if ISAL
    @Test func theFastInflaterIsTriedWhereItIsInstalled() {
      #expect(GzipSource.hasFastInflater == (ISALInflater() != nil))
    }
  #endif
}
