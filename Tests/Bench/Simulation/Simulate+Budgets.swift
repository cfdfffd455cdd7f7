internal import Analysis

// Burn alerts: how often they are wrong, and how soon right, beside the SRE workbook's rules on the same requests.
extension Simulate {
  private static let budgetRates = [0.5, 1, 10, 100]
  private static let budgetLimits = [0.001, 0.02]

  static func budgets(_ runs: Int, seed: UInt64) {
    print(
      "| objective | requests a minute | failures | true share | false pages in 30 days | workbook pages | workbook tickets |"
    )
    print("|---|---:|---|---:|---:|---:|---:|")
    for limit in budgetLimits {
      for rate in budgetRates {
        for (clump, name) in [(1.0, "independent"), (1.5, "in clumps, phi 2")] {
          for part in [0.5, 1] {
            let counts = SimulatedBurn(limit: limit, rate: rate, clump: clump)
              .steady(share: part * limit, runs: runs, seed: seed)
            print(
              "| under \(percent(limit)) | \(number(rate)) | \(name) | \(percent(part * limit)) | \(mean(counts.pages, runs)) | "
                + "\(mean(counts.workbookPages, runs)) | \(mean(counts.workbookTickets, runs)) |")
          }
        }
      }
    }
    print("")
    print(
      "| objective | requests a minute | true share | reported within (half of the runs) | 19 of 20 | over within | workbook pages within | "
        + "19 of 20 | workbook tickets within |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for limit in budgetLimits {
      for rate in budgetRates {
        for share in limit == 0.02 ? [2 * limit, 4 * limit, 0.5] : [2 * limit, 4 * limit, 0.08, 0.5] {
          let counts = SimulatedBurn(limit: limit, rate: rate).change(to: share, runs: runs, seed: seed)
          print(
            "| under \(percent(limit)) | \(number(rate)) | \(percent(share)) | \(time(counts.times, 50, runs)) | "
              + "\(time(counts.times, 95, runs)) | \(time(counts.endTimes, 50, counts.endTimes.count)) | "
              + "\(time(counts.workbookTimes, 50, runs)) | \(time(counts.workbookTimes, 95, runs)) | "
              + "\(time(counts.ticketTimes, 50, runs)) |")
        }
      }
    }
  }

  private static func mean(_ count: Int, _ runs: Int) -> String {
    let hundredths = (count * 100 + runs / 2) / runs
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }

  private static func number(_ rate: Double) -> String { rate == rate.rounded() ? String(Int(rate)) : String(rate) }

  private static func time(_ times: [Int64], _ percent: Int, _ runs: Int) -> String {
    SimulatedBurn.Counts.time(times, percent, of: runs).map { BudgetText.duration(Double($0)) } ?? "never"
  }
}
