internal import TraceCore

/// The most frequent values of a field on bad requests, however many different ones there are: one user, one client.
///
/// Counts are upper bounds (A. Metwally, D. Agrawal, A. El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data
/// Streams", ICDT 2005): a value on more than one of `most` bad requests is never missed. Memory: that, and texts of up to
/// `mostRecent` values twice, of which a request's value is had when it turns out bad.
struct FrequentValues {
  static let most = 64
  static let mostRecent = 20_000
  /// Bytes of a value's text.
  static let mostText = 256

  /// Texts by hash, one after the other.
  private struct Recent {
    var places: [UInt64: Range<Int>] = [:]
    var text: ContiguousArray<UInt8> = []
  }

  private var current = Recent()
  private var previous = Recent()
  private var hashes: ContiguousArray<UInt64> = []
  private var counts: ContiguousArray<Int64> = []
  private(set) var texts: [UInt64: String] = [:]

  /// A value stands in a record.
  mutating func see(_ hash: UInt64, _ labels: borrowing LabelTable, _ label: Int) {
    guard current.places[hash] == nil else { return }
    if current.places.count >= FrequentValues.mostRecent {
      swap(&previous, &current)
      current.places.removeAll(keepingCapacity: true)
      current.text.removeAll(keepingCapacity: true)
    }
    let range = labels.range(of: label)
    let end = AddressText.end(withoutPort: labels.bytes, range)
    let start = current.text.count
    for index in range.lowerBound..<min(end, range.lowerBound + FrequentValues.mostText) {
      current.text.append(labels.bytes[index])
    }
    current.places[hash] = start..<current.text.count
  }

  /// A bad request has a value that was seen.
  mutating func count(_ hash: UInt64) {
    if let place = hashes.firstIndex(of: hash) {
      counts[place] += 1
      return
    }
    let text: ContiguousArray<UInt8>.SubSequence
    if let range = current.places[hash] {
      text = current.text[range]
    } else if let range = previous.places[hash] {
      text = previous.text[range]
    } else {
      return
    }
    if hashes.count < FrequentValues.most {
      hashes.append(hash)
      counts.append(1)
    } else {
      var least = 0
      for place in counts.indices where counts[place] < counts[least] { least = place }
      texts[hashes[least]] = nil
      hashes[least] = hash
      counts[least] += 1
    }
    texts[hash] = String(decoding: text, as: UTF8.self)
  }
}
