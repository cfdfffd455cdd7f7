internal import TraceCore

/// The sources of a run (generations of all streams), numbered in the order in which they became known.
///
/// Used by the thread that merges. While a log is followed, more come.
final class SourceRegistry {
  /// Of each source, its path as the user would say it.
  private(set) var paths: [String] = []

  /// Adds a source; returns its number.
  func add(_ path: String) -> Int {
    paths.append(path)
    return paths.count - 1
  }
}

// MARK: State

extension SourceRegistry: StateCodable {
  func code(_ coder: inout StateCoder) throws(StateError) { try coder.code(&paths) }
}
