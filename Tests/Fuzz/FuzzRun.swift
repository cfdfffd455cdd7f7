/// Changed inputs of one target, one after another.
package struct FuzzRun {
  private let target: FuzzTarget
  private let inputs: [[UInt8]]

  package init(_ target: FuzzTarget) {
    self.target = target
    inputs = FuzzSeeds().inputs(for: target)
  }

  /// The seeds as they are.
  package func runSeeds() { for input in inputs { target.run(input) } }

  package func run(_ count: Int, seed: UInt64) {
    var mutator = Mutator(seed: seed)
    for _ in 0..<count { target.run(mutator.next(from: inputs)) }
  }
}
