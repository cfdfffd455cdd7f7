/// What a field of a Sigma rule is called in the logs that skein reads.
///
/// Web rules use the names of the W3C Extended Log File Format (Sigma's taxonomy for `webserver` and `proxy`); servers and
/// services log the same under names of their own. A W3C name stands for all of these, and an item holds if it holds for one
/// of them. Any other name is the field as logged.
struct SigmaField: Equatable {
  enum Kind: Equatable {
    /// A number of 100 ... 999.
    case status
    case level
    /// skein's duration, which the rule gives in milliseconds.
    case milliseconds
    /// Texts: any of the fields.
    case texts([Place], SigmaPart)
  }

  /// A field of an expression.
  struct Place: Equatable {
    var name: String
    /// skein's own field of that name, and not one as logged.
    var isOwn = false
  }

  /// As the rule has it.
  let name: String
  let kind: Kind

  init(_ name: String) {
    self.name = name
    switch name.lowercased() {
    case "sc-status": kind = .status
    case "level": kind = .level
    case "time-taken": kind = .milliseconds
    case "cs-method": kind = .texts([Place(name: "method", isOwn: true)], .whole)
    case "cs-uri", "c-uri": kind = .texts([.path], .whole)
    case "cs-uri-stem", "c-uri-stem": kind = .texts([.path], .stem)
    case "cs-uri-query", "c-uri-query": kind = .texts([.path], .query)
    case "c-uri-extension": kind = .texts([.path], .fileExtension)
    case "message", "method", "path", "logger": kind = .texts([Place(name: name.lowercased(), isOwn: true)], .whole)
    default:
      let names = SigmaField.names[name.lowercased()] ?? []
      kind = .texts((names + [name]).map { Place(name: $0) }, .whole)
    }
  }

  /// The names of nginx's and Apache's formats first (`LayoutSource`), then those of JSON logs; the rule's own name, for logs
  /// in W3C's format, comes last.
  private static let names: [String: [String]] = [
    "c-ip": ["remote_addr", "client_addr", "client_ip"],
    "src_ip": ["remote_addr", "client_addr", "client_ip"],
    "s-ip": ["server_addr"],
    "dst_ip": ["server_addr"],
    "s-port": ["server_port"],
    "c-useragent": ["http_user_agent", "user_agent"],
    "cs-user-agent": ["http_user_agent", "user_agent"],
    "cs-referer": ["http_referer", "referer"],
    "cs-referrer": ["http_referer", "referer"],
    "cs-host": ["http_host", "host", "server_name"],
    "r-dns": ["http_host", "host", "server_name"],
    "cs-cookie": ["http_cookie", "cookie"],
    "cs-username": ["remote_user", "username"],
    "cs-version": ["server_protocol", "http_version"],
    "cs-content-type": ["http_content_type", "content_type"],
    "sc-bytes": ["body_bytes_sent", "bytes_sent"],
    "cs-bytes": ["request_length"],
  ]

  /// The one name that stands for it where there is room for one only: in `group-by` and in messages.
  var mainName: String {
    switch kind {
    case .status: "status"
    case .level: "level"
    case .milliseconds: "duration"
    case .texts(let places, _): places.first?.name ?? name
    }
  }
}

extension SigmaField.Place {
  static let path = SigmaField.Place(name: "path", isOwn: true)

  /// As an expression has it; nil where no expression can.
  var written: String? {
    if isOwn || SigmaField.Place.isBare(name) { return name }
    return name.isEmpty || name.contains("`") ? nil : "`\(name)`"
  }

  /// Whether the name stands for the field as logged without quotes.
  private static func isBare(_ name: String) -> Bool {
    let taken = [
      "status", "route", "duration", "level", "time", "method", "path", "logger", "message", "id", "request_id",
      "trace_id", "line", "and", "or", "not", "in", "has", "any", "all", "count", "reopened",
    ]
    guard !taken.contains(name.lowercased()), let first = name.utf8.first, isLetter(first) else { return false }
    var lastIsJoint = false
    for byte in name.utf8 {
      let isJoint = byte == 0x2E || byte == 0x2D
      guard isLetter(byte) || byte &- 0x30 < 10 || (isJoint && !lastIsJoint) else { return false }
      lastIsJoint = isJoint
    }
    return !lastIsJoint
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte == 0x5F }
}

/// The part of a text that an item is about, as pieces of a pattern.
///
/// skein's path is the request's target as logged, query and all. Sigma's `cs-uri-query` is, by its definition, what stands
/// after the `?`; public rules write it for path and query just as much. So it holds if it holds for either.
struct SigmaPart: Equatable {
  /// What stands before a value at the part's start, and before one that may begin anywhere in it.
  var start: String
  var lead: String
  /// What comes after a value at the part's end.
  var end: String
  /// A character of the part, of any kind.
  var any: String
  /// A regular expression can be searched in it.
  var takesRegex = true

  static let whole = SigmaPart(start: "^", lead: "", end: #"\z"#, any: ".")
  static let stem = SigmaPart(start: "^", lead: "^[^?]*", end: #"(?:\?|\z)"#, any: "[^?]", takesRegex: false)
  static let query = SigmaPart(start: #"^(?:[^?]*\?)?"#, lead: "", end: #"\z"#, any: ".")
  static let fileExtension = SigmaPart(
    start: #"^[^?]*\."#, lead: #"^[^?]*\.[^./?]*"#, end: #"(?:\?|\z)"#, any: "[^./?]", takesRegex: false)
}
