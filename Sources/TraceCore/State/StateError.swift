/// Why the state of a run was not saved or loaded.
package enum StateError: Error, Equatable, Sendable {
  /// The bytes end inside the state.
  case ended
  /// A value that no state has; what it should have been.
  case invalid(String)
  /// The state is of a run with other options; which.
  case mismatch(String)
  /// The run cannot be told by its state yet: what it has read must be read again.
  case notYet(String)

  /// For people, as the rest of a sentence.
  package var message: String {
    switch self {
    case .ended: "it ends too early"
    case .invalid(let what): "it holds no valid \(what)"
    case .mismatch(let what): "it is of a run with other \(what)"
    case .notYet(let what): "there is nothing to be saved before \(what)"
    }
  }
}
