/// Standard input among paths.
package enum StandardInput {
  /// What it is called in place of a path.
  package static let path = "-"
}
