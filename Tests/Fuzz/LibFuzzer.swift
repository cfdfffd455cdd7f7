#if SKEIN_LIBFUZZER
  import Foundation

  @_silgen_name("LLVMFuzzerRunDriver")
  private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
  ) -> CInt

  private let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["SKEIN_FUZZ"] ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      broken("SKEIN_FUZZ names no target: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return target
  }()

  /// Hands libFuzzer's inputs to the target that `SKEIN_FUZZ` names. Its own `main` is not linked, since this one is there.
  @main
  struct LibFuzzer {
    static func main() {
      var count = CommandLine.argc
      var arguments = unsafe CommandLine.unsafeArgv
      let code = unsafe runDriver(&count, &arguments) { start, count in
        target.run(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
        return 0
      }
      exit(code)
    }
  }
#endif
