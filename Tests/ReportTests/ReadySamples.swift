import Analysis

/// A checklist that was looked at, as `skein ready` hands it to its report.
enum ReadySamples {
  static func result() -> ReadyResult {
    let tests = Checklist.Item(
      title: "Unit tests pass", why: "What fails here fails for users, too.", how: "Mend the code or the test.",
      check: .run(CommandCheck(words: ["pytest", "-q"])))
    let alert = Checklist.Item(title: "An alert reaches the person on call", check: .manual(ManualCheck()))
    let failed = ItemResult(
      .fail, "exit code 1, not 0",
      evidence: [.note("command: pytest -q"), .output(["1 failed, 811 passed"], omitted: 2_048)])
    let open = ItemResult(
      .unknown, "nobody has signed it",
      advice: "Look at it, and sign in the checklist: manual: {who: NAME, when: 2026-11-23}.")
    return ReadyResult(
      name: "orders 2.4.0", path: "checklist.yml",
      digest: "0f343b0931126a20f133d67c2b018a3b5e1a0f6e6b5a4b4f2c9c1f2b6f0d9a11", time: 1_795_435_200_000_000_000,
      sections: [
        ReadyResult.Section(title: "Tests", items: [ReadyResult.Item(tests, failed)]),
        ReadyResult.Section(title: "Monitoring", items: [ReadyResult.Item(alert, open)]),
      ], leftOut: 28, only: ["Unit tests pass", "Monitoring"],
      command: "skein ready checklist.yml --only 'Unit tests pass' --only Monitoring app.log",
      readings: [ReadyResult.Reading(logs: ["app.log"], ledger: Samples.ledger())])
  }
}
