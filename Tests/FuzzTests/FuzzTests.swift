import SkeinFuzz
import Testing

/// Each target over its seeds, over what was found before, and over a few hundred changed inputs: `./dev fuzz` looks further.
@Suite struct FuzzTests {
  @Test(arguments: FuzzTarget.allCases) func seedsAndChanges(_ target: FuzzTarget) {
    let run = FuzzRun(target)
    #expect(!FuzzSeeds().inputs(for: target).isEmpty)
    run.runSeeds()
    run.run(target == .lines ? 60 : 300, seed: 15)
  }
}
