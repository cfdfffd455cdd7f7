internal import LogSource
internal import Pipeline
internal import RulePack
internal import TraceCore

// What a checkpoint of an earlier run has to say, and for whom it is good.

extension FollowJob {
  /// Everything that decides what is counted. The texts of files, not their names, where what they say can change.
  var decisive: [String] {
    let gate = (gate.flatMap { try? ConfigurationFile.read($0) }).map { String(decoding: $0, as: UTF8.self) }
    let windows = plan.live.map { [String($0.window), $0.versionField ?? ""] } ?? []
    return files + [""] + settings.words() + words + windows + [gate ?? ""] + plan.own.definitions.map(\.source)
  }

  func streams(of state: Block) throws(Failure) -> [FollowDriver.SavedStream] {
    do throws(StateError) {
      return try FollowDriver.streams(of: state.bytes)
    } catch {
      throw useless(error)
    }
  }

  func useless(_ error: StateError) -> Failure {
    Failure(.data, "\(checkpoint ?? ""): the checkpoint cannot be used: \(error.message); \(startingOver)")
  }
}
