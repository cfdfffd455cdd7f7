// What the records consumed so far have ended, and was not taken yet.
extension TraceGrouper {
  package var hasResults: Bool {
    !(requests.isEmpty && uncounted.isEmpty && dropped.isEmpty && unfinished.isEmpty && closed.isEmpty)
  }

  /// Forgets them; keeps the memory where nobody else has them.
  package mutating func removeResults() {
    requests.removeAll(keepingCapacity: true)
    uncounted.removeAll(keepingCapacity: true)
    dropped.removeAll(keepingCapacity: true)
    unfinished.removeAll(keepingCapacity: true)
    closed.removeAll(keepingCapacity: true)
  }
}
