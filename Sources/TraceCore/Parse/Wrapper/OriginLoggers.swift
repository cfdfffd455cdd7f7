/// Puts the loggers that wrappers name where a block's fields can point at them: into its arena, each run of equal ones
/// once.
struct OriginLoggers: Sendable {
  private var names: ContiguousArray<UInt8> = []
  private var last = Slice.missing
  private var copy = Slice.missing

  /// A block begins, whose origins count in `names`.
  mutating func begin(_ names: ContiguousArray<UInt8>) {
    self.names = names
    last = .missing
  }

  /// The logger `slice` of the names, as a run of `arena`.
  mutating func slice(_ slice: Slice, into arena: inout ContiguousArray<UInt8>) -> Slice {
    if slice == last { return copy }
    guard slice.end <= names.count else { return .missing }
    let start = arena.count
    for i in slice.start..<slice.end { arena.append(names[i]) }
    last = slice
    copy = .inArena(start, arena.count)
    return copy
  }
}
