import Foundation
import TestKit

/// A copy of fixtures/ready as it was on the day of the deploy: with the times and permissions that git does not keep, and
/// the capture in it.
struct ReadyFolder {
  /// When it is looked at.
  static let now = "2026-11-23T12:00:00Z"

  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let files = FileManager.default
    for name in try files.contentsOfDirectory(atPath: Fixtures.path("ready")) {
      try files.copyItem(atPath: Fixtures.path("ready/" + name), toPath: folder.path(name))
    }
    try files.createSymbolicLink(
      atPath: folder.path("capture"), withDestinationPath: Fixtures.path("logs/parkapi-text"))
    try folder.file("latest.dump", "a backup\n")
    try set("config/production.env", "2026-11-20T08:00:00Z", mode: 0o644)
    try set("config/empty.env", "2026-11-01T08:00:00Z", mode: 0o666)
    try set("config/secrets.env", "2026-11-24T12:00:00Z", mode: 0o640)
    try set("latest.dump", "2026-11-23T03:00:00Z", mode: 0o600)
    try set("CHANGELOG.md", "2026-11-20T08:00:00Z", mode: 0o644)
    try set("scripts/report.sh", "2026-11-20T08:00:00Z", mode: 0o755)
  }

  private func set(_ name: String, _ time: String, mode: Int) throws {
    let date = try Date(time, strategy: .iso8601)
    try FileManager.default.setAttributes(
      [.modificationDate: date, .posixPermissions: mode], ofItemAtPath: folder.path(name))
  }

  /// Looks at a checklist of the folder, with the page beside it.
  func ready(_ checklist: String, _ arguments: [String] = []) throws -> (result: Command.Result, page: String) {
    let result = try Command.run(
      ["ready", folder.path(checklist), "--now", Self.now, "-o", folder.path] + arguments)
    let path = folder.path("deployment_checklist_20261123_120000.md")
    let page = FileManager.default.fileExists(atPath: path) ? String(decoding: try readFile(path), as: UTF8.self) : ""
    return (result, withoutFolder(page))
  }

  /// The text with the folder's name, which is another one each time, taken out.
  func withoutFolder(_ text: String) -> String {
    text.replacing(folder.path.replacing("_", with: "\\_"), with: "FOLDER").replacing(folder.path, with: "FOLDER")
  }
}
