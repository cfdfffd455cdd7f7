#if ISAL
  internal import CISAL
  internal import TraceCore

  /// Inflates with ISA-L, which is loaded when the first compressed file is opened and may not be there.
  ///
  /// On sound data it gives what zlib gives, about six times as fast. On damaged data it accepts codes that zlib
  /// refuses, so `GzipSource` never takes its word for damage.
  @safe
  final class ISALInflater: Inflater {
    /// Found once for the process. The pointers in it are of code and never change.
    @safe
    private struct Library: @unchecked Sendable {
      private(set) var calls = unsafe skein_isal()
      init?() {
        guard unsafe skein_isal_load(&calls) else { return nil }
      }
    }
    private static let library = Library()

    private var calls: skein_isal
    private let state: UnsafeMutableRawPointer

    /// Nil where libisal is not installed.
    init?() {
      guard let library = ISALInflater.library else { return nil }
      unsafe calls = library.calls
      unsafe state = .allocate(byteCount: Int(calls.state_size), alignment: 64)
      restart()
    }

    deinit {
      unsafe state.deallocate()
    }

    var checksum: UInt32 { unsafe skein_isal_checksum(state) }

    func restart() { unsafe skein_isal_start(&calls, state) }

    func inflate(_ input: Block, from start: Int, into output: Block) -> InflateStep {
      var step = InflateStep(consumed: 0, produced: 0, outcome: .damaged)
      let bytes = input.bytes
      precondition(start >= 0 && start <= bytes.count)
      unsafe bytes.withUnsafeBytes { source in
        _ = unsafe output.append { (room: UnsafeMutableRawBufferPointer) -> Int in
          guard let from = unsafe source.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let target = unsafe room.baseAddress?.assumingMemoryBound(to: UInt8.self)
          else { return 0 }
          let done = unsafe skein_isal_inflate(
            &calls, state, from + start, UInt32(clamping: source.count - start), target, UInt32(clamping: room.count))
          step.consumed = Int(done.consumed)
          step.produced = Int(done.produced)
          step.outcome = done.status == 0 ? .more : done.status == 1 ? .end : .damaged
          return step.produced
        }
      }
      return step
    }
  }
#endif
