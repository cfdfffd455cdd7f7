package import TraceCore

/// What the requests of a route came to by short windows of event time: what their scatter is measured by.
///
/// Windows begin with one second and double whenever there would be more than `most`: 30 KB a series at most. The result
/// depends on the set of requests alone, but for those at times that nothing confirmed, which are left out.
package struct ScatterSeries: Sendable, Equatable {
  /// Windows kept at most.
  package static let most = 128

  struct Slot: Sendable, Equatable {
    /// Event time in seconds, shifted right by `shift`.
    var number: Int64
    var requests: Int64 = 0
    var errors: Int64 = 0
    var latency = LatencyHistogram()
  }

  /// A figure whose scatter is asked for.
  package enum Figure: Sendable, Equatable {
    case errors
    /// Requests that took longer than this quantile of all.
    case above(quantile: Double)
  }

  /// Windows are `1 << shift` seconds long.
  private(set) var shift = 0
  /// By number; only those in which something ended.
  private(set) var slots: [Slot] = []

  package init() {}

  package mutating func add(_ request: RequestEvent, isError: Bool) {
    guard request.time != EventTime.none,
      request.watermark == EventTime.none
        || request.time
          <= request.watermark.addingReportingOverflow(
            Watermark.reorder
          ).partialValue
    else { return }
    let number = EventTime.floorDivide(request.time, EventTime.nanosecondsPerSecond).quotient >> Int64(shift)
    var at = slots.count
    while at > 0 && slots[at - 1].number > number { at -= 1 }
    if at == 0 || slots[at - 1].number != number {
      slots.insert(Slot(number: number), at: at)
      at += 1
    }
    slots[at - 1].requests += 1
    if isError { slots[at - 1].errors += 1 }
    slots[at - 1].latency.add(request.duration)
    while let first = slots.first, let last = slots.last, last.number - first.number >= Int64(ScatterSeries.most) {
      slots = grouped(by: 1)
      shift += 1
    }
  }

  /// Neighbours put together, `1 << steps` at a time.
  private func grouped(by steps: Int) -> [Slot] {
    var merged: [Slot] = []
    for var slot in slots {
      slot.number >>= Int64(steps)
      if let last = merged.indices.last, merged[last].number == slot.number {
        merged[last].requests += slot.requests
        merged[last].errors += slot.errors
        merged[last].latency.merge(slot.latency)
      } else {
        merged.append(slot)
      }
    }
    return merged
  }

  /// In each window of `1 << scale` seconds the requests that count for the figure, and those of them that are bad.
  func counts(scale: Int, _ figure: Figure, from bucket: Int) -> [(requests: Int64, bad: Int64)] {
    grouped(by: scale - shift).compactMap { slot in
      switch figure {
      case .errors: slot.requests > 0 ? (slot.requests, slot.errors) : nil
      case .above: slot.latency.total > 0 ? (slot.latency.total, slot.latency.count(from: bucket)) : nil
      }
    }
  }
}
