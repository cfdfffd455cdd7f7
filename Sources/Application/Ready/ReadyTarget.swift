package import Analysis
internal import LogSource
internal import Platform
internal import Report

/// Where the page about a checklist goes: a file, or a folder, in which it is named after the time of the run.
package struct ReadyTarget {
  private let output: String
  private let time: Int64

  /// Whether it can be written is known here, before anything is run.
  ///
  /// - Parameters:
  ///   - output: a file or a folder; nil for the folder in which skein runs.
  ///   - time: of the run, nanoseconds since 1970.
  package init(output: String?, time: Int64) throws(Failure) {
    self.output = output ?? "."
    self.time = time
    do throws(OutputError) {
      try AtomicFile.check(path)
    } catch {
      throw Failure(.data, error.message)
    }
  }

  /// The page's.
  package var path: String {
    guard AtomicFile.isFolder(output) else { return output }
    let name = ReadyReport.fileName(time)
    return output == "." ? name : output.hasSuffix("/") ? output + name : "\(output)/\(name)"
  }

  package func write(_ result: ReadyResult) throws(Failure) {
    var sink = TextSink()
    ReadyReport.markdown(result, into: &sink)
    do throws(OutputError) {
      try AtomicFile.write(path, sink.bytes)
    } catch {
      throw Failure(.data, error.message)
    }
    Terminal.writeError("skein: wrote \(Escape.terminal(path))\n")
  }
}
