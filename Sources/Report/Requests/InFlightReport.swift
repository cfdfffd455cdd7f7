package import TraceCore

/// Requests in flight at once, as a sentence for people and as an object of JSON. What is not known it says, and gives no 0 for it.
package enum InFlightReport {
  /// `in flight: 3.21 on average, at most 41 at 06:40:39.123`; nil where there are no requests, or nobody measured.
  ///
  /// - Parameter day: any time of the day that need not be named.
  package static func line(_ inFlight: InFlight?, day: Int64 = EventTime.none) -> String? {
    guard let inFlight, let figures = figures(inFlight, day: day) else { return nil }
    return "in flight: " + ([figures] + remarks(inFlight)).joined(separator: "; ")
  }

  /// `3.21 on average, at most 41 at 06:40:39.123`; nil without requests.
  static func figures(_ inFlight: InFlight, day: Int64) -> String? {
    guard inFlight.requests > 0 else {
      return inFlight.withoutStart > 0 ? "not known, since no request has a duration" : nil
    }
    let mean = inFlight.mean.map { "\(ThreeDigits.text($0)) on average" }
    guard let peak = inFlight.peak, let time = inFlight.peakAt else {
      return (mean ?? "the average is not known") + ", the most not known, since \(unknownPeak(inFlight))"
    }
    return (mean.map { $0 + ", " } ?? "") + "at most \(CountText.text(peak)) at \(clock(time, day: day))"
  }

  /// Why the peak is not known, as the rest of a sentence.
  package static func unknownPeak(_ inFlight: InFlight) -> String {
    inFlight.isToTheSecond ? "times are to the second" : "most requests take less than a millisecond"
  }

  /// What a reader must know of the figures.
  package static func remarks(_ inFlight: InFlight) -> [String] {
    guard inFlight.requests > 0 else { return [] }
    var remarks: [String] = []
    if inFlight.withoutStart > 0 {
      remarks.append(
        "without \(CountText.text(inFlight.withoutStart, "request")) that \(have(inFlight.withoutStart)) no duration")
    }
    if inFlight.peak != nil, inFlight.instants.times(10) > inFlight.requests {
      let count = CountText.text(inFlight.instants, "request")
      remarks.append("\(count) under 1 ms \(inFlight.instants == 1 ? "is" : "are") not in the most")
    }
    if inFlight.cut > 0 {
      let count = CountText.text(inFlight.cut, "request")
      remarks.append("\(count) of over 15 min \(inFlight.cut == 1 ? "counts" : "count") for the last 15 min only")
    }
    if inFlight.late > 0 {
      let count = CountText.text(inFlight.late, "request")
      remarks.append("without \(count) whose \(inFlight.late == 1 ? "time does" : "times do") not fit the log's order")
    }
    return remarks
  }

  private static func have(_ count: Int64) -> String { count == 1 ? "has" : "have" }

  /// `06:40:39.123`, on another day than `day` with its date.
  package static func clock(_ time: Int64, day: Int64) -> String {
    let date = EventTime.date(time)
    return (date == EventTime.date(day) ? "" : date + " ") + EventTime.timeOfDay(time)
  }

  /// The member `in_flight`; null where nobody measured.
  static func member(_ inFlight: InFlight?, into json: inout JSONWriter) {
    json.key("in_flight")
    guard let inFlight else { return json.null() }
    json.beginObject()
    json.member("mean", inFlight.mean)
    json.member("peak", inFlight.peak)
    json.member("peak_at", time: inFlight.peakAt ?? EventTime.none)
    json.member("start", time: inFlight.start)
    json.member("end", time: inFlight.end)
    json.member("requests", inFlight.requests)
    json.member("without_start", inFlight.withoutStart)
    json.member("under_millisecond", inFlight.instants)
    json.member("cut", inFlight.cut)
    json.member("late", inFlight.late)
    json.endObject()
  }
}
