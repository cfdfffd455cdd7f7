import Testing
import TraceCore

@testable import Pipeline

/// Which fields requests are compared by: not those that skein reads, by which "failed" and "slow" are defined.
struct SurveyFieldsTests {
  @Test(arguments: [
    "status", "response_status", "http.response.status_code", "res.statusCode", "downstreamstatus", "extra.status",
    "responseTime", "event.duration", "latency", "processing_time_seconds", "request_path", "url.original",
    "x_request_id", "req.id", "trace_id", "@timestamp", "log.level", "message", "logger", "exc_info", "line_no",
  ])
  func whatIsReadIsNoFact(_ name: String) {
    var options = SurveyOptions(division: .whole(segment: 0, of: 1))
    SurveyFields.choose(from: [name, "shard"], catalog: .plain, into: &options)
    #expect(options.fields == ["shard"], "\(name)")
  }

  @Test(arguments: ["shard", "service", "method", "extra.region", "k8s.pod", "user_id", "db.pool.name"])
  func otherFieldsAre(_ name: String) {
    var options = SurveyOptions(division: .whole(segment: 0, of: 1))
    SurveyFields.choose(from: [name], catalog: .plain, into: &options)
    #expect(options.fields == [name])
  }

  /// `--map` and `--id` say what else is read.
  @Test func ownNamesAreRead() throws {
    var map = FieldMap()
    try map.read("status=rc")
    var options = SurveyOptions(division: .whole(segment: 0, of: 1))
    SurveyFields.choose(
      from: ["rc", "call", "shard"], catalog: FieldCatalog(idField: "call", map: map), into: &options)
    #expect(options.fields == ["shard"])
  }

  /// What the catalog knows stands in no second list.
  @Test func noNameStandsTwice() {
    for name in SurveyFields.singular { #expect(FieldCatalog.plain[name].standard == .none, "\(name)") }
  }
}
