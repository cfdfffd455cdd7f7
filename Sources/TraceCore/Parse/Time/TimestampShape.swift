/// The ways of writing a point in time that skein reads.
package enum TimestampShape: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// `2026-11-23T06:47:54.777Z`: also `/` in the date, a blank or `_` for `T`, comma fractions, no seconds, any offset.
  case iso
  /// `20261123T064754Z`.
  case isoBasic
  /// Seconds, milli-, micro- or nanoseconds since 1970, told apart by magnitude: `1795416474.982`.
  case epoch
  /// `23/Nov/2026:06:47:54 +0000` of the Common Log Format.
  case clf
  /// `Nov 23 06:47:54` of RFC 3164; the year comes from the file. Also Cisco's `Nov 23 2026 06:47:54`.
  case syslog
  /// `Sun Nov 23 06:47:54.123456 2026`: C's ctime and Apache's error log.
  case ctime
  /// `Sun, 23 Nov 2026 06:47:54 GMT` of RFC 1123 and 2822; also without the weekday (Redis), and with `-` (Tomcat).
  case mail
  /// `I1123 06:47:54.123456` of klog and glog, from the level letter on; the year comes from the file.
  case klog
  /// Any other spelling of a date and a clock: see `RareDate`.
  case dated
  /// A spelling that numbers of any kind can have, and so only counts at the start of a line: month and day without a year
  /// (`11-23 06:47:54.123`), six digits and six digits (`261123 064754`), 14 digits.
  case brief
}

/// A timestamp found in a line.
package struct ParsedTimestamp: BitwiseCopyable, Sendable, Equatable {
  /// Nanoseconds since 1970 in UTC.
  package var time: Int64
  /// Offset of the byte after it.
  package var end: Int
  /// The text names its zone; otherwise that of the parser was taken.
  package var hasZone: Bool
  package var shape: TimestampShape
  /// A zone is named, but its name means several (`IST`) or nothing that is known: the parser's was taken.
  package var zoneUnknown = false
}
