/// What stands at a place of a line.
enum TimestampReading: BitwiseCopyable {
  /// No date and clock.
  case nothing
  /// A date and a clock of which is not certain, or impossible, what time they mean.
  case unclear
  case timestamp(ParsedTimestamp)

  var timestamp: ParsedTimestamp? {
    if case .timestamp(let found) = self { return found }
    return nil
  }
}
