internal import TraceCore

// What was inflated and not given yet.

extension GzipSource {
  /// Moves a stage on: to the held one while on trial (and that to the ready ones), else to the ready ones.
  func release() {
    let full = stage
    stage = spare.popLast() ?? Block(capacity: full.capacity)
    guard isOnTrial else { return makeReady(full) }
    if let block = held { makeReady(block) }
    held = full
  }

  func releaseMember() {
    if let block = held { makeReady(block) }
    held = nil
    guard stage.count > 0 else { return }
    let last = stage
    stage = spare.popLast() ?? Block(capacity: last.capacity)
    makeReady(last)
  }

  private func makeReady(_ block: Block) {
    memberReady += Int64(block.count)
    guard Int64(block.count) > skip else {
      skip -= Int64(block.count)
      return recycle(block)
    }
    // Nothing else is ready when there is something to skip: zlib's output is handed out stage by stage.
    if skip > 0 { readyStart = Int(skip) }
    skip = 0
    ready.append(block)
  }

  func recycle(_ block: Block) {
    block.removeAll()
    spare.append(block)
  }
}
