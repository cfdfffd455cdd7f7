import Foundation

/// Runs the `skein` that was built with the tests.
enum SkeinBinary {
  /// What a run gave.
  struct Outcome {
    var output: String
    var errors: String
    var exitCode: Int32
  }

  /// Beside the test bundle, in whatever scratch folder that is.
  static let url: URL? = {
    var places = CommandLine.arguments.filter { $0.contains(".xctest") }.map { URL(fileURLWithPath: $0) }
    if let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
      places.append(URL(fileURLWithPath: own))
    }
    for place in places {
      var folder = place.deletingLastPathComponent()
      for _ in 0..<4 {
        let binary = folder.appendingPathComponent("skein")
        if FileManager.default.isExecutableFile(atPath: binary.path), !isFolder(binary) { return binary }
        folder.deleteLastPathComponent()
      }
    }
    return nil
  }()

  private static func isFolder(_ url: URL) -> Bool {
    (try? url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true
  }

  /// Runs it in `folder`, with the bytes of `input` in a pipe, or nothing there.
  static func run(_ arguments: [String], in folder: String, input: [UInt8]? = nil) throws -> Outcome {
    guard let url else { throw CaseProblem("skein was not found beside the tests; build it with swift build") }
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TMPDIR": folder]
    // No settings of the machine's own, but for a case that has some.
    if !FileManager.default.fileExists(atPath: folder + "/.skein.yml") { process.environment?["SKEIN_CONFIG"] = "none" }
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    if let input {
      // A pipe holds 64 KiB before anybody reads.
      guard input.count <= 60_000 else { throw CaseProblem("a log of \(input.count) bytes is too large for a case") }
      let pipe = Pipe()
      process.standardInput = pipe
      try pipe.fileHandleForWriting.write(contentsOf: Data(input))
      try pipe.fileHandleForWriting.close()
    } else {
      process.standardInput = FileHandle.nullDevice
    }
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      output: String(decoding: text, as: UTF8.self), errors: String(decoding: said, as: UTF8.self),
      exitCode: process.terminationStatus)
  }
}
