internal import Synchronization

/// Hands out blocks and takes them back, so that a run allocates a handful and not one per 256 KiB of log.
///
/// Keeps at most `limit` idle blocks; one more that comes home is freed. It never waits and never refuses: what bounds
/// the blocks in flight is the driver's queue. Safe from any thread. Cost: a lock per block.
package final class BlockPool: Sendable {
  /// Capacity in bytes of the blocks handed out. (One that grew for a long line is not kept.)
  package let capacity: Int
  /// Idle blocks kept at most.
  package let limit: Int
  private let idle = Mutex<[Block]>([])

  package init(capacity: Int = Block.standardCapacity, limit: Int) {
    self.capacity = max(capacity, 1)
    self.limit = max(limit, 0)
  }

  /// Blocks waiting to be handed out.
  package var idleCount: Int { idle.withLock { $0.count } }

  /// An empty block of `capacity` bytes.
  package func take() -> sending Block {
    let kept = idle.withLock { blocks in Handoff(blocks.popLast()) }
    return kept.block ?? Block(capacity: capacity)
  }

  /// Takes `block` back; the caller uses it no more.
  package func give(back block: sending Block) {
    guard block.capacity == capacity else { return }
    block.removeAll()
    let home = Handoff(block)
    idle.withLock { blocks in
      if blocks.count < limit, let block = home.block { blocks.append(block) }
    }
  }

  /// A block on its way between two owners: it crosses the lock and is never shared.
  private struct Handoff: @unchecked Sendable {
    let block: Block?
    init(_ block: Block?) { self.block = block }
  }
}
