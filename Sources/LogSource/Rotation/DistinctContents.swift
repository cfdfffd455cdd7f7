internal import TraceCore

/// Leaves one of the generations of a stream that hold the same, and those out that are only the beginning of another:
/// `logrotate copy`, a backup, a cut that failed. It says so on the one that is read.
///
/// Only files are compared whose first bytes agree as far as both are known, and then as bytes: two files that begin with
/// the same banner are two. A beginning without any time in it, and shorter than `FileMark.headLimit`, may be such a banner,
/// written by two starts of a service: it is none.
struct DistinctContents {
  /// As in `StreamAssembly`.
  var firstTime: ((Span<UInt8>) -> Int64?)?

  /// In the order given. Costs a sort of the heads, and for each pair that agrees a read of the shorter one from both.
  func of(_ parts: [StreamAssembly.Part]) -> [StreamAssembly.Part] {
    let filled = parts.indices.filter { !parts[$0].generation.head.isEmpty && !parts[$0].generation.isPipe }
    // A head comes right before those that it begins.
    let sorted = filled.sorted { a, b in
      let (x, y) = (parts[a].generation.head, parts[b].generation.head)
      return x.lexicographicallyPrecedes(y) || (x == y && a < b)
    }
    var standsFor: [Int: (other: Int, isWhole: Bool)] = [:]
    // Those whose heads begin the head at hand, shortest first.
    var open: [Int] = []
    for i in sorted {
      let head = parts[i].generation.head
      while let last = open.last, !head.starts(with: parts[last].generation.head) { open.removeLast() }
      for j in open where standsFor[j] == nil {
        // One that cannot be read is no duplicate; its error shows when it is its turn.
        switch (try? ContentComparison.relation(parts[j].generation, to: parts[i].generation)) ?? .different {
        case .different: continue
        case .equal:
          let (kept, left) = isPreferred(parts, i, to: j) ? (i, j) : (j, i)
          standsFor[left] = (kept, true)
        case .beginning: if isTelling(parts[j].generation) { standsFor[j] = (i, false) }
        case .goesBeyond: if isTelling(parts[i].generation) { standsFor[i] = (j, false) }
        }
        if standsFor[i] != nil { break }
      }
      if standsFor[i] == nil { open.append(i) }
    }
    return remaining(parts, standsFor)
  }

  /// Of equal ones the uncompressed one, then the newest: a copy that is older than what was written since is left out, too.
  private func isPreferred(_ parts: [StreamAssembly.Part], _ a: Int, to b: Int) -> Bool {
    let (x, y) = (parts[a].generation.compression == .none, parts[b].generation.compression == .none)
    return x == y ? a > b : x
  }

  /// Whether a beginning proves by itself that it was copied.
  func isTelling(_ generation: Generation) -> Bool {
    guard let firstTime else { return true }
    return generation.head.count >= FileMark.headLimit || firstTime(generation.head.span) != nil
  }

  private func remaining(
    _ parts: [StreamAssembly.Part], _ standsFor: [Int: (other: Int, isWhole: Bool)]
  ) -> [StreamAssembly.Part] {
    var parts = parts
    for (i, _) in standsFor.sorted(by: { $0.key < $1.key }) {
      guard let first = standsFor[i] else { continue }
      // What stands for it may itself be the beginning of another.
      var kept = first.other
      while let next = standsFor[kept] { kept = next.other }
      let left = parts[i].generation
      let (a, b) = (left.display, parts[kept].generation.display)
      let isWhole = first.isWhole && kept == first.other
      parts[kept].generation.notes.append(
        LedgerNote(
          .duplicate,
          isWhole
            ? "\(a) has the same content as \(b) and was not read" : "\(a) is the beginning of \(b), read once",
          bytes: left.size))
    }
    return parts.indices.filter { standsFor[$0] == nil }.map { parts[$0] }
  }
}
