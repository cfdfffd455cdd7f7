import Glibc
import TestKit

@testable import Analysis

/// The requests of a service as a series of windows: random load, error rate and latencies, errors that come in clumps,
/// stalls of some seconds, perhaps the rhythm of a day, and incidents planted in it.
struct RandomService {
  struct Incident {
    /// Seconds.
    var start: Double
    var end: Double
    /// Error rate in it, and factor of all durations.
    var errorRate: Double?
    var slowness = 1.0
  }

  /// Requests a second; seconds in all, and of a window.
  var rate = 20.0
  var seconds = 600
  var length = 2
  var errorRate = 0.01
  /// Errors that come together, on average.
  var clump = 1.0
  /// Of the logarithm of durations, whose median is 20 ms.
  var spread = 1.0
  /// Stalls a minute: one to three seconds in which requests take three times as long.
  var stalls = 0.0
  /// Load and latency rise and fall once over the span: from the middle by so large a part of it.
  var loadRhythm = 0.0
  var latencyRhythm = 0.0
  var incidents: [Incident] = []

  /// Any load from one request a second to `most`, and all else that a page promises something about; the series is cut as `AdaptiveSeries` cuts it.
  static func random(_ random: inout SplitMix64, most: Double = 200) -> RandomService {
    var service = RandomService()
    service.rate = exp(random.unit() * log(most))
    service.seconds = 300 + Int(random.unit() * 900)
    while service.seconds / service.length >= AdaptiveSeries.most { service.length *= 2 }
    if service.seconds < 480 { service.length = 1 }
    service.errorRate = 0.001 * exp(random.unit() * log(50))
    service.clump = 1 + random.unit() * 3
    service.spread = 0.5 + random.unit()
    service.stalls = random.unit() * 0.5
    return service
  }

  /// The windows; the first begins at 0.
  func series(_ random: inout SplitMix64) -> [SeriesWindow] {
    var series: [SeriesWindow] = []
    var stalledUntil = -1.0
    for number in 0..<(seconds + length - 1) / length {
      var window = SeriesWindow(start: Int64(number * length) * 1_000_000_000, length: Int64(length) * 1_000_000_000)
      for second in number * length..<min(seconds, (number + 1) * length) {
        let time = Double(second)
        let phase = sin(2 * Double.pi * time / Double(seconds))
        if random.unit() < stalls / 60 { stalledUntil = time + 1 + random.unit() * 2 }
        let requests = Self.poisson(rate * (1 + loadRhythm * phase), &random)
        // How slow a second is: a little more or less than the others.
        let slowness =
          (1 + latencyRhythm * phase) * exp(0.15 * Self.normal(&random)) * (time < stalledUntil ? 3 : 1)
        var failing = 0
        for index in 0..<requests {
          let at = time + Double(index) / Double(requests)
          let incident = incidents.first { $0.start <= at && at < $0.end }
          // A clump's first error; the others follow it.
          if failing == 0, random.unit() < (incident?.errorRate ?? errorRate) / (incident?.errorRate == nil ? clump : 1)
          {
            failing = 1
            if incident?.errorRate == nil { while random.unit() < 1 - 1 / clump { failing += 1 } }
          }
          window.requests += 1
          window.timed += 1
          if failing > 0 {
            failing -= 1
            window.errors += 1
          }
          let duration = 20e6 * slowness * (incident?.slowness ?? 1) * exp(spread * Self.normal(&random))
          window.latency.add(Int64(min(duration, 1e14)))
        }
      }
      series.append(window)
    }
    return series
  }

  private static func normal(_ random: inout SplitMix64) -> Double {
    (-2 * log(1 - random.unit())).squareRoot() * cos(2 * Double.pi * random.unit())
  }

  /// By multiplication (D. E. Knuth, "The Art of Computer Programming", vol. 2, section 3.4.1), in steps of 20.
  static func poisson(_ mean: Double, _ random: inout SplitMix64) -> Int {
    var (count, left) = (0, mean)
    while left > 0 {
      let limit = exp(-min(left, 20))
      var product = random.unit()
      while product > limit {
        count += 1
        product *= random.unit()
      }
      left -= 20
    }
    return count
  }
}
