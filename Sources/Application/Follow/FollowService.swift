package import Pipeline

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
  func stop()
}
