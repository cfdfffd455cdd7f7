/// The version of the program: the one place that says it.
package enum ProgramVersion {
  package static let text = "0.1.0"
}
