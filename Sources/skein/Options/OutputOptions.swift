internal import Application
internal import ArgumentParser
internal import Report
internal import TraceCore

/// A form in which a command writes its result.
protocol OutputFormat: ExpressibleByArgument, CaseIterable, RawRepresentable, Sendable, Equatable
where RawValue == String {
  /// What `--json` is short for.
  static var json: Self { get }
  /// What is written where nothing is said.
  static var usual: Self { get }
}

/// For people, or for programs.
enum TextFormat: String, OutputFormat {
  case text, json
  static let usual = TextFormat.text
}

/// Of commands whose result is a table.
enum TableFormat: String, OutputFormat {
  case text, json, csv
  static let usual = TableFormat.text
}

/// How a result is written.
struct OutputOptions<Format: OutputFormat>: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The form of the result. (default: \(Format.usual.rawValue))", valueName: "format"))
  var format: Format?

  @Flag(help: "Write JSON with a documented schema: --format json.")
  var json = false

  /// The form that was chosen.
  var chosen: Format { format ?? (json ? .json : .usual) }

  func validate() throws {
    if json, let format, format != .json {
      throw ValidationError("--json and --format \(format.rawValue) say different things: leave one of them out")
    }
  }
}

/// How a table is written.
struct TableOutputOptions: ParsableArguments {
  @OptionGroup var output: OutputOptions<TableFormat>

  @Flag(help: "Write CSV: --format csv.")
  var csv = false

  /// The form that was chosen.
  var chosen: TableFormat { csv ? .csv : output.chosen }

  func validate() throws {
    if csv, output.json {
      throw ValidationError("--json and --csv say different things: leave one of them out")
    }
    if csv, let format = output.format, format != .csv {
      throw ValidationError("--csv and --format \(format.rawValue) say different things: leave one of them out")
    }
  }
}

/// Colour of text.
struct ColorOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Colour: auto, always or never.", valueName: "when"))
  var color: Choice = .auto

  enum Choice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

  /// How text is to look where it goes: colour as chosen, or as the terminal and its environment want it; width and characters
  /// of the terminal.
  var style: Style {
    let wanted =
      switch color {
      case .always: true
      case .never: false
      case .auto:
        Terminal.outputIsTerminal && Terminal.environment("NO_COLOR") ?? "" == ""
          && Terminal.environment("TERM") != "dumb"
      }
    return Style(color: wanted, width: Terminal.width, unicode: Terminal.isUnicode)
  }
}
