import Foundation
import TestKit

/// Writes a text into `app.log` piece by piece and rotates it in between, as a service and logrotate do.
final class RotatedWriter {
  enum Style: CaseIterable { case rename, copytruncate, none }

  let folder: TemporaryFolder
  private let text: [UInt8]
  private var at = 0
  private var random: SplitMix64
  private let style: Style
  private var rotations = 0
  var path: String { folder.path("app.log") }
  var isDone: Bool { at == text.count }

  init(_ text: [UInt8], style: Style, seed: UInt64) throws {
    folder = try TemporaryFolder()
    self.text = text
    self.style = style
    random = SplitMix64(seed: seed)
    FileManager.default.createFile(atPath: path, contents: nil)
  }

  /// The next piece, of any length, ending anywhere.
  func write() throws {
    let length = min(text.count - at, 1 + Int(random.next() % (random.next() % 8 == 0 ? 400_000 : 60_000)))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data(text[at..<at + length]))
    try file.close()
    at += length
  }

  func rotate() throws {
    guard style != .none else { return }
    rotations += 1
    let files = FileManager.default
    for number in (1...30).reversed() {
      for ending in ["", ".gz"] where files.fileExists(atPath: "\(path).\(number)\(ending)") {
        try files.moveItem(atPath: "\(path).\(number)\(ending)", toPath: "\(path).\(number + 1)\(ending)")
      }
    }
    if style == .rename {
      try files.moveItem(atPath: path, toPath: path + ".1")
      files.createFile(atPath: path, contents: nil)
    } else {
      try files.copyItem(atPath: path, toPath: path + ".1")
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try file.truncate(atOffset: 0)
      try file.close()
    }
    // As delaycompress does.
    guard rotations % 2 == 0, files.fileExists(atPath: path + ".2") else { return }
    let gzip = try Process.run(URL(fileURLWithPath: "/bin/gzip"), arguments: ["-f", path + ".2"])
    gzip.waitUntilExit()
  }
}
