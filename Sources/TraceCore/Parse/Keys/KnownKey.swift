/// What a key means.
struct KnownKey: BitwiseCopyable {
  /// With the names of its parents, for the members of its value.
  var name: FieldNameHash
  var target: FieldTarget
  /// Of a JSON member: its name without parents that say nothing, and what an object under it is.
  var short = FieldNameHash()
  var scope = JSONScopeKind.own
}

/// What an object under a key is for the names of its members.
enum JSONScopeKind: UInt8, BitwiseCopyable, Sendable {
  /// Its name belongs to theirs.
  case own
  /// Its name says nothing: members are looked up by their own.
  case usual
  /// The headers of a message: the request id may be among them; what else is there is the client's.
  case headers
  /// No member means anything: a duration or a time told in parts by somebody's own scheme.
  case closed
}
