#if SKEIN_LIBFUZZER
  import Foundation

  private let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["SKEIN_FUZZ"] ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      broken("SKEIN_FUZZ names no target: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return target
  }()

  /// What libFuzzer's own `main` calls for each input: the target that `SKEIN_FUZZ` names looks at it.
  @_cdecl("LLVMFuzzerTestOneInput")
  public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.run(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
  }
#endif
