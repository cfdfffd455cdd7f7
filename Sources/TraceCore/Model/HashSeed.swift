/// What the tables of a run are keyed with whose entries strangers choose: request ids, routes, field values. Another one in
/// each process, so that nobody can choose texts that all want the same place. It decides places and nothing else: no output,
/// no order and no count depends on it.
package enum HashSeed {
  /// The seed of this process.
  package static let ofProcess = UInt64.random(in: 0...UInt64.max)
}
