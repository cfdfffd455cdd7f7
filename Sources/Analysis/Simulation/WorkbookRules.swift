/// The multiwindow, multi-burn-rate alerts that the SRE workbook recommends, as Prometheus would evaluate them each ten seconds:
/// a page at 14.4 times the allowed share over an hour and over 5 minutes, or 6 times over 6 hours and 30 minutes; a ticket at
/// once the share over 3 days and 6 hours. For comparison.
///
/// Source: B. Beyer et al. (ed.), "The Site Reliability Workbook", O'Reilly, 2018, chapter 5, table 5-8.
package struct WorkbookRules: Sendable {
  /// Requests and failures of the last so many windows of ten seconds.
  private struct Sum: Sendable {
    let windows: Int
    var requests: Int64 = 0
    var failures: Int64 = 0

    init(seconds: Int) { windows = seconds / 10 }

    var share: Double { requests > 0 ? Double(failures) / Double(requests) : 0 }
  }

  private struct Rule: Sendable {
    var factor: Double
    var long: Int
    var short: Int
    var isPage: Bool
    var isOn = false
  }

  private let limit: Double
  private var sums = [300, 1_800, 3_600, 21_600, 259_200].map { Sum(seconds: $0) }
  private var rules = [
    Rule(factor: 14.4, long: 2, short: 0, isPage: true), Rule(factor: 6, long: 3, short: 1, isPage: true),
    Rule(factor: 1, long: 4, short: 3, isPage: false),
  ]
  /// The last three days, round and round.
  private var requests = [Int64](repeating: 0, count: 25_920)
  private var failures = [Int64](repeating: 0, count: 25_920)
  private var count = 0

  package init(limit: Double) { self.limit = limit }

  /// The next ten seconds.
  ///
  /// - Returns: whether a page or a ticket begins that was not there before.
  package mutating func add(failures bad: Int64, of all: Int64) -> (page: Bool, ticket: Bool) {
    for place in sums.indices {
      let gone = count - sums[place].windows
      if gone >= 0 {
        sums[place].requests -= requests[gone % requests.count]
        sums[place].failures -= failures[gone % failures.count]
      }
      sums[place].requests += all
      sums[place].failures += bad
    }
    (requests[count % requests.count], failures[count % failures.count]) = (all, bad)
    count += 1
    let (paged, ticketed) = (isOn(page: true), isOn(page: false))
    for place in rules.indices {
      let bound = rules[place].factor * limit
      rules[place].isOn = sums[rules[place].long].share > bound && sums[rules[place].short].share > bound
    }
    return (!paged && isOn(page: true), !ticketed && isOn(page: false))
  }

  private func isOn(page: Bool) -> Bool { rules.contains { $0.isPage == page && $0.isOn } }
}
