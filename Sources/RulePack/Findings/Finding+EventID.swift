extension Finding {
  /// Over rule, kind, group and first hit. What grows while a finding lives (count, last hit, requests) is not in it. Redacted
  /// or not it is the same, so that a receiver of both sees one.
  package var eventID: String {
    foundID
      ?? EventID.make(
        ["skein.finding/1", rule.id, kind.rawValue, String(first)]
          + group.flatMap { [$0.name, $0.value.map { "=" + $0 } ?? ""] })
  }
}
