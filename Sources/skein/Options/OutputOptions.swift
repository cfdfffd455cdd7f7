internal import ArgumentParser
internal import Report

/// How commands that read no logs write their results.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Write JSON with a documented schema.")
  var json = false

  @Option(help: ArgumentHelp("Colour: auto, always or never.", valueName: "when"))
  var color: CommonOptions.ColorChoice = .auto

  /// How text is to look where it goes.
  var style: Style { color.style }
}

extension CommonOptions.ColorChoice {
  /// Colour as chosen, or as the terminal and its environment want it; width and characters of the terminal.
  var style: Style {
    let wanted =
      switch self {
      case .always: true
      case .never: false
      case .auto:
        Terminal.outputIsTerminal && Terminal.environment("NO_COLOR") ?? "" == ""
          && Terminal.environment("TERM") != "dumb"
      }
    return Style(color: wanted, width: Terminal.width, unicode: Terminal.isUnicode)
  }
}
