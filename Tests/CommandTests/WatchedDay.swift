import Foundation
import TestKit

/// A day made of the phases of a real capture, each moved to an hour of its own: three hours of the old version, the release
/// with a tenth, half and all of the requests, its rollback, and quiet hours until the next day.
struct WatchedDay {
  static let release = "2026-11-23T06:49:05Z"

  /// A part of the capture.
  struct Phase {
    /// Seconds of the day, in the capture.
    var from: Int
    var to: Int

    static let old = Phase(from: clock("06:48:00"), to: clock("06:48:20"))
    static let tenth = Phase(from: clock("06:49:05"), to: clock("06:49:50"))
    static let half = Phase(from: clock("06:49:50"), to: clock("06:50:35"))
    static let whole = Phase(from: clock("06:50:35"), to: clock("06:50:55"))
    static let rollback = Phase(from: clock("06:51:30"), to: clock("06:51:50"))
    static let after = Phase(from: clock("06:52:10"), to: clock("06:52:30"))

    static func clock(_ text: String) -> Int {
      text.split(separator: ":").reduce(0) { $0 * 60 + (Int($1) ?? 0) }
    }
  }

  /// The log.
  let text: String

  /// - Parameter hours: how many hours after the release the log goes on.
  init(hours: Int = 24) throws {
    let capture = String(decoding: try Capture.text.appLogBytes(), as: UTF8.self)
    let lines = capture.split(separator: "\n", omittingEmptySubsequences: false)
    let start = Phase.clock("06:49:05")
    var text = ""
    for (hour, phase) in [(-3, Phase.old), (-2, .old), (-1, .old)] {
      Self.write(phase, of: lines, from: start + hour * 3_600 + 60, into: &text)
    }
    let phases: [Phase] = [.tenth, .half, .whole, .rollback]
    for hour in 0..<hours {
      Self.write(
        hour < phases.count ? phases[hour] : .after, of: lines, from: start + hour * 3_600, into: &text)
      // A day has requests at the end of each hour, too.
      Self.write(.after, of: lines, from: start + hour * 3_600 + 3_575, into: &text)
    }
    self.text = text
  }

  /// The records of a phase and their further lines, moved so that it begins at `begin` seconds of the first day.
  private static func write(_ phase: Phase, of lines: [Substring], from begin: Int, into text: inout String) {
    var isIn = false
    for line in lines {
      if line.hasPrefix("2026-11-23 "), line.count > 23 {
        let clock = Phase.clock(String(line.dropFirst(11).prefix(8)))
        isIn = clock >= phase.from && clock < phase.to
        guard isIn else { continue }
        let moved = begin + clock - phase.from
        let (day, second) = (moved / 86_400, moved % 86_400)
        text += String(
          format: "2026-11-%02d %02d:%02d:%02d", 23 + day, second / 3_600, second / 60 % 60, second % 60)
        text += line.dropFirst(19)
        text += "\n"
      } else if isIn {
        text += line
        text += "\n"
      }
    }
  }
}
