internal import Patterns
internal import TraceCore

/// What is replaced in a text that leaves the terminal: the kinds that are built in, the rules about secrets of the packs, and
/// the rules of the user's files. Compiled, immutable, shared by any number of `Redactor`s.
///
/// It is no guarantee: a name, a street, a value of an unknown form are not seen (docs/redaction.md).
package struct RedactionRules: Sendable {
  /// Kinds that are built in, in the order in which they are told.
  package static let builtinKinds = ["secret", "email", "iban", "card", "phone", "ip", "mac"]

  /// A rule of a user's file.
  struct Custom: Sendable {
    /// a-z, 0-9 and -: the name of its tokens. That of a kind that is built in adds to that kind.
    var name: String
    var pattern: Regex
    /// A named group; nil for the whole match.
    var group: String?
    /// Fixed text in place of a numbered token.
    var replacement: String?
  }

  /// What a file says.
  package struct File: Sendable {
    var custom: [Custom] = []
    /// Of `builtinKinds`.
    var disabled: [String] = []
  }

  /// In a fixed order: those that are built in, then the others as the files have them.
  package let kinds: [String]
  /// In the order in which they look at a text: what a user asks for first, secrets before what may be a part of them.
  let patterns: [RedactionPattern]
  /// From here on they look past ids, hashes and times.
  let firstOfNumbers: Int

  /// Compiles nothing anew but what the files bring; some ms, since the pack about security is read.
  ///
  /// - Parameters:
  ///   - files: in the order of the command line.
  ///   - rules: those that the run applies: what their rules about secrets match is replaced too.
  package init(_ files: [File] = [], secretsOf rules: RuleSet? = nil) {
    let custom = files.flatMap(\.custom)
    let disabled = Set(files.flatMap(\.disabled))
    var kinds = RedactionRules.builtinKinds
    for rule in custom where !kinds.contains(rule.name) { kinds.append(rule.name) }
    var patterns: [RedactionPattern] = custom.map { rule in
      RedactionPattern(
        kind: kinds.firstIndex(of: rule.name) ?? 0, rule.pattern,
        group: rule.group, form: .plain,
        replacement: rule.replacement.map { Array($0.utf8) })
    }
    func add(_ kind: String, _ found: [RedactionPattern]) {
      guard let place = kinds.firstIndex(of: kind), !disabled.contains(kind) else { return }
      patterns += found.map { pattern in
        var pattern = pattern
        pattern.kind = place
        return pattern
      }
    }
    add("secret", SecretForms.all)
    add("secret", RedactionRules.patterns(ofSecretRules: (RedactionRules.securityPack + (rules?.rules ?? []))))
    add("email", BuiltinRedactions.email)
    add("iban", BuiltinRedactions.iban)
    firstOfNumbers = patterns.count
    add("card", BuiltinRedactions.card)
    add("phone", BuiltinRedactions.phone)
    add("ip", BuiltinRedactions.ip)
    add("mac", BuiltinRedactions.mac)
    self.kinds = kinds
    self.patterns = patterns
  }

  /// Rules of the pack about security that have an equal here, one that leaves the value's name and sees more.
  private static let covered: Set<String> = [
    "secret-api-key", "secret-private-key", "secret-credentials", "secret-password", "secret-connection-string",
  ]

  /// The rules about secrets that are built in; they hold also where a run applies no packs.
  private static let securityPack: [Rule] = {
    guard let text = EmbeddedPacks.all.first(where: { $0.name == "security" })?.text,
      let pack = try? PackReader.read(Array(text.utf8), path: "security.yml")
    else { return [] }
    return pack.rules
  }()

  private static func patterns(ofSecretRules rules: [Rule]) -> [RedactionPattern] {
    var seen: Set<String> = []
    return rules.compactMap { rule in
      guard rule.isSecret, case .line(let condition) = rule.condition, let regex = condition.rule.pattern else {
        return nil
      }
      // What a single field is like can be anywhere in another text.
      if case .field = condition.target { return nil }
      if rule.pack == "security" && covered.contains(rule.id) { return nil }
      guard seen.insert(regex.pattern).inserted else { return nil }
      return RedactionPattern(kind: 0, regex, group: "secret", form: .secret)
    }
  }
}
