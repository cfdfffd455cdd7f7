#if Serve

  internal import Synchronization

  /// Passes on the first answer that it is given, and none at all as a fault, from whatever thread.
  final class Reply: Sendable {
    private let isSent = Atomic(false)
    /// Nil: there will be no answer.
    private let deliver: @Sendable (WebResponse?) -> Void

    init(_ deliver: @escaping @Sendable (WebResponse?) -> Void) { self.deliver = deliver }

    func send(_ response: WebResponse) { pass(response) }

    private func pass(_ response: WebResponse?) {
      if !isSent.exchange(true, ordering: .acquiringAndReleasing) { deliver(response) }
    }

    deinit { pass(nil) }
  }

#endif
