/// What the numbers of a date are that does not tell it itself: `05/11/2026` is in November or in May.
///
/// A property of a log as a whole. Without it such a date is no time.
package enum DateOrder: UInt8, Sendable, BitwiseCopyable {
  case unknown
  case dayFirst
  case monthFirst
  /// Of dates with two digits for the year: `26/11/23`.
  case yearFirst
}
