import Testing

@testable import TraceCore

/// What a failed request is, at each border of it.
struct FailedRequestTests {
  private func counted(_ status: UInt16, _ level: Level) -> GroupStats {
    var stats = GroupStats()
    stats.add(
      RequestEvent(time: 0, duration: -1, route: 0, group: 0, status: status, level: level, watermark: EventTime.none))
    return stats
  }

  @Test(
    arguments: [
      (200, 0, 0, 0), (399, 0, 0, 0), (400, 0, 1, 0), (403, 0, 1, 0), (404, 0, 1, 1), (405, 0, 1, 0), (499, 0, 1, 0),
      (500, 1, 0, 0), (501, 1, 0, 0), (599, 1, 0, 0),
    ] as [(UInt16, Int64, Int64, Int64)])
  func byStatus(status: UInt16, errors: Int64, clientErrors: Int64, notFound: Int64) {
    // Where a status is, the level says nothing.
    for level in [Level.none, .info, .warning, .error] {
      let stats = counted(status, level)
      #expect(stats.requests == 1 && stats.errors == errors && stats.clientErrors == clientErrors)
      #expect(stats.notFound == notFound)
    }
  }

  @Test(arguments: [
    (Level.none, false), (.debug, false), (.info, false), (.warning, false), (.error, true), (.critical, true),
  ])
  func byLevelWithoutAStatus(level: Level, isError: Bool) {
    #expect(counted(0, level).errors == (isError ? 1 : 0))
    #expect(counted(0, level).clientErrors == 0)
  }
}
