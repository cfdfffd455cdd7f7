/// Lines of a span that may have been lost before they could be read, and logs that belong to no span.
package struct GateLoss: Sendable, Equatable {
  /// Lines that may be missing at most.
  package var missing: Int64
  /// Lines of the span that were read.
  package var read: Int64
  /// Nobody can say how many.
  package var isUnbounded: Bool
  /// Names of logs whose records tell no time: what they say is in no stage.
  package var logsWithoutTime: [String]

  /// A larger share than this makes a pass inconclusive.
  package static let tolerated = 0.001

  package init(missing: Int64, read: Int64, isUnbounded: Bool = false, logsWithoutTime: [String] = []) {
    self.missing = missing
    self.read = read
    self.isUnbounded = isUnbounded
    self.logsWithoutTime = logsWithoutTime
  }

  package static let none = GateLoss(missing: 0, read: 0)

  package var isTolerable: Bool {
    guard !isUnbounded, logsWithoutTime.isEmpty else { return false }
    return missing == 0 || Double(missing) < GateLoss.tolerated * Double(missing + read)
  }

  /// Sentences for the verdict.
  var notes: [String] {
    var notes: [String] = []
    if isUnbounded {
      notes.append("lines may be missing, nobody can say how many: no pass")
    } else if missing > 0 {
      notes.append(
        "up to \(GateText.count(missing, "line")) may be missing of \(missing + read)"
          + (isTolerable ? "" : ": no pass"))
    }
    for log in logsWithoutTime.prefix(GateLoss.mostNamed) {
      notes.append(
        "\(log) has no times, so its requests are in no stage: no pass; judge without it, or give its --layout")
    }
    if logsWithoutTime.count > GateLoss.mostNamed {
      notes.append("the same goes for \(logsWithoutTime.count - GateLoss.mostNamed) more logs")
    }
    return notes
  }

  private static let mostNamed = 5
}
