package import TraceCore

/// What will be read, in which order, and what will not: the arguments of a command, resolved.
///
/// The order of the arguments decides the order of the streams and nothing else: each stream's generations are the same
/// whatever order they were named in. Files are looked at (64 KiB of each, and all of two that seem to be the same), not
/// read.
package struct InputPlan: Sendable {
  /// Something that was found and is not read.
  package struct Skipped: Equatable, Sendable {
    package let path: String
    package let note: LedgerNote
  }

  /// In order of first appearance.
  package internal(set) var streams: [LogStream] = []
  package internal(set) var skipped: [Skipped] = []

  /// Nothing to be read: for runs that find their input themselves.
  package init(streams: [LogStream] = []) { self.streams = streams }

  /// Standard input alone. Waits until its head (64 KiB) is there or it ends; where somebody watches (`isLive`), only until
  /// its first lines are there.
  package static func standardInput(isLive: Bool = false) throws(SourceError) -> InputPlan {
    InputPlan(streams: [try standardInputStream(isLive: isLive)])
  }

  /// Files, folders, `-` and globs that the shell left as they were. With `includeRotations`, what a named file's folder
  /// holds of its stream is added. What was named and cannot be read is an error; what was only found (in a folder, by a
  /// glob of ours, as a rotation) is skipped with a note. `firstTime` tells the time of the first event in a head, to check
  /// the order that the names say; without it the names are believed.
  package static func make(
    arguments: [String], includeRotations: Bool = false, isLive: Bool = false,
    firstTime: ((Span<UInt8>) -> Int64?)? = nil
  ) throws(SourceError) -> InputPlan {
    var collector = InputCollector(isLive: isLive)
    for argument in arguments { try collector.add(argument, includeRotations: includeRotations) }
    return collector.plan(firstTime: firstTime)
  }

  static func standardInputStream(isLive: Bool) throws(SourceError) -> LogStream {
    let path = StandardInput.path
    let generation = try Generation(pipe: PipeSource(), path: path, display: path, isLive: isLive)
    return LogStream(name: path, generations: [generation])
  }
}
