/// Where a member of a nested object stands: what its name is looked up with.
///
/// A member has two names. The whole one has all its parents in front (`request.headers.host`). Under the usual parents, which
/// say nothing about their members (`extra`, `context`, `fields`, `Properties` …), the short one begins anew with the member,
/// and counts after the names of members that stand further out.
struct JSONScope: BitwiseCopyable, Sendable {
  /// Running hash of the whole name.
  var whole = FieldNameHash()
  /// Running hash of the short one.
  var short = FieldNameHash()
  /// Added to the rank of what is found by a short name.
  var penalty: UInt8 = 0
  var kind = JSONScopeKind.usual

  /// The members of the line's own object.
  static let line = JSONScope()

  /// The scope of the members of the object under the key `whole`, `short`, which is of `kind`.
  @inline(never)
  func entering(_ key: KnownKey) -> JSONScope {
    var scope = JSONScope(whole: key.name, short: key.short, penalty: penalty, kind: key.scope)
    switch key.scope {
    case .usual, .headers:
      scope.short = FieldNameHash()
      scope.penalty = min(penalty, 80) + 40
    case .own: scope.kind = kind == .headers || kind == .closed ? kind : .own
    case .closed: break
    }
    if kind == .closed { scope.kind = .closed }
    return scope
  }

  /// What a member of this scope stands for.
  func target(_ whole: FieldNameHash, _ short: FieldNameHash, _ catalog: borrowing FieldCatalog)
    -> FieldTarget
  {
    var target = catalog[whole]
    guard penalty > 0 || kind != .usual else { return target }
    if target.standard == .none, kind != .closed, short != whole {
      let found = catalog[short]
      target.standard = found.standard
      target.rank = found.rank > 255 - penalty ? 255 : found.rank + penalty
      target.unit = found.unit
      target.isServed = found.isServed
      target.isPathOnly = found.isPathOnly
      target.isMapped = found.isMapped
      target.isDoubtful = found.isDoubtful
      if target.wanted < 0 { target.wanted = found.wanted }
    }
    if kind == .closed || (kind == .headers && target.standard != .requestID) { target.standard = .none }
    return target
  }
}

extension FieldCatalog {
  /// What a key stands for that is given with its parents, as `http.response.status_code` or `extra.status`.
  package func target(ofMember name: String) -> FieldTarget {
    var scope = JSONScope.line
    let parts = name.split(separator: ".")
    for (place, part) in parts.enumerated() {
      var (whole, short) = (scope.whole, scope.short)
      for byte in part.utf8 {
        whole.fold(byte)
        short.fold(byte)
      }
      if place == parts.count - 1 { return scope.target(whole, short, self) }
      scope = scope.entering(
        KnownKey(
          name: whole, target: .ignored, short: short, scope: FieldCatalog.scope(of: FieldNameHash(String(part)))))
    }
    return .ignored
  }

  /// What an object under this name is for its members; by the last part of the name.
  static func scope(of name: FieldNameHash) -> JSONScopeKind {
    scopes.first { $0.name == name }?.kind ?? .own
  }

  private static let scopes: [(name: FieldNameHash, kind: JSONScopeKind)] =
    [
      "extra", "context", "meta", "metadata", "mdc", "contextmap", "fields", "attributes", "properties", "httprequest",
      "state", "scopes", "jsonpayload", "payload", "params", "record", "ctx", "additional_fields", "logrecord",
      "labels",
    ].map { (FieldNameHash($0), .usual) }
    + ["headers", "request_headers", "req_headers"].map { (FieldNameHash($0), .headers) }
    + ["elapsed", "response_headers", "resp_headers"].map { (FieldNameHash($0), .closed) }
}
