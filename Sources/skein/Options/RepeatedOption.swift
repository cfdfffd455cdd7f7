internal import Application
internal import ArgumentParser

/// An option that is given twice and takes one value: what the first one said would be lost in silence.
enum RepeatedOption {
  /// Options that can be given several times.
  static let several: Set<String> = [
    "--layout-file", "--map", "--rules", "--suppressions", "--redact", "--mark", "--measure", "--span", "--log",
    "--only",
    "--listen", "--host", "--receiver",
  ]

  /// The name of the first option that `arguments` repeat though the command takes one value of it; nil where there is none.
  ///
  /// - Parameter help: of the command: it says which options take a value (`--by <field>`).
  static func first(in arguments: [String], help: () -> String) -> String? {
    var seen: Set<String> = []
    for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("-") && argument.count > 1 {
      let name = argument.hasPrefix("--") ? String(argument.prefix { $0 != "=" }) : argument
      guard !several.contains(name) else { continue }
      if !seen.insert(name).inserted, takesValue(name, help()) { return name }
    }
    return nil
  }

  /// In the help an option stands as `-o, --output <file>`, a flag without a value.
  private static func takesValue(_ name: String, _ help: String) -> Bool {
    help.split(separator: "\n").contains { line in
      let words = line.split(separator: " ", omittingEmptySubsequences: true)
      guard words.first?.hasPrefix("-") == true else { return false }
      let names = words.prefix { $0.hasPrefix("-") }
      guard names.contains(where: { $0 == name || $0 == name + "," }), names.count < words.count else { return false }
      return words[names.count].hasPrefix("<")
    }
  }
}
