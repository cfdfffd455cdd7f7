package import Analysis
package import TraceCore

/// What a survey counts, and by what it tells requests apart.
package struct SurveyOptions: Sendable {
  /// What puts a request into a segment.
  package enum Division: Sendable, Equatable {
    /// The span in which it ends (nanoseconds); records by their own times. Spans do not overlap.
    case time([Range<Int64>])
    /// The value of this field on its closing record; records by the request that they belong to.
    case value(field: String, [String])
    /// All are in one segment, of so many: a log against another one.
    case whole(segment: Int, of: Int)

    package var segments: Int {
      switch self {
      case .time(let spans): spans.count
      case .value(_, let values): values.count
      case .whole(_, let count): count
      }
    }
  }

  package var division: Division
  /// Requests of this duration and more are slow (nanoseconds); nil where it is not known.
  package var slowFrom: Int64?
  /// The same for routes that have a measure of their own, by name.
  package var slowByRoute: [String: Int64] = [:]
  /// Whether what a diff weighs its figures by is counted: `SurveyResult.Segment.scatter`.
  package var collectsScatter = false
  /// Fields whose values are compared.
  package var fields: [String] = []
  /// Fields that tell users or clients apart; at most three.
  package var audience: [String] = []
  /// Fields that tell the programs of clients apart, at most one: with `audience` those whose values are looked at one by one
  /// however many there are.
  package var agents: [String] = []
  /// What the requests are drawn by that are kept with all their facts; nil to keep none.
  package var sampled: SurveyResult.Target?
  /// Fields that name releases: when a value was seen first is told.
  package var releases: [String] = []
  /// The segment whose requests and stack traces are shown; nil for all.
  package var focus: Int?

  /// Templates that a survey of another log knows, with its counts.
  package var known: TemplateTally?

  package init(division: Division) { self.division = division }

  /// All fields that have to be read, each once.
  var names: [String] {
    var names: [String] = []
    let all = fields + audience + agents + releases
    for name in all where !names.contains(name) { names.append(name) }
    if case .value(let field, _) = division, !names.contains(field) { names.append(field) }
    return names
  }
}

/// Picks fields to compare from the names that the first lines of a log have.
package enum SurveyFields {
  /// Fields compared at most.
  static let most = 24

  /// What people are told apart by, most telling first.
  private static let people = [
    ["user", "userid", "username", "uid", "account", "accountid", "customer", "customerid", "email", "sub"],
    ["client", "clientip", "remoteaddr", "remoteip", "ip", "xforwardedfor", "peer", "clientaddr", "remotehost"],
    ["tenant", "tenantid", "org", "orgid", "organization", "workspace", "team"],
  ]
  private static let agentNames = ["useragent", "httpuseragent", "agent", "ua"]
  private static let releaseNames = [
    "version", "release", "appversion", "build", "commit", "gitsha", "revision", "imagetag", "deployment",
  ]
  /// What differs from one record to the next, or says where the line was written, and is no field that skein reads: of those
  /// the catalog knows the names.
  static let singular = [
    "exctype", "spanid", "parentid", "id", "line", "lineno", "pathname", "filename", "pid", "process", "thread",
    "threadname", "processname", "bytes", "size",
  ]

  /// Whether requests are compared by the field: not if skein reads it as something that is known of every request, as status,
  /// duration or path, by which "failed" and "slow" are defined. The method alone is a fact of its own beside the route.
  static func isFact(_ name: String, _ catalog: FieldCatalog) -> Bool {
    let target = catalog.target(ofMember: name)
    guard target.standard == .none || target.standard == .method || target.isRareMeaning else { return false }
    let name = folded(name)
    return !singular.contains(name) && !name.hasSuffix("ms") && !name.hasSuffix("bytes") && !name.isEmpty
  }

  private static func folded(_ name: String) -> String {
    String(decoding: name.utf8.filter { ![0x5F, 0x2D, 0x2E, 0x40].contains($0) }, as: UTF8.self).lowercased()
  }

  /// Adds to `options` what the names call for.
  ///
  /// - Parameter catalog: what the run reads fields by, `--map` and `--id` with it.
  package static func choose(from names: [String], catalog: FieldCatalog, into options: inout SurveyOptions) {
    for kind in people {
      if let name = kind.lazy.compactMap({ wanted in names.first { folded($0) == wanted } }).first {
        options.audience.append(name)
      }
    }
    options.agents = Array(names.filter { agentNames.contains(folded($0)) }.prefix(1))
    options.releases = names.filter { releaseNames.contains(folded($0)) }
    let fit = names.filter { isFact($0, catalog) }
    options.fields = Array((options.releases + fit.filter { !options.releases.contains($0) }).prefix(most))
  }
}
