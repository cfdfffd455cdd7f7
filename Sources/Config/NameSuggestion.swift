/// Guesses what name was meant.
package enum NameSuggestion {
  /// The candidate nearest to `name`, if it is near enough to be meant: at most a third of the letters wrong (one at least).
  /// Case, `_`, `-` and `.` do not count. The same candidates give the same answer in any order.
  package static func closest(to name: String, in candidates: some Sequence<String>) -> String? {
    let wanted = folded(name)
    let limit = max(1, wanted.count / 3)
    var best: (distance: Int, name: String)?
    for candidate in candidates where candidate != name {
      let other = folded(candidate)
      guard abs(other.count - wanted.count) <= limit, !other.isEmpty else { continue }
      let distance = editDistance(wanted, other)
      guard distance <= limit, distance < max(wanted.count, 1) else { continue }
      if let best, (best.distance, best.name) <= (distance, candidate) { continue }
      best = (distance, candidate)
    }
    return best?.name
  }

  /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
  /// Source: R. A. Wagner and M. J. Fischer, "The String-to-String Correction Problem", JACM 21(1), 1974, with the swap.
  package static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in 0..<b.count {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }

  private static func folded(_ name: String) -> [UInt8] {
    name.utf8.compactMap { byte in
      switch byte {
      case 0x41...0x5A: byte | 0x20
      case 0x5F, 0x2D, 0x2E: nil
      default: byte
      }
    }
  }
}
