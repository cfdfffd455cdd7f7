/// How the chance of being wrong is spent: what each bound and each bet of a gate may be wrong with.
///
/// A healthy stage fails with a chance of 1 - confidence at most, half of it for the looks (bets, comparisons), half for the
/// end, each divided by the objectives. It passes at its limit with a chance of 1 - confidence, not divided: all objectives
/// must hold.
///
/// A stage that can be extended is decided at `looks` instants; each has a part, and the parts add up to the whole
/// (Bonferroni). For a pass the first has half, since most services are good; for a fail the last has most, since what is over
/// its limit by little takes long to show.
struct GateLevels {
  /// Instants at which a stage that can be extended is decided.
  static let looks = 4

  let confidence: Double
  /// Objectives that are no counts of findings.
  let objectives: Int

  init(_ definition: GateDefinition) {
    confidence = definition.confidence
    let counted = definition.objectives.count {
      if case .findings = $0.metric { false } else { true }
    }
    objectives = max(1, definition.statisticalObjectives ?? counted)
  }

  private var half: Double { (1 - confidence) / 2 / Double(objectives) }

  /// Of all looks of a stage together, for one objective.
  var bets: Double { half }

  /// - Parameter look: from 0; of a stage that cannot be extended there is one.
  func fail(look: Int, isExtensible: Bool) -> Double {
    half * GateLevels.part(isExtensible ? GateLevels.looks - 1 - look : 0, favoured: 0.7, of: isExtensible)
  }

  /// - Parameter look: as above.
  func pass(look: Int, isExtensible: Bool) -> Double {
    (1 - confidence) * GateLevels.part(look, favoured: 0.5, of: isExtensible)
  }

  /// What the favoured look has, or one of the others, which have the rest in equal parts.
  private static func part(_ rank: Int, favoured: Double, of isExtensible: Bool) -> Double {
    guard isExtensible else { return 1 }
    return rank == 0 ? favoured : (1 - favoured) / Double(looks - 1)
  }
}
