package import Pipeline
package import Report
internal import TraceCore

/// What a followed run serves besides: told of what happens, asked between two steps, and the run goes on for it when there is
/// nothing more to be followed.
package protocol FollowService: AnyObject {
  /// To be polled.
  var descriptors: [Int32] { get }
  /// When it has something to do though nothing can be read; nanoseconds of the monotonic clock.
  var due: Int64? { get }
  func take(_ event: LiveEvent)
  func warn(_ text: String)
  /// Between two steps.
  ///
  /// - Parameter hasCaughtUp: all that was there at the start is read.
  func look(_ driver: FollowDriver, hasCaughtUp: Bool, at now: Int64)
  /// After each step, and before the state is kept.
  func keepHistory(_ driver: FollowDriver)
  /// What receivers of alerts are to be sent besides incidents.
  func removeMessages() -> [AlertMessage]
  func stop()
}

/// Whether all that was there at the start has been read.
struct CatchingUp {
  /// So many steps in a row that were not stopped by their limit: a log that is written all the time always has something
  /// more to read, and it is little then.
  private static let enough = 5
  /// For as long they go on at least, in nanoseconds: longer than any log is waited for.
  private static let span = 4 * EventTime.nanosecondsPerSecond

  private var steadySteps = 0
  private var steadySince: Int64?
  private(set) var isOver = false

  /// - Parameters:
  ///   - isWaiting: what is there is not read yet, though nothing was (`FollowDriver.isWaiting`).
  ///   - now: nanoseconds of the monotonic clock.
  mutating func note(hasRead: Bool, isBehind: Bool, isWaiting: Bool, at now: Int64) {
    if isBehind || steadySince == nil { (steadySteps, steadySince) = (0, now) }
    if !isBehind { steadySteps = min(steadySteps + 1, CatchingUp.enough) }
    let isSteady = steadySteps == CatchingUp.enough && now.less(steadySince ?? now) >= CatchingUp.span
    if (!hasRead && !isWaiting) || isSteady { isOver = true }
  }
}
