internal import CShims
internal import Glibc

/// A bell between threads: one sleeps in `poll` on `descriptor`, others ring. Rings before it is cleared are one.
package final class WakeUp: Sendable {
  /// Can be read while the bell has rung.
  package let descriptor: Int32

  /// Nil where the system has no descriptor left.
  package init?() {
    descriptor = skein_bell()
    guard descriptor >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  package func ring() {
    let one = [UInt8](arrayLiteral: 1, 0, 0, 0, 0, 0, 0, 0)
    _ = unsafe one.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
  }

  /// Whether it has rung since.
  package func clear() -> Bool { Syscalls.readAvailable(descriptor)?.isEmpty == false }
}
