extension Finding {
  /// Over rule, kind, group and first hit. What grows while a finding lives (count, last hit, requests) is not in it.
  package var eventID: String {
    EventID.make(
      ["skein.finding/1", rule.id, kind.rawValue, String(first)]
        + group.flatMap { [$0.name, $0.value.map { "=" + $0 } ?? ""] })
  }
}
