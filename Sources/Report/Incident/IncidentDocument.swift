package import Analysis
package import RulePack
package import TraceCore

/// All that an incident document says, as values: what Markdown, HTML and JSON are made from. Nothing in it depends on the
/// clock or on hash order. Its texts are redacted already; the writers escape them.
package struct IncidentDocument: Sendable {
  /// Where something stands in the log, and a hash of it by which it is found again.
  package struct Place: Sendable, Equatable {
    package var path: String
    /// From 1.
    package var line: Int
    /// First 12 hexadecimal digits of the SHA-256 of the line as logged, without its newline.
    package var hash: String

    package init(path: String, line: Int, hash: String) {
      self.path = path
      self.line = line
      self.hash = hash
    }
  }

  /// An instant of the timeline.
  package struct Moment: Sendable, Equatable {
    package enum Kind: String, Sendable {
      case begin, onset, mark, release, finding, peak, verdict, recovery, end
    }
    package var time: Int64
    package var kind: Kind
    package var text: String
    package var place: Place?

    package init(time: Int64, kind: Kind, text: String, place: Place? = nil) {
      self.time = time
      self.kind = kind
      self.text = text
      self.place = place
    }
  }

  /// A part of the log's span: before, during and after the incident (or the whole of it, where nothing is wrong).
  package struct Segment: Sendable, Equatable {
    /// `before`, `during`, `after`, `all`.
    package var name: String
    /// Nanoseconds; from ..< to.
    package var from: Int64
    package var to: Int64
    package var total: GroupSummary
    /// Most requests first, then by name.
    package var routes: [GroupSummary]
    /// Requests in flight at once; nil where nobody measured.
    package var inFlight: InFlight?

    package init(
      name: String, from: Int64, to: Int64, total: GroupSummary, routes: [GroupSummary], inFlight: InFlight? = nil
    ) {
      self.name = name
      self.from = from
      self.to = to
      self.total = total
      self.routes = routes
      self.inFlight = inFlight
    }
  }

  /// Distinct users, clients, tenants, by a field that is logged.
  package struct Audience: Sendable, Equatable {
    package var field: String
    /// Distinct values on failed requests of the span, and on all requests of the span.
    package var affected: Int64
    package var all: Int64
    /// Beyond the number that is counted exactly.
    package var isEstimate: Bool

    package init(field: String, affected: Int64, all: Int64, isEstimate: Bool) {
      self.field = field
      self.affected = affected
      self.all = all
      self.isEstimate = isEstimate
    }
  }

  /// A request of the span whose records are shown.
  package struct Exemplar: Sendable {
    /// Why this one: "the slowest failed request of PUT /api/settings/{id}".
    package var reason: String
    package var trace: TraceSummary
    /// In order of time.
    package var records: [EvidenceRecord]
    package var place: Place?

    package init(reason: String, trace: TraceSummary, records: [EvidenceRecord], place: Place?) {
      self.reason = reason
      self.trace = trace
      self.records = records
      self.place = place
    }
  }

  /// A candidate for the cause, with its evidence; people decide.
  package struct Candidate: Sendable, Equatable {
    package enum Kind: String, Sendable {
      /// What sets the requests apart: one fact, or two that have to hold together.
      case fact, facts
      /// Something that happened shortly before: a release, a mark.
      case deploy
      case message, finding, stack
    }
    package var kind: Kind
    package var text: String
    package var evidence: [String]
    /// Of a fact, with the other causes held fixed.
    package var cause: Cause?
    /// Event time of a deploy (nanoseconds).
    package var time: Int64?

    package init(kind: Kind, text: String, evidence: [String], cause: Cause? = nil, time: Int64? = nil) {
      self.kind = kind
      self.text = text
      self.evidence = evidence
      self.cause = cause
      self.time = time
    }
  }

  /// What gives a number of the document again; `skein` has a command for each.
  package enum Recipe: Sendable, Equatable {
    /// The figures of the requests that ended in a span (nanoseconds); nil for all of the document.
    case stats(span: Range<Int64>?)
    /// The figures over time, in windows of so many nanoseconds.
    case windows(length: Int64)
    case findings
    /// The message templates of the records of a span (nanoseconds).
    case templates(span: Range<Int64>)
    case trace(id: String)
  }

  /// How a number is made again.
  package struct Command: Sendable, Equatable {
    /// "impact and routes during the incident".
    package var purpose: String
    package var command: String

    package init(purpose: String, command: String) {
      self.purpose = purpose
      self.command = command
    }
  }

  /// The logs as the user named them.
  package var title: String
  /// Nil where nothing is wrong.
  package var span: IncidentSpan?
  /// What the service had just been through where the span is only its slow start ("the release at 10:00:12"): no incident.
  package var slowStart: String?
  /// How the span was found, in a sentence, with the source of the method; or that it was given.
  package var method: String
  /// In order of time.
  package var series: [SeriesWindow]
  package var timeline: [Moment]
  /// before, during, after, in this order, those that there are; `all` alone where nothing is wrong.
  package var segments: [Segment]
  package var audience: [Audience]
  /// Windows without a sign of the incident after recovery, of the search; and how many were asked for.
  package var cleanWindows: Int
  package var cleanWindowsNeeded: Int
  /// Nanoseconds; the search looks at finer windows than charts show. 0: as those.
  package var cleanWindowLength: Int64 = 0
  package var findings: Findings?
  /// Places of the findings' examples, in the order of `findings.findings`.
  package var findingPlaces: [Place?]
  /// New, then changed, then gone; A is before, B is during.
  package var templates: [TemplateShift]
  package var contrasts: [Contrast]
  package var exemplars: [Exemplar]
  /// Most first.
  package var stacks: [StackGroup]
  package var candidates: [Candidate]
  package var commands: [Command]
  /// What a reader must know: the span's choice, durations that are missing, limits that were reached.
  package var notes: [String]
  /// Times are read as this zone where lines name none.
  package var ledger: Ledger
  /// Kinds of what was redacted with how many different values: `email` 3.
  package var redacted: [(kind: String, values: Int)]
  /// False where nobody looked for what is to be redacted.
  package var isRedacted = true

  package init(title: String, method: String, ledger: Ledger) {
    self.title = title
    span = nil
    self.method = method
    series = []
    timeline = []
    segments = []
    audience = []
    cleanWindows = 0
    cleanWindowsNeeded = 0
    findings = nil
    findingPlaces = []
    templates = []
    contrasts = []
    exemplars = []
    stacks = []
    candidates = []
    commands = []
    notes = []
    self.ledger = ledger
    redacted = []
  }
}
