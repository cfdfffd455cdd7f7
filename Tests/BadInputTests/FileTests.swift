import Glibc
import TestKit
import Testing

/// Files that are not what they should be.
struct FileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func stats(_ arguments: [String]) throws -> Command.Result {
    try Command.run(["stats", "--json"] + arguments, memoryLimit: 150 << 20)
  }

  @Test func anEmptyFile() throws {
    let path = try folder.file("app.log", [])
    for strict in [[], ["--strict"]] {
      let result = try stats(strict + [path])
      #expect(result.status == 0)
      #expect(try result.json()["total"]["requests"].int == 0)
      #expect(try result.ledger()["sources"][0]["path"].string == path)
      #expect(result.errors.contains("empty") && result.errors.contains("app.log"))
    }
    let nothing = try Command.run(["stats", "--json"])
    #expect(nothing.status == 0)
    #expect(nothing.errors.contains("standard input is empty"))
  }

  @Test func aMissingFile() throws {
    for name in ["app.log", "no/such/folder/app.log"] {
      let result = try stats([folder.path(name)])
      #expect(result.status == 3)
      #expect(result.output.isEmpty)
      #expect(result.errors == "skein: \(folder.path(name)): there is no such file or folder\n")
    }
    let glob = try stats([folder.path("*.log")])
    #expect(glob.status == 3)
    #expect(glob.errors.contains("no file matches"))
  }

  @Test func aFolderWithoutLogs() throws {
    for name in ["readme.md", "main.py", ".hidden.log"] { try folder.file(name, "text\n") }
    try folder.file("photo.jpg", [0xFF, 0xD8, 0xFF, 0xE0] + (0..<500).map { UInt8($0 * 7 % 256) })
    let result = try stats([folder.path])
    #expect(result.status == 3)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains(folder.path) && result.errors.contains("no log in this folder"))
  }

  /// Root may read everything; the mapping of errno is tested with the library's own tests.
  @Test(.enabled(if: geteuid() != 0)) func noPermission() throws {
    let path = try folder.file("app.log", Lines.request)
    #expect(unsafe chmod(path, 0) == 0)
    let result = try stats([path])
    #expect(result.status == 3)
    #expect(result.errors.contains("permission denied") && result.errors.contains(path))
  }

  @Test func aBinaryFile() throws {
    var state: UInt64 = 42
    let noise = (0..<300_000).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1
      return UInt8(state >> 56)
    }
    let result = try stats([try folder.file("app.log", noise)])
    #expect(result.status == 3)
    #expect(try result.ledger()["records"].int == 0)
    #expect(try result.ledger()["unparsed_lines"].int ?? 0 > 500)
    #expect(result.errors.contains("no line") && result.errors.contains("doctor"))
  }

  // MARK: Folders

  @Test func aFIFOInAFolder() throws {
    try folder.file("app.log", Lines.request)
    #expect(unsafe mkfifo(folder.path("pipe.log"), 0o600) == 0)
    let result = try stats([folder.path])
    #expect(result.status == 0)
    #expect(try result.json()["total"]["requests"].int == 1)
    let note = try #require(try result.ledger()["sources"].array.first { $0["path"].string == folder.path("pipe.log") })
    #expect(note["notes"][0]["kind"].string == "skipped")
    #expect(note["notes"][0]["text"].string?.contains("FIFO") == true)
    #expect(try stats(["--strict", folder.path]).status == 3)
  }

  @Test func devicesAndFolders() throws {
    let device = try stats(["/dev/zero"])
    #expect(device.status == 3)
    #expect(device.errors.contains("character device"))
    try folder.folder("inner")
    let empty = try stats([folder.path("inner")])
    #expect(empty.status == 3)
  }

  // MARK: Compressed

  private func many(_ count: Int) -> [UInt8] {
    Array((0..<count).map { Lines.request(id: "id-\($0)", path: "/p/\($0 % 7)") }.joined().utf8)
  }

  @Test func aGzipCutShort() throws {
    let whole = gzip(many(5_000))
    let path = try folder.file("app.log.1.gz", Array(whole[..<(whole.count / 2)]))
    let result = try stats([path])
    #expect(result.status == 0)
    let requests = try #require(try result.json()["total"]["requests"].int)
    #expect(requests > 1_000 && requests < 5_000)
    let note = try result.ledger()["sources"][0]["notes"][0]
    #expect(note["kind"].string == "truncated" && note["gap"] == .bool(true))
    #expect(note["text"].string?.contains("cut short") == true)
    let strict = try stats(["--strict", path])
    #expect(strict.status == 3)
    #expect(strict.output == result.output)
    #expect(strict.errors.contains("--strict"))
    // For people it stands at the end of the table.
    #expect(try Command.run(["stats", path]).text.contains("cut short"))
    let header = try stats([try folder.file("head.gz", Array(whole[..<7]))])
    #expect(header.status == 0)
    #expect(try header.ledger()["sources"][0]["notes"][0]["kind"].string == "truncated")
  }

  @Test func aGzipWithTrailingGarbage() throws {
    let path = try folder.file("app.log.1.gz", gzip(many(100)) + Array("garbage".utf8))
    let result = try stats([path])
    #expect(result.status == 0)
    #expect(try result.json()["total"]["requests"].int == 100)
    let note = try result.ledger()["sources"][0]["notes"][0]
    #expect(note["kind"].string == "trailing_garbage" && note["bytes"].int == 7)
    #expect(try stats(["--strict", path]).status == 3)
  }

  @Test func aDamagedGzip() throws {
    var packed = gzip(many(5_000))
    packed[packed.count / 2] ^= 0x55
    let result = try stats([try folder.file("app.log.1.gz", packed)])
    #expect(result.status == 0)
    #expect(try result.ledger()["sources"][0]["notes"][0]["kind"].string == "damaged")
    #expect(try stats(["--strict", folder.path("app.log.1.gz")]).status == 3)
  }

  /// 20 MB of one line in 20 kB.
  @Test func aGzipThatExpandsAThousandfold() throws {
    let bomb = gzip(Array(repeating: UInt8(ascii: "a"), count: 20 << 20) + [10] + Array(Lines.request.utf8))
    #expect(bomb.count < 25_000)
    let result = try stats(["--layout", "python-request-id", try folder.file("app.log.1.gz", bomb)])
    #expect(result.status == 0)
    #expect(try result.json()["total"]["requests"].int == 1)
    #expect(try result.ledger()["long_lines"].int == 1)
  }

  @Test func gzipOnStandardInput() throws {
    let result = try Command.run(["stats", "--json"], stdin: .bytes(gzip(many(100)) + gzip(many(50))))
    #expect(result.status == 0)
    #expect(try result.json()["total"]["requests"].int == 150)
    let cut = try Command.run(
      ["stats", "--json", "--strict", "-"], stdin: .bytes(Array(gzip(many(900)).dropLast(400))))
    #expect(cut.status == 3)
    #expect(try cut.ledger()["sources"][0]["notes"][0]["kind"].string == "truncated")
  }

  @Test(arguments: [
    ("zstd -dc", [0x28, 0xB5, 0x2F, 0xFD, 0x04, 0x58, 0, 0, 0, 0, 0] as [UInt8]),
    ("xz -dc", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4, 0xE6, 0xD6, 0xB4]),
  ])
  func otherCompressions(command: String, magic: [UInt8]) throws {
    // By what it holds, whatever it is called.
    let path = try folder.file("app.log", magic + Array(repeating: 0xAA, count: 100))
    let result = try stats([path])
    #expect(result.status == 3)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("\(command) \(path) | skein"))
    let piped = try Command.run(["stats"], stdin: .file(path))
    #expect(piped.status == 3)
    #expect(piped.errors.contains("standard input") && piped.errors.contains(command))
  }
}
