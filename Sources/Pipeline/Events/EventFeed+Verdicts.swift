internal import Analysis
internal import RulePack
internal import TraceCore

// Verdicts as events.

extension EventFeed {
  func tell(_ verdicts: [Verdict]) {
    guard let name = gatePlan?.definition.name else { return }
    for var verdict in verdicts {
      if let selection {
        let note =
          "only requests are judged for which this holds: \(selection) (--where); of those still open nobody knows it"
        // Of the verdict on the whole it was said with the stage that decided it.
        if verdict.isFinal, !verdict.objectives.isEmpty {
          verdict.stageNotes.insert(note, at: 0)
        } else {
          verdict.notes.insert(note, at: 0)
        }
      }
      tell(.verdict(verdict, gate: name))
    }
  }
}
