internal import ArgumentParser

/// One stage of skein's work, made ready on a log in memory, to be counted and not timed.
///
/// `pass` does the stage's work once over the whole log. What it costs beyond that (loading, the stages before it) was
/// spent in the making, so that the difference between runs of few and of many passes is the stage alone.
protocol Stage {
  /// What one pass handles, by name of the unit: `line`, `record`, `request`, `value`, `path`.
  var units: [String: Int] { get }
  /// The work; returns something that depends on it, so that no compiler leaves it out.
  mutating func pass() -> Int
}

/// The stages that can be run on their own.
enum StageName: String, CaseIterable, ExpressibleByArgument {
  case split
  case parse
  /// `parse` with a condition on every record, as `--where` has it.
  case parseFiltered = "parse-filtered"
  /// `parse` with the cheapest condition on every record: what a rule costs before it looks for anything.
  case parseRuled = "parse-ruled"
  case group
  case stats
  case sketch
  case route

  /// The condition of `parseFiltered`.
  static let filter = "status >= 500 and duration > 300ms"
  /// The condition of `parseRuled`.
  static let rule = "level >= error"

  /// The stage, ready to run on `log`.
  func make(_ log: StageLog) throws -> any Stage {
    switch self {
    case .split: SplitStage(log)
    case .parse: try ParseStage(log)
    case .parseFiltered: try ParseStage(log, condition: Self.filter)
    case .parseRuled: try ParseStage(log, condition: Self.rule)
    case .group: try GroupStage(log)
    case .stats: try StatsStage(log)
    case .sketch: try SketchStage(log)
    case .route: RouteStage(log)
    }
  }
}
