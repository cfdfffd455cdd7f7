#if Serve

  import Analysis
  import Foundation
  import TestKit
  import Testing
  import TraceCore

  @testable import Application

  /// Hours that earlier forms of the file hold: one of each stays here, written by the program of its time.
  struct HistoryFormTests {
    @Test(arguments: [1]) func anEarlierHourIsRead(form: Int) throws {
      let folder = try TemporaryFolder()
      try FileManager.default.createDirectory(atPath: folder.path("history"), withIntermediateDirectories: true)
      let name = "hour-20261123T06.skein"
      try FileManager.default.copyItem(
        atPath: Fixtures.path("history/form-\(form)/\(name)"), toPath: folder.path("history/" + name))
      let history = try HistoryFolder(path: folder.path("history"), limit: 1 << 30, days: 30)
      let hours = history.hours(in: 0..<Int64.max, isJoined: false)
      #expect(history.damaged.isEmpty && hours.count == 1)
      let hour = try #require(hours.first)
      let requests = hour.minutes.values.reduce(0) { $0 + $1.requests }
      let errors = hour.minutes.values.reduce(0) { $0 + $1.errors }
      #expect(requests == 60 && errors == 9)
      let part = hour.parts.values.reduce(into: ServiceHour<String>.Part()) { $0.merge($1) }
      #expect(part.routes.keys.sorted() == ["GET /a/{id}"] && part.versions.keys.sorted() == ["v1"])
      #expect(part.audiences.isEmpty && part.causes.isEmpty && hour.peaks.isEmpty)
      // Written again it is of the newest form.
      try history.write(hour)
      #expect(history.hours(in: 0..<Int64.max, isJoined: false) == hours)
    }
  }

#endif
