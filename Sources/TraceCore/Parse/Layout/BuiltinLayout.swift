/// A layout's name, the format as its service's configuration has it, and a line that fits.
package struct BuiltinLayout: Sendable {
  package let name: String
  package let format: String
  package let language: FormatLanguage
  package let sample: String
}
