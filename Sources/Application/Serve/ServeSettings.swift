internal import Analysis
internal import TraceCore

/// What makes following a service: where it answers, and what it keeps.
package struct ServeSettings {
  /// As they were given, `127.0.0.1:9419` or `unix:/run/skein.sock`; sockets that systemd opened come in their place.
  package var addresses: [String] = []
  /// Further names of this server in requests.
  package var hosts: [String] = []
  /// Other machines may ask.
  package var allowsRemote = false
  /// Folder of the history; nil: none is kept beyond what is in the checkpoint.
  package var history: String?
  package var historyBytes: Int64 = 256 << 20
  package var historyDays: Int64 = 30
  /// What is done in the hours after a release; nil: nothing.
  package var watch: WatchSchedule.Options?

  package init() {}

  package static let usualAddress = "127.0.0.1:9419"
}
