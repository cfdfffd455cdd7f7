internal import Analysis
package import LogSource
package import RulePack
package import TraceCore

/// What a run does with the messages of records.
package enum MessageUse: Sendable {
  case none
  /// `templates`: each is kept.
  case kept
  /// `watch`: when each was logged first.
  case dated
}

/// Everything that decides what a run does, validated: what the commands' options become.
package struct RunPlan {
  package var input: InputPlan
  /// `--layout`: a name or a pasted format; nil to detect.
  package var layout: String?
  /// Layouts of files, and `--time-format`.
  package var own = OwnLayouts()
  /// `--tz`, for timestamps without a zone.
  package var zone = TimeZoneRules.utc
  /// `--id`.
  package var idField: String?
  /// `--map`.
  package var map = FieldMap()
  /// `--requests-from`: names of loggers, layouts, logs; `all` alone; none: whatever the evidence says.
  package var requestsFrom: [String] = []
  /// `--by`; nil for the route.
  package var groupBy: String?
  /// `--every` in nanoseconds.
  package var every: Int64?
  /// `--since`, `--until`: requests that ended in since ..< until (nanoseconds); docs/semantics.md#selecting-by-time.
  package var since: Int64?
  package var until: Int64?
  /// `--since 2h`: nanoseconds back from the newest record.
  package var sinceBeforeNewest: Int64?
  /// `traces --where`.
  package var filter: TraceExpression?
  /// `--where` of `stats`, `report`, `diff`, `gate` and `follow`: only requests whose closing record it holds for. The first of the
  /// conditions that are asked of closing records.
  package var requestFilter: FilterExpression?
  /// `fill`: conditions on closing records, at most 16, for a `MeasureCollector`.
  package var measureConditions: [FilterExpression] = []
  /// `scan`: rules, and what finds their lines.
  package var rules: ScanRules?
  /// `filter --rule`: records for which a rule holds are marked.
  package var marksHits = false
  /// `follow`, `gate`: the run tells events.
  package var live: LiveOptions?
  /// `report`, `diff`: what is counted by segment.
  package var survey: SurveyOptions?
  /// `report`: figures over time, in windows that adapt to the span.
  package var collectsSeries = false
  /// `stats`, `report`: spans of event time (nanoseconds) in which requests in flight are measured.
  package var inFlight: [Range<Int64>] = []
  /// `filter EXPR`, `--where` of `templates` and `scan`: evaluated on every record, as the first predicate.
  package var recordFilter: FilterExpression?
  package var messages = MessageUse.none
  /// Lines are passed on as they stand, also what they have beyond `maxLine`.
  package var passesWholeLines = false
  /// Lines are passed on with the colours that are taken off before they are read.
  package var keepsOriginal = false
  package var idle: Int64 = 60 * EventTime.nanosecondsPerSecond
  package var maxOpen: Int64 = 900 * EventTime.nanosecondsPerSecond
  package var maxLine = 1 << 20
  /// Steps of a waterfall are wanted (`show`, `--lines`).
  package var includesSteps = false
  /// Threads that read and parse; the result is the same for any number.
  package var threads = 1
  /// Bytes read at once.
  package var blockSize = Block.standardCapacity

  package init(input: InputPlan) { self.input = input }

  /// Number of the first condition of the rules, and of the first one of a gate, among those that are asked of closing records.
  var firstRuleAtom: Int { requestFilter == nil ? 0 : 1 }
  var firstGateAtom: Int { firstRuleAtom + (rules?.set.requestAtoms.count ?? 0) }

  /// Rules look only at records for which `recordFilter` is yes.
  var selectsForRules: Bool { rules != nil && recordFilter != nil && !marksHits }

  /// Event times that `since` and `until` select; nil for all.
  var span: Range<Int64>? {
    guard since != nil || until != nil else { return nil }
    let (from, to) = (since ?? EventTime.none + 1, until ?? .max)
    return from..<max(from, to)
  }

  /// Names of fields that have to be looked for in every line.
  package var wantedFields: [String] { wantedNames.names }

  private var wantedNames: WantedNames {
    var names = WantedNames()
    if let groupBy, groupBy != "route", groupBy != "instance", FieldName.standard(groupBy) == nil {
      names.add([groupBy])
    }
    names.add(filter?.fieldNames ?? [])
    names.add(requestFilter?.fieldNames ?? [])
    for condition in measureConditions { names.add(condition.fieldNames) }
    if let rules {
      names.add(rules.lines.denseFieldNames)
      for atom in rules.set.requestAtoms { names.add(atom.fieldNames) }
    }
    names.add(recordFilter?.fieldNames ?? [])
    for condition in live?.requestConditions ?? [] { names.add(condition.fieldNames) }
    names.add(live?.valueNames ?? [])
    names.add(survey?.names ?? [])
    return names
  }

  /// A scan whose rules all begin with a text, and about no traces: what else a line says is read where a rule's text was
  /// found.
  var isOutline: Bool {
    guard let rules, recordFilter == nil, !marksHits, live == nil, survey == nil else { return false }
    return !rules.set.needsTraces && !rules.lines.rules.contains(where: \.isDense)
  }

  /// What the parse of each line needs to know.
  package func parsePlan() -> ParsePlan {
    let wantedNames = wantedNames
    let wanted = wantedNames.names
    let isPlain = wanted.isEmpty && idField == nil && !includesSteps && map.isEmpty
    let catalog =
      isPlain
      ? FieldCatalog.plain
      : FieldCatalog(wanted: wanted, idField: idField, includesSteps: includesSteps, map: map)
    var plan = ParsePlan(catalog: catalog, maxLine: maxLine)
    plan.keepsMessages = messages != .none || survey != nil || live?.service != nil
    if groupBy == "instance" {
      plan.groupKey = .instance
    } else if let groupBy, groupBy != "route" {
      if let field = FieldName.standard(groupBy) {
        plan.groupKey = .standard(field)
      } else if let slot = wanted.firstIndex(of: groupBy) {
        plan.groupKey = .wanted(slot)
      }
    }
    if var requestFilter {
      requestFilter.bind(wantedNames: wanted)
      plan.requestAtoms = [requestFilter]
    }
    for var condition in measureConditions {
      condition.bind(wantedNames: wanted)
      plan.requestAtoms.append(condition)
    }
    if var recordFilter {
      recordFilter.bind(wantedNames: wanted)
      plan.recordPredicates = [recordFilter]
    }
    if var filter {
      filter.bind(wantedNames: wanted)
      plan.recordPredicates = filter.recordPredicates
      plan.requestAtoms = filter.requestAtoms
    }
    if let rules {
      plan.rules = rules.lines
      plan.isOutline = isOutline
      plan.marksHits = marksHits
      plan.requestAtoms += rules.set.requestAtoms.map {
        var atom = $0
        atom.bind(wantedNames: wanted)
        return atom
      }
    }
    for condition in live?.requestConditions ?? [] {
      var atom = condition
      atom.bind(wantedNames: wanted)
      plan.requestAtoms.append(atom)
    }
    if let survey {
      plan.valueSlots = survey.names.compactMap { wantedNames[$0] }
      plan.keepsAllValues = true
      return plan
    }
    plan.valueSlots = (live?.valueNames ?? []).compactMap { wantedNames[$0] }
    // People are named by any record of a request.
    plan.keepsAllValues = live?.service != nil
    return plan
  }
}

/// The rules of a scan, ready to be applied.
package struct ScanRules: Sendable {
  package var set: RuleSet
  package var lines: LineRules

  package init(set: RuleSet, lines: LineRules) {
    self.set = set
    self.lines = lines
  }
}

/// Names by which `--by` means a field that skein itself understands.
package enum FieldName {
  package static func standard(_ name: String) -> StandardField? {
    switch name {
    case "status": .status
    case "level": .level
    case "method": .method
    case "logger": .logger
    case "path": .path
    case "id", "request_id", "trace_id": .requestID
    case "message": .message
    default: nil
    }
  }
}

/// A failure that ends a run.
package enum RunError: Error {
  case source(SourceError)
  /// What the user asked for cannot be done: exit code 64.
  case usage(String)
}
