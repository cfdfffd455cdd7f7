internal import Analysis
internal import TraceCore

/// Counts the distinct values of one field (users, clients), on all requests and on failed ones, by segment.
///
/// Exact up to a million values a segment, then an estimate (see `DistinctIDs`).
final class PeopleCount {
  private final class Values {
    var ids = DistinctIDs()
  }

  private let all: [Values]
  private let failed: [Values]

  init(segments: Int) {
    all = (0..<segments).map { _ in Values() }
    failed = (0..<segments).map { _ in Values() }
  }

  /// The hash of a value, never 0; of an address with a port (`10.0.0.7:52114`) without the port, which tells connections
  /// apart and not clients.
  static func hash(_ labels: borrowing LabelTable, _ label: Int) -> UInt64 {
    let range = labels.range(of: label)
    let bytes = labels.bytes
    var end = range.upperBound
    var at = end
    while at > range.lowerBound, bytes[at - 1] &- 0x30 < 10 { at -= 1 }
    if at < end, at > range.lowerBound + 1, bytes[at - 1] == 0x3A, isAddress(bytes, range.lowerBound, at - 1) {
      end = at - 1
    }
    return max(1, ByteSearch.hash(bytes, from: range.lowerBound, to: end))
  }

  /// `10.0.0.7` or `[::1]`.
  private static func isAddress(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if bytes[end - 1] == 0x5D { return true }
    var dots = 0
    for index in start..<end {
      if bytes[index] == 0x2E { dots += 1 } else if bytes[index] &- 0x30 >= 10 { return false }
    }
    return dots == 3
  }

  func add(_ hash: UInt64, segment: Int, hasFailed: Bool) {
    // The second hash has to differ from the first in more than a factor.
    var other = hash
    other = (other ^ (other >> 30)) &* 0xBF58_476D_1CE4_E5B9
    other = (other ^ (other >> 27)) &* 0x94D0_49BB_1331_11EB
    other ^= other >> 31
    _ = all[segment].ids.insert(hash, other)
    if hasFailed { _ = failed[segment].ids.insert(hash, other) }
  }

  func result(field: String) -> SurveyResult.Audience {
    SurveyResult.Audience(
      field: field, all: all.map { $0.ids.count }, failed: failed.map { $0.ids.count },
      isEstimate: all.contains { $0.ids.isEstimate })
  }
}
