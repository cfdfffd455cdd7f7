internal import TraceCore

/// What must not be shown of a hit: the secrets that rules found on its line, whichever of them the hit is of.
///
/// Made for the first hit of a finding only; looks at all hits of the batch.
struct HitSecrets {
  private let redactor: SecretRedactor
  private var known: [[UInt8]]
  /// A rule about secrets holds that tells no place: what it was about could be anything in the line.
  private var hidesLine = false
  /// Fields that such a rule asked for.
  private var hiddenNames: Set<String> = []

  /// Bytes of a captured secret that are known: of a longer one, the first.
  private static let cut = RuleMatcher.longestValue

  init(on hit: RuleHit, _ hits: RuleHits, _ line: [UInt8], _ set: RuleSet, _ redactor: SecretRedactor) {
    self.redactor = redactor
    known = redactor.secrets(in: line)
    for other in hits.hits + hits.orphans where other.offset == hit.offset {
      let index = Int(other.rule)
      guard case .rule(let rule) = set.roles[index], set.rules[rule].isSecret else { continue }
      guard let place = set.valueNames[index].firstIndex(of: RuleSet.secretName), other.kind == .match else {
        hidesLine = true
        if case .line(let condition) = set.rules[rule].condition, let expression = condition.expression {
          hiddenNames.formUnion(expression.standardNames + expression.fieldNames)
        }
        continue
      }
      if let range = hits.value(place, of: other), !range.isEmpty { known.append(Array(hits.text[range])) }
    }
    // The longest first: a shorter one may be a part of it.
    known.sort { $0.count > $1.count }
  }

  /// A value, named as people see it.
  func shown(_ value: String, named name: String) -> String {
    hiddenNames.contains(name) ? SecretRedactor.mark : redactor.redacted(value, named: name, known: known)
  }

  func shown(line: [UInt8]) -> [UInt8] {
    hidesLine
      ? Array("<not shown: a rule about secrets holds for this line>".utf8)
      : redactor.redacted(line: line, known: known, cut: HitSecrets.cut)
  }
}
