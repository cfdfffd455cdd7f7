internal import Glibc
internal import TraceCore

/// What is usual of a series: how its shares scatter, and which share stretches of some length have now and then.
extension ShareScan {
  /// phi of the cells and of stretches as long as the span, outside it, or inside where it is larger: a span that is chosen
  /// for its clumps of bad requests leaves none outside. Shares within an incident swing, too, so what is inside counts up
  /// to `mostInside`; and not at all beside what was found already, of which it is a part.
  func dispersion(of span: Range<Int>, _ isTaken: [Bool]) -> Double {
    func outside(_ block: Int) -> Double {
      dispersion(block, isTaken, enlarged: block == group) { !span.overlaps($0) }
    }
    var phi = outside(group)
    // Enough blocks must be left for their scatter to be seen.
    let own = min(span.count, (windows.count - span.count) / ShareScan.leastBlocks)
    if own > 0, own != group { phi = max(phi, outside(own)) }
    let around = max(0, span.lowerBound - rules.near)..<min(windows.count, span.upperBound + rules.near)
    if isTaken[around].contains(true) { return phi }
    let inside = span.count < 5 * group ? 1 : dispersion(group, isTaken, enlarged: false) { $0.clamped(to: span) == $0 }
    let most = span.count >= ShareScan.manyCells * group ? ShareScan.mostInsideLong : ShareScan.mostInside
    return max(phi, min(inside, most))
  }

  private static let mostInside = 3.0
  /// Of a span with so many cells, whose scatter is well known.
  private static let mostInsideLong = 10.0
  private static let manyCells = 20
  private static let leastBlocks = 8
  /// phi of blocks of so many windows by successive differences (a shift of the level is no scatter, see `WindowCounts`),
  /// and, `enlarged`, so much more of what it has over 1 as its own uncertainty asks for.
  private func dispersion(
    _ block: Int, _ isTaken: [Bool], enlarged isEnlarged: Bool, _ isIncluded: (Range<Int>) -> Bool
  ) -> Double {
    var (steps, all, last) = ([Double](), Counts(), Counts())
    for start in stride(from: 0, to: windows.count, by: block) {
      let range = start..<min(windows.count, start + block)
      guard isIncluded(range) else { continue }
      let counts = untaken(range, isTaken)
      guard counts.total > 0 else { continue }
      if last.total > 0 {
        let step = counts.share - last.share
        steps.append(step * step / (1 / Double(counts.total) + 1 / Double(last.total)))
      }
      all = all + counts
      last = counts
    }
    guard steps.count > 1, all.bad > 0, all.bad < all.total else { return 1 }
    let phi = steps.reduce(0, +) / (all.share * (1 - all.share) * Double(steps.count))
    let enlarged = isEnlarged ? 1 + (phi - 1) * (1 + 1.645 * (2 / Double(steps.count)).squareRoot()) : phi
    return max(1, min(enlarged, Double(all.total) / Double(steps.count + 1)))
  }

  /// Whether the share matters beside what a tenth of the other stretches has: what comes every few minutes is how the service
  /// is.
  func isUnusual(_ span: Range<Int>, _ inside: Counts, _ isTaken: [Bool]) -> Bool {
    let shares = stride(from: 0, to: windows.count, by: usualBlock).compactMap { start -> Double? in
      let range = start..<min(windows.count, start + usualBlock)
      let counts = span.overlaps(range) ? Counts() : untaken(range, isTaken)
      return counts.total > 0 ? counts.share : nil
    }.sorted()
    guard shares.count >= ShareScan.leastBlocks else { return true }
    let usual = shares[shares.count * 9 / 10]
    return inside.share >= rules.effect.ratio * usual || isGross(inside, usual)
  }

  /// Whether so much is bad that it is an incident, however often it comes: a share so much more than what is usual.
  func isGross(_ inside: Counts, _ usual: Double) -> Bool {
    inside.bad >= 20 && inside.share - usual >= rules.effect.gross
  }

  /// Requests that make a share of a stretch say something.
  private static let leastUsual: Int64 = 100

  /// Windows of the stretches that say what is usual.
  static func usualBlock(_ windows: [Counts], group: Int) -> Int {
    let busy = windows.map(\.total).filter { $0 > 0 }.sorted()
    guard !busy.isEmpty else { return group }
    let most = max(group, windows.count / leastBlocks)
    return min(most, max(group, Int(clamping: (leastUsual + busy[busy.count / 2] - 1) / busy[busy.count / 2])))
  }
}
