internal import Foundation

/// The folder that logs, scripts and answers are kept in (git-ignored), and what is known of this machine's tools.
struct Workbench: Sendable {
  /// Absolute path, without a trailing slash.
  let folder: String
  /// The interpreter itself, not a wrapper that looks for it first; nil where there is none.
  let python: String?

  init(folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let absolute = URL(fileURLWithPath: folder).path
    self.folder = absolute
    python = ChildProcess.find("python3").flatMap { python in
      ChildProcess.output(of: [python, "-c", "import sys; print(sys.executable)"], in: absolute)
    }
  }

  /// Path of a name in it.
  func path(_ name: String) -> String { folder + "/" + name }

  /// Writes a script for a peer; returns its path.
  func script(_ name: String, _ text: String) throws -> String {
    let path = path(name)
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }

  /// The version of a Python module; nil where it cannot be imported.
  func pythonModule(_ name: String) -> String? {
    guard let python else { return nil }
    return ChildProcess.output(of: [python, "-c", "import \(name); print(\(name).__version__)"], in: folder)
  }

  /// The log of this size (in its text form, about) and format, made by a process of its own the first time.
  func log(bytes: Int, format: LogFormat, stretch: Int = 1) throws -> Log {
    let size = bytes < 1_000_000 ? "\(bytes / 1_000)kb" : "\(bytes / 1_000_000)mb"
    let path = path("\(size)\(stretch == 1 ? "" : "-x\(stretch)").\(format.rawValue).log")
    if let truth = Truth(besides: path), truth.bytes == fileSize(path), truth.generator == LogGenerator.version {
      return Log(path: path, format: format, truth: truth)
    }
    let command = [
      try ChildProcess.itself(), "generate", "--size", "\(bytes)", "--format", format.rawValue, "--stretch",
      "\(stretch)",
      "--out", path,
    ]
    _ = try ChildProcess.run(command, output: self.path("generate.out"), errors: self.path("generate.err"))
    guard let truth = Truth(besides: path) else { throw BenchFault("\(path) was made without its truth") }
    return Log(path: path, format: format, truth: truth)
  }

  /// Takes a log and its truth off the disk.
  func remove(_ log: Log) {
    for path in [log.path, Truth.path(of: log.path)] { try? FileManager.default.removeItem(atPath: path) }
  }

  private func fileSize(_ path: String) -> Int {
    (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
  }

  /// The log compressed as logrotate would, made once.
  func gzipped(_ log: Log) throws -> String {
    let packed = log.path + ".gz"
    let manager = FileManager.default
    let made = { try manager.attributesOfItem(atPath: $0)[.modificationDate] as? Date ?? .distantPast }
    if manager.fileExists(atPath: packed), try made(packed) > made(log.path) { return packed }
    guard let gzip = ChildProcess.find("gzip") else { throw BenchFault("gzip is not on the PATH") }
    _ = try ChildProcess.run([gzip, "-c", log.path], output: packed, errors: path("gzip.err"))
    return packed
  }
}
