#if !SKEIN_LIBFUZZER
  import Foundation

  /// Runs a target over files and over changed inputs, without libFuzzer; writes seeds for it.
  ///
  ///     SkeinFuzz seeds TARGET FOLDER       the inputs from which fuzzing begins
  ///     SkeinFuzz run TARGET COUNT SEED     that many changed inputs
  ///     SkeinFuzz replay TARGET FILE…       these inputs
  ///     SkeinFuzz whole SKEIN COUNT SEED    whole commands over changed logs (`WholeRuns`)
  @main
  struct FuzzMain {
    static func main() throws {
      let arguments = Array(CommandLine.arguments.dropFirst())
      guard arguments.count >= 3 else { return stop("usage: SkeinFuzz seeds|run|replay|whole …") }
      if arguments[0] == "whole" {
        guard arguments.count == 4, let count = Int(arguments[2]), let seed = UInt64(arguments[3]) else {
          return stop("usage: SkeinFuzz whole SKEIN COUNT SEED")
        }
        var runs = try WholeRuns(skein: arguments[1], seed: seed)
        return try runs.run(count)
      }
      guard let target = FuzzTarget(rawValue: arguments[1]) else {
        return stop("no target '\(arguments[1])': \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      switch arguments[0] {
      case "seeds":
        let folder = URL(fileURLWithPath: arguments[2])
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (index, input) in FuzzSeeds().inputs(for: target).enumerated() {
          try Data(input).write(to: folder.appendingPathComponent("seed-\(index)"))
        }
      case "run":
        guard arguments.count == 4, let count = Int(arguments[2]), let seed = UInt64(arguments[3]) else {
          return stop("usage: SkeinFuzz run TARGET COUNT SEED")
        }
        FuzzRun(target).run(count, seed: seed)
        print("\(target.rawValue): \(count) inputs, seed \(seed): nothing found")
      case "replay":
        for path in arguments.dropFirst(2) { target.run(Array(try Data(contentsOf: URL(fileURLWithPath: path)))) }
      default: stop("no such command: \(arguments[0])")
      }
    }

    private static func stop(_ text: String) {
      FileHandle.standardError.write(Data((text + "\n").utf8))
      exit(64)
    }
  }
#endif
