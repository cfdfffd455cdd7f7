internal import Platform
package import Report
internal import TraceCore

/// Where the document of a load test goes: a folder, which is made where it is missing, or a Markdown file.
package struct BenchmarkTarget {
  private let path: String
  private let isFile: Bool

  /// Makes the folder: a mistake in the name is an error here, before anything is read.
  package init(_ output: String) throws(Failure) {
    path = output
    isFile = output.hasSuffix(".md") && !AtomicFile.isFolder(output)
    do throws(OutputError) {
      if !isFile { try BenchmarkTarget.makeFolder(output) }
      try AtomicFile.check(isFile ? output : output + "/benchmark.md")
    } catch {
      throw Failure(.data, error.message)
    }
  }

  /// With those above it.
  private static func makeFolder(_ path: String) throws(OutputError) {
    guard !AtomicFile.isFolder(path) else { return }
    let (above, _) = AtomicFile.split(path.hasSuffix("/") ? String(path.dropLast()) : path)
    if above != ".", above != "/", above != path { try makeFolder(above) }
    do throws(SystemError) {
      try Syscalls.makeSharedFolder(path)
    } catch {
      throw OutputError(error, path: path, folder: above)
    }
    guard AtomicFile.isFolder(path) else { throw .writeFailed(path: path, reason: "it is no folder, and no .md file") }
  }

  package func write(_ document: BenchmarkDocument) throws(Failure) {
    var sink = TextSink()
    BenchmarkReport.markdown(document, into: &sink)
    let bytes = sink.bytes
    let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
    let file = isFile ? path : "\(folder)/\(BenchmarkReport.fileName(document.stats))"
    do throws(OutputError) {
      try AtomicFile.write(file, bytes.span, isShared: true)
    } catch {
      throw Failure(.data, error.message)
    }
    Terminal.writeError("skein: wrote \(Escape.terminal(file))\n")
  }
}
