#if Serve

  internal import NIOCore
  internal import Synchronization

  /// What all connections of a server share, from whatever thread: its handler, its limits, its counts, the way onto its loop.
  final class Site: Sendable {
    let handler: any WebHandler
    let options: WebOptions
    private let loop: any EventLoop
    private let counters = Mutex(WebCounts())
    private let isOpen = Mutex(true)

    init(handler: any WebHandler, options: WebOptions, loop: any EventLoop) {
      self.handler = handler
      self.options = options
      self.loop = loop
    }

    var counts: WebCounts { counters.withLock { $0 } }

    func count(_ change: (inout WebCounts) -> Void) { counters.withLock { change(&$0) } }

    func count(_ refusal: WebRefusal) { count { $0.refusals[refusal, default: 0] += 1 } }

    /// Runs it on the loop, later; nothing after `close`, when the loop takes nothing more.
    func onLoop(_ action: @escaping @Sendable () -> Void) {
      isOpen.withLock { if $0 { loop.execute(action) } }
    }

    func close() { isOpen.withLock { $0 = false } }
  }

#endif
