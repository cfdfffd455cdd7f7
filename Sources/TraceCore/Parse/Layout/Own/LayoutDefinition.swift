package import Patterns

/// A layout that somebody has described in a file: what `LayoutFileReader` and `LnavReader` make, checked and ready to be
/// compiled for a run's fields.
package struct LayoutDefinition: Sendable {
  package enum Form: Sendable {
    /// A pasted format of any language.
    case format(String)
    /// A regular expression whose named groups are fields.
    case pattern(CaptureMatcher)
    /// JSON lines; only the names of their fields are given.
    case json
  }

  package var name: String
  package var form: Form
  /// As doctor shows it.
  package var source: String
  /// How its times are written, the first that fits; none: in one of the known forms.
  package var timeFormats: [TimeFormat]
  /// Level words of its own.
  package var levels: [String: Level]
  /// Levels by an expression that their text has in it; the first that does.
  package var levelPatterns: [LevelPattern] = []

  /// The group that they look at, where it is not the level itself (an HTTP status).
  package var levelGroup: String?
  /// Forms of times that are tried where `timeFormats` names none and the time is in none of the known forms.
  package var fallbackFormats: [TimeFormat] = []

  package struct LevelPattern: Sendable {
    package var level: Level
    package var matcher: CaptureMatcher
  }

  package init(
    name: String, form: Form, source: String, timeFormats: [TimeFormat] = [], levels: [String: Level] = [:]
  ) {
    self.name = name
    self.form = form
    self.source = source
    self.timeFormats = timeFormats
    self.levels = levels
  }
}

/// What a run knows of layouts beside those that are built in.
package struct OwnLayouts: Sendable {
  /// They are tried before all others, in this order, and each takes what it fits.
  package var definitions: [LayoutDefinition] = []
  /// `--layout` has named their file: doctor says so, and nothing is detected.
  package var isNamed = false
  /// `--time-format`: for pasted formats and for lines of no known layout.
  package var timeFormat: TimeFormat?

  /// Layouts at most: a record keeps the number of its own in a byte, and there are those that are built in.
  package static let most = 128

  package init() {}
}
