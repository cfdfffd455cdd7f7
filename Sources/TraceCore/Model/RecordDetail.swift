/// One record with all that its line tells, for `filter --json`; or an unparsed line, which has a message and a place.
package struct RecordDetail: Sendable, Equatable {
  /// Event time in nanoseconds, or EventTime.none.
  package var time = EventTime.none
  package var level = Level.none
  package var logger: String?
  /// The request id.
  package var id: String?
  package var method: String?
  /// As logged, query and all.
  package var path: String?
  /// The route as logged, else the path's template; without the method, which stands beside it. Of exchanges only.
  package var route: String?
  /// 0 without one.
  package var status = 0
  /// Nanoseconds; nil without one.
  package var duration: Int64?
  /// What the layout calls the message; the whole line where it names none.
  package var message = ""
  /// Where it stands: file and line (from 1).
  package var source = ""
  package var line = 0
  /// The record's bytes, continuation lines included, without the last newline.
  package var text: [UInt8] = []

  package init() {}
}
