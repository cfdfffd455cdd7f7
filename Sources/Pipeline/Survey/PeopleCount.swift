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

  /// The hash of a value, never 0; of an address without its port.
  static func hash(_ labels: borrowing LabelTable, _ label: Int) -> UInt64 {
    let range = labels.range(of: label)
    let end = AddressText.end(withoutPort: labels.bytes, range)
    return max(1, ByteSearch.hash(labels.bytes, from: range.lowerBound, to: end))
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
