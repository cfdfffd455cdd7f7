import Foundation
import Testing

/// Where day and month cannot be told apart, doctor asks, and names the option that says it.
@Suite struct DoctorDateTests {
  private func doctor(_ line: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data((line + "\n").utf8).write(to: folder.appendingPathComponent("app.log"))
    return try SkeinBinary.run(["doctor", "app.log"], in: folder.path).output
  }

  @Test(arguments: [("05/11/2026 06:47:55 ERROR boom", "%d/%m/%Y"), ("05-11-2026 06:47:55 boom", "%d-%m-%Y")])
  func asks(line: String, form: String) throws {
    let told = try doctor(line)
    #expect(told.contains("day and month cannot be told apart: write --time-format '\(form) %H:%M:%S'"))
  }

  /// A day above 12, and one that is the month as well.
  @Test(arguments: ["23/11/2026 06:47:55 ERROR boom", "11/11/2026 06:47:55 ERROR boom"])
  func knows(line: String) throws {
    let told = try doctor(line)
    #expect(!told.contains("cannot be told apart") && told.contains("1 of 1 record"))
  }
}
