internal import CShims
internal import Glibc

/// A lock with a condition to wait for: what `Mutex` has and has not. Waiting gives the lock up and takes it again.
@safe
package final class Monitor: @unchecked Sendable {
  // Both must not move once they are in use.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  /// Threads in `wait`, so that nobody is woken where nobody sleeps.
  private var waiting = 0

  package init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe condition.initialize(to: pthread_cond_t())
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  package func lock() { unsafe pthread_mutex_lock(mutex) }

  package func unlock() { unsafe pthread_mutex_unlock(mutex) }

  /// Sleeps until `signal`; the caller holds the lock before and after, and looks again at what it waited for.
  package func wait() {
    waiting += 1
    unsafe pthread_cond_wait(condition, mutex)
    waiting -= 1
  }

  /// As `wait`, for so many nanoseconds at most; whether it was woken before.
  package func wait(atMost nanoseconds: Int64) -> Bool {
    waiting += 1
    defer { waiting -= 1 }
    return unsafe skein_wait(condition, mutex, max(0, nanoseconds)) == 0
  }

  /// Wakes every waiting thread; the caller holds the lock.
  package func signal() {
    if waiting > 0 { unsafe pthread_cond_broadcast(condition) }
  }
}

/// A thread of the operating system that runs one function to its end.
@safe
package struct WorkerThread {
  private let thread: pthread_t

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Nil where the system starts no more threads: the work is then done by those that are there.
  package init?(_ run: @escaping @Sendable () -> Void) {
    let body = unsafe Unmanaged.passRetained(Body(run))
    var thread = pthread_t()
    let failure = unsafe pthread_create(
      &thread, nil,
      { context in
        skein_fault_thread()
        if let context = unsafe context { unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, body.toOpaque())
    guard failure == 0 else {
      unsafe body.release()
      return nil
    }
    self.thread = thread
  }

  /// Waits for its end. This or `leave`, once.
  package func join() { pthread_join(thread, nil) }

  /// Lets it end by itself.
  package func leave() { pthread_detach(thread) }
}
