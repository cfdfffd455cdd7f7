#if Serve

  internal import NIOCore

  /// One thing that happens on an event loop unless it is called off before its time.
  struct Deadline {
    private var task: Scheduled<Void>?

    /// Replaces what was to happen.
    mutating func set(_ milliseconds: Int64, on loop: any EventLoop, _ action: @escaping () -> Void) {
      task?.cancel()
      task = loop.assumeIsolated().scheduleTask(in: .milliseconds(milliseconds), action)
    }

    mutating func cancel() {
      task?.cancel()
      task = nil
    }
  }

#endif
