import Foundation

/// Says which promise does not hold, and aborts: what libFuzzer takes for a finding.
func broken(_ promise: String) -> Never {
  FileHandle.standardError.write(Data("broken: \(promise)\n".utf8))
  abort()
}
