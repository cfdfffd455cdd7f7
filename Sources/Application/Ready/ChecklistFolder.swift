internal import Platform

/// The folder that the paths of a checklist start from: its own.
package struct ChecklistFolder: Sendable, Equatable {
  /// Without a slash at its end, but for `/`.
  package let path: String

  /// - Parameter checklist: the path of the checklist.
  package init(of checklist: String) { path = AtomicFile.split(checklist).folder }

  /// A path as it is opened from skein's own folder.
  package func path(of name: String) -> String {
    if name.hasPrefix("/") || path == "." { return name }
    if name == "." { return path }
    return path == "/" ? "/" + name : path + "/" + name
  }
}
