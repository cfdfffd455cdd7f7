#if Vectorscan
  internal import CVectorscan
  package import TraceCore

  /// Looks for all expressions of a `VectorscanDatabase` at once.
  ///
  /// Vectorscan calls back for every place where an expression ends; of these the first on each line is kept.
  @safe
  package final class VectorscanPrefilter: LinePrefilter {
    private let database: VectorscanDatabase
    /// What the database's rules are called.
    private let names: ContiguousArray<UInt32>
    private let scratch: UnsafeMutableRawPointer
    private var seen: ContiguousArray<UInt32>
    private var line: UInt32 = 0
    /// Room for what one scan finds; grows where it is not enough.
    private var hits = ContiguousArray(repeating: skein_hs_hit(), count: 1024)

    /// Allocates some 10 KiB or more, as the database needs it.
    ///
    /// - Parameter names: what each rule is called, by the number that its expressions were compiled with.
    init(_ database: VectorscanDatabase, names: ContiguousArray<UInt32>) {
      guard let scratch = unsafe skein_hs_scratch(&database.library.calls, database.pointer) else {
        preconditionFailure("out of memory")
      }
      unsafe self.scratch = scratch
      self.database = database
      self.names = names
      seen = ContiguousArray(repeating: 0, count: names.count)
    }

    deinit {
      unsafe skein_hs_free_scratch(&database.library.calls, scratch)
    }

    package func scan(_ bytes: Span<UInt8>, into candidates: inout ContiguousArray<RuleCandidate>) {
      precondition(bytes.count < 1 << 32)
      let start = candidates.count
      while true {
        // So that one scan's numbers are all different.
        if line > UInt32.max / 2 {
          for index in seen.indices { seen[index] = 0 }
          line = 0
        }
        let (status, found) = run(bytes)
        if status == 1, hits.count < names.count * (bytes.count + 1) {
          hits = ContiguousArray(repeating: skein_hs_hit(), count: 2 * hits.count)
          continue
        }
        guard status == 0 else {
          addEverything(bytes, &candidates)
          return
        }
        for index in 0..<found {
          let hit = hits[index]
          candidates.append(RuleCandidate(offset: hit.offset, rule: names[Int(hit.rule)]))
        }
        candidates.sortByOffset(from: start)
        return
      }
    }

    /// One scan: what came of it, and how many hits there are now.
    private func run(_ bytes: Span<UInt8>) -> (status: Int32, found: Int) {
      unsafe bytes.withUnsafeBufferPointer { text in
        guard let base = text.baseAddress, text.count > 0 else { return (0, 0) }
        return unsafe hits.withUnsafeMutableBufferPointer { room in
          unsafe seen.withUnsafeMutableBufferPointer { seen in
            var out = unsafe skein_hs_hits()
            unsafe out.hits = room.baseAddress
            unsafe out.capacity = room.count
            unsafe out.seen = seen.baseAddress
            unsafe out.line = line
            let status = unsafe skein_hs_scan(
              &database.library.calls, database.pointer, base, UInt32(truncatingIfNeeded: text.count), scratch, &out)
            line = unsafe out.line
            return unsafe (status, out.count)
          }
        }
      }
    }

    /// Where Vectorscan fails, every rule could match everywhere.
    private func addEverything(_ bytes: Span<UInt8>, _ candidates: inout ContiguousArray<RuleCandidate>) {
      var start = 0
      while start < bytes.count {
        for name in names { candidates.append(RuleCandidate(offset: UInt32(truncatingIfNeeded: start), rule: name)) }
        guard let end = ByteSearch.first(0x0A, in: bytes, from: start, to: bytes.count) else { return }
        start = end + 1
      }
    }
  }
#endif
