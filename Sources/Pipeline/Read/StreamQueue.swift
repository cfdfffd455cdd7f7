/// Numbers of streams by the time of their next record, the oldest first; of equals the first named. A binary heap: taking
/// one and putting it back costs a logarithm of how many there are.
struct StreamQueue {
  struct Entry {
    var time: Int64
    var stream: Int

    static func < (a: Entry, b: Entry) -> Bool { (a.time, a.stream) < (b.time, b.stream) }
  }

  private var heap: [Entry] = []

  var isEmpty: Bool { heap.isEmpty }
  var first: Entry? { heap.first }

  mutating func push(_ time: Int64, _ stream: Int) {
    heap.append(Entry(time: time, stream: stream))
    var at = heap.count - 1
    while at > 0, heap[at] < heap[(at - 1) / 2] {
      heap.swapAt(at, (at - 1) / 2)
      at = (at - 1) / 2
    }
  }

  mutating func popFirst() -> Entry? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var at = 0
    while true {
      var least = at
      for child in [2 * at + 1, 2 * at + 2] where child < heap.count && heap[child] < heap[least] { least = child }
      if least == at { return first }
      heap.swapAt(at, least)
      at = least
    }
  }

  mutating func removeAll() { heap.removeAll() }
}
