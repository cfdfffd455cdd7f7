internal import Platform
package import Report
internal import TraceCore

/// Where a page goes: a folder, which is made where it is missing and in which the page is named after its time, or a
/// Markdown file.
package struct PageTarget {
  private let path: String
  private let isFile: Bool

  /// Makes the folder: a mistake in the name is an error here, before anything is read.
  package init(_ output: String) throws(Failure) {
    path = output.hasSuffix("/") && output != "/" ? String(output.dropLast()) : output
    isFile = output.hasSuffix(".md") && !AtomicFile.isFolder(output)
    do throws(OutputError) {
      if !isFile { try PageTarget.makeFolder(path) }
      try AtomicFile.check(isFile ? path : path + "/page.md")
    } catch {
      throw Failure(.data, error.message)
    }
  }

  /// With those above it.
  private static func makeFolder(_ path: String) throws(OutputError) {
    guard !AtomicFile.isFolder(path) else { return }
    let (above, _) = AtomicFile.split(path)
    if above != ".", above != "/", above != path { try makeFolder(above) }
    do throws(SystemError) {
      try Syscalls.makeSharedFolder(path)
    } catch {
      throw OutputError(error, path: path, folder: above)
    }
    guard AtomicFile.isFolder(path) else { throw .writeFailed(path: path, reason: "it is no folder, and no .md file") }
  }

  /// The folder that the page is in.
  package var folder: String { isFile ? AtomicFile.split(path).folder : path }

  /// The page's path.
  ///
  /// - Parameter name: of the page in a folder.
  package func file(named name: String) -> String { isFile ? path : "\(path)/\(name)" }

  /// Writes the page, whole or not at all, and says so.
  ///
  /// - Parameter name: see `file`.
  package func write(_ sink: inout TextSink, named name: String) throws(Failure) {
    let file = file(named: name)
    let bytes = sink.bytes
    do throws(OutputError) {
      try AtomicFile.write(file, bytes.span, isShared: true)
    } catch {
      throw Failure(.data, error.message)
    }
    Terminal.writeError("skein: wrote \(Escape.terminal(file))\n")
  }
}
