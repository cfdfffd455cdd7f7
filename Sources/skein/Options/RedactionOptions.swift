internal import Application
internal import Config
internal import ArgumentParser
internal import LogSource
internal import Pipeline
internal import RulePack

/// What is replaced in what leaves the terminal to be shared.
struct RedactionOptions: ParsableArguments {
  @Option(
    name: .customLong("redact"),
    help: ArgumentHelp(
      "A file of additional rules for what is redacted in what is shared. Can be given several times.",
      valueName: "file"),
    completion: .file(extensions: ["yml", "yaml"]))
  var files: [String] = []

  @Flag(name: .customLong("no-redaction"), help: "Redact nothing but what rules about secrets found.")
  var isOff = false

  /// For one document. Nil with --no-redaction.
  func redactor(secretsOf set: RuleSet? = nil) throws(Failure) -> Redactor? {
    try rules(secretsOf: set).map { Redactor($0) }
  }

  /// For several documents, each with a `Redactor` of its own. Nil with --no-redaction.
  ///
  /// - Parameter set: the rules that are applied; what those of them about secrets match is redacted too.
  /// - Throws: every mistake in the files at once.
  func rules(secretsOf set: RuleSet? = nil) throws(Failure) -> RedactionRules? {
    guard !isOff else {
      if files.isEmpty { return nil }
      throw Failure(.usage, "--redact and --no-redaction contradict each other: leave one of them out")
    }
    var read: [RedactionRules.File] = []
    var problems: [ConfigurationProblem] = []
    for path in files {
      let text: [UInt8]
      do throws(SourceError) {
        text = try ConfigurationFile.read(path)
      } catch {
        throw Failure(error)
      }
      do throws(ConfigurationProblems) {
        read.append(try RedactionReader.read(text, path: path))
      } catch {
        problems += error.problems
      }
    }
    guard problems.isEmpty else {
      throw Failure(.usage, "the redactions have mistakes:\n" + problems.map(\.description).joined(separator: "\n"))
    }
    return RedactionRules(read, secretsOf: set)
  }
}
