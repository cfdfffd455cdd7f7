internal import Foundation

/// Which skein was measured, where.
struct SkeinIdentity: Codable, Equatable {
  /// "skein 0.1.0 at 5c812b0": its version, and the last commit that changed its sources.
  var name: String
  /// `Machine.described`.
  var machine: String

  /// Of the program that was built from the working copy in the current folder.
  init(_ program: SkeinPeer.Program, bench: Workbench) {
    machine = Machine.described
    name = "skein " + (ChildProcess.output(of: [program.path, "--version"], in: bench.folder) ?? "")
    let sources = ["--", "Sources"]
    guard let git = ChildProcess.find("git"),
      let commit = ChildProcess.output(of: [git, "log", "-1", "--format=%h"] + sources, in: bench.folder),
      let changes = ChildProcess.output(of: [git, "status", "--porcelain"] + sources, in: bench.folder)
    else { return }
    name += " at \(commit)" + (changes.isEmpty ? "" : ", changed since")
  }
}

/// The comparison with the peers, as it was measured last.
struct KeptComparison: Codable {
  var skein: SkeinIdentity
  /// Runs of each pair.
  var runs: Int
  var tables: [ResultTable]
  /// Nil without ripgrep.
  var unicode: UnicodeSearch?
}

/// skein alone on logs of several sizes, each as it was measured last.
struct KeptScaling: Codable {
  var rows: [ScalingRow] = []

  /// These rows, and of the others those of logs that are not among them.
  func replacing(with newer: [ScalingRow]) -> KeptScaling {
    let others = rows.filter { old in !newer.contains { $0.log == old.log } }
    return KeptScaling(rows: (others + newer).sorted { ($0.bytes, $1.traces) < ($1.bytes, $0.traces) })
  }
}

/// Keeps results in the bench's folder, so that a part that was not measured this time is not lost from the report.
/// What was measured on another machine is not given back.
struct ResultStore {
  private let comparisonPath: String
  private let scalingPath: String

  init(_ bench: Workbench) throws {
    let folder = bench.path("results")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    comparisonPath = folder + "/comparison.json"
    scalingPath = folder + "/scaling.json"
  }

  var comparison: KeptComparison? {
    let kept: KeptComparison? = read(comparisonPath)
    return kept.flatMap { $0.skein.machine == Machine.described ? $0 : nil }
  }

  var scaling: KeptScaling {
    let kept: KeptScaling = read(scalingPath) ?? KeptScaling()
    return KeptScaling(rows: kept.rows.filter { $0.skein.machine == Machine.described })
  }

  func keep(_ comparison: KeptComparison) throws { try write(comparison, comparisonPath) }

  func keep(_ scaling: KeptScaling) throws { try write(scaling, scalingPath) }

  private func read<T: Decodable>(_ path: String) -> T? {
    FileManager.default.contents(atPath: path).flatMap { try? JSONDecoder().decode(T.self, from: $0) }
  }

  private func write(_ value: some Encodable, _ path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(value).write(to: URL(fileURLWithPath: path))
  }
}
