internal import ArgumentParser
internal import Foundation

/// What every command of the bench takes.
struct BenchOptions: ParsableArguments {
  @Option(help: "The skein to measure.")
  var skein = ".build/release/skein"

  @Option(help: "Where logs and scripts are kept.")
  var folder = ".bench"

  /// skein, made ready; nil where it is not built.
  func program(in bench: Workbench) -> SkeinPeer.Program? {
    SkeinPeer.Program(path: URL(fileURLWithPath: skein).path, in: bench)
  }

  /// skein, made ready.
  func builtProgram(in bench: Workbench) throws -> SkeinPeer.Program {
    guard let program = program(in: bench) else {
      throw BenchFault("there is no \(skein); build it with ./dev build")
    }
    return program
  }
}
