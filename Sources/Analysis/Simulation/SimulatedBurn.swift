internal import Glibc
internal import TraceCore

/// How often a burn alert is wrong, and how soon it is right: requests at random over weeks, given to `BurnDetector` and to the
/// rules of the SRE workbook (`WorkbookRules`) alike.
///
/// Requests come as a Poisson process. Failures come one by one, or in clumps of 1.5 requests on average, which may take any
/// time: of n requests they then vary twice as much as independent ones. Same seed, same numbers.
package struct SimulatedBurn: Sendable {
  /// What came of some runs.
  package struct Counts: Sendable {
    package var runs = 0
    /// Alerts that began in all runs together.
    package var pages = 0
    /// By the workbook's rules: those that page, and that which makes a ticket.
    package var workbookPages = 0
    package var workbookTickets = 0
    /// Nanoseconds from the change to the first alert, of the runs that had one, in order.
    package var times: [Int64] = []
    package var workbookTimes: [Int64] = []
    package var ticketTimes: [Int64] = []
    /// From when all is well again to the end of the alert.
    package var endTimes: [Int64] = []

    /// Nanoseconds within which so many of 100 runs have an alert; nil where fewer have one at all.
    package static func time(_ times: [Int64], _ percent: Int, of runs: Int) -> Int64? {
      let place = (runs * percent + 99) / 100 - 1
      return times.indices.contains(place) ? times[place] : nil
    }
  }

  private static let second = EventTime.nanosecondsPerSecond
  /// Of a window.
  private static let length = 10 * second
  private static let windowsADay = 8_640

  /// The share that the objective allows, and its window in days.
  package let limit: Double
  package let days: Int
  /// Requests a minute.
  package let rate: Double
  /// Failures that come together, on average.
  package let clump: Double

  package init(limit: Double, rate: Double, clump: Double = 1, days: Int = 30) {
    self.limit = limit
    self.rate = rate
    self.clump = clump
    self.days = days
  }

  private var detector: BurnDetector {
    BurnDetector(limit: limit, window: Int64(days).times(86_400 * SimulatedBurn.second))
  }

  /// Requests of a window, and those of them that fail.
  private struct Traffic {
    var random: SimulationRandom
    let mean: Double
    let clump: Double
    var isFailing = false

    mutating func window(share: Double) -> (requests: Int64, failures: Int64) {
      var (requests, failures): (Int64, Int64) = (0, 0)
      var product = random.unit()
      let least = exp(-mean)
      while product > least {
        product *= random.unit()
        requests += 1
        isFailing = clump > 1 && isFailing && random.unit() < 1 - 1 / clump
        if !isFailing { isFailing = random.unit() < share / clump }
        if isFailing { failures += 1 }
      }
      return (requests, failures)
    }
  }

  private func traffic(_ seed: UInt64) -> Traffic {
    Traffic(
      random: SimulationRandom(seed: seed), mean: rate * Double(SimulatedBurn.length) / 60e9, clump: clump)
  }

  /// Alerts in so many runs over the window, in which this share fails throughout.
  ///
  /// - Parameter others: whether the workbook's rules are applied, too.
  package func steady(share: Double, runs: Int, seed: UInt64, others: Bool = true) -> Counts {
    var counts = Counts(runs: runs)
    for run in 0..<runs {
      var traffic = traffic(seed &+ UInt64(clamping: run) &* 7_919)
      var detector = detector
      var rules = WorkbookRules(limit: limit)
      for number in 0..<days * SimulatedBurn.windowsADay {
        let start = Int64(number).times(SimulatedBurn.length)
        let (requests, failures) = traffic.window(share: share)
        if detector.add(failures: failures, of: requests, from: start, to: start.plus(SimulatedBurn.length)) == .begins
        {
          counts.pages += 1
        }
        guard others else { continue }
        let began = rules.add(failures: failures, of: requests)
        if began.page { counts.workbookPages += 1 }
        if began.ticket { counts.workbookTickets += 1 }
      }
    }
    return counts
  }

  /// How soon is reported that `share` fails, after a day at half of what is allowed; and how soon that it is over, half
  /// an hour after it was reported.
  package func change(to share: Double, runs: Int, seed: UInt64, others: Bool = true) -> Counts {
    var counts = Counts(runs: runs)
    for run in 0..<runs {
      var traffic = traffic(seed &+ UInt64(clamping: run) &* 104_729)
      var detector = detector
      var rules = WorkbookRules(limit: limit)
      let calm = SimulatedBurn.windowsADay
      var (found, page, ticket): (Int?, Int?, Int?) = (nil, nil, nil)
      for number in 0..<calm + days * SimulatedBurn.windowsADay {
        let start = Int64(number).times(SimulatedBurn.length)
        let (requests, failures) = traffic.window(share: number < calm ? limit / 2 : share)
        let change = detector.add(
          failures: failures, of: requests, from: start, to: start.plus(SimulatedBurn.length))
        let began = others ? rules.add(failures: failures, of: requests) : (page: false, ticket: false)
        if change == .begins { counts.pages += 1 }
        guard number >= calm else { continue }
        if change == .begins, found == nil { found = number + 1 - calm }
        if began.page, page == nil { page = number + 1 - calm }
        if began.ticket, ticket == nil { ticket = number + 1 - calm }
        if found != nil, !others || (page != nil && ticket != nil) { break }
      }
      if let found { counts.times.append(Int64(found).times(SimulatedBurn.length)) }
      if let page { counts.workbookTimes.append(Int64(page).times(SimulatedBurn.length)) }
      if let ticket { counts.ticketTimes.append(Int64(ticket).times(SimulatedBurn.length)) }
      if let end = end(share, seed &+ UInt64(clamping: run)) { counts.endTimes.append(end) }
    }
    counts.times.sort()
    counts.workbookTimes.sort()
    counts.ticketTimes.sort()
    counts.endTimes.sort()
    return counts
  }

  private func end(_ share: Double, _ seed: UInt64) -> Int64? {
    var traffic = traffic(seed)
    var detector = detector
    var (number, well) = (0, Int.max)
    while number < 60 * SimulatedBurn.windowsADay {
      let start = Int64(number).times(SimulatedBurn.length)
      let (requests, failures) = traffic.window(share: number < well ? share : limit / 2)
      let change = detector.add(failures: failures, of: requests, from: start, to: start.plus(SimulatedBurn.length))
      number += 1
      if change == .begins, well == .max { well = number + 180 }
      if change == .ends {
        guard number > well else {
          well = .max
          continue
        }
        return Int64(number - well).times(SimulatedBurn.length)
      }
    }
    return nil
  }
}
