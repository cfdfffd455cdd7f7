import TestKit
import Testing

@testable import Analysis

/// How often an incident is found where there is none, and missed where there is one: simulated with fixed seeds, few runs of
/// what `./dev simulate incidents` prints for docs/incidents.md.
struct IncidentSimulationTests {
  /// Nothing is wrong: of all kinds together a few in a hundred may be found, and no kind stands out.
  @Test(arguments: IncidentScenario.quiet)
  func quietLogs(scenario: IncidentScenario) {
    let counts = scenario.run(12, seed: 41)
    #expect(counts.alarms <= 3, "\(counts.alarms) of 12")
  }

  @Test(arguments: IncidentScenario.planted)
  func plantedIncidents(scenario: IncidentScenario) {
    let counts = scenario.run(12, seed: 43)
    #expect(counts.found * 100 >= scenario.least * 12, "\(counts.found) of 12")
  }
}
