#if Serve

  import Analysis
  import TestKit
  import Testing
  import TraceCore

  @testable import Application
  @testable import LogSource

  /// Hours in files: kept, found again, bounded, and never believed when they are damaged.
  struct HistoryFolderTests {
    private let folder: TemporaryFolder
    private static let start: Int64 = 1_795_413_600_000_000_000

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.path + "/history" }

    private func open(limit: Int64 = 1 << 30, days: Int64 = 30) throws -> HistoryFolder {
      try HistoryFolder(path: path, limit: limit, days: days)
    }

    private func hour(_ number: Int64, requests: Int = 40) -> ServiceHour<String> {
      let start = Self.start + number * ServiceTime.hour
      var hour = ServiceHour<String>(start: start)
      for index in 0..<requests {
        let request = RequestEvent(
          time: start, duration: Int64(index) * 1_000_000, route: 0, group: 0, status: 200, level: .info, watermark: 0)
        hour.minutes[index % 60, default: .init()].add(request)
        var part = hour.parts[index % 60 / 5] ?? .init()
        part.routes["GET /\(index % 7)", default: .init()].add(request)
        hour.parts[index % 60 / 5] = part
      }
      return hour
    }

    private func requests(_ hours: [ServiceHour<String>]) -> Int64 {
      hours.reduce(0) { $0 + $1.minutes.values.reduce(0) { $0 + $1.requests } }
    }

    private var everything: Range<Int64> { 0..<Int64.max }

    @Test func whatIsWrittenIsFoundByAnother() throws {
      let first = try open()
      for number in Int64(0)..<5 { try first.write(hour(number)) }
      let again = try open()
      #expect(again.hours(in: everything, isJoined: false) == (0..<5).map { hour($0) })
      let joined = again.hours(in: everything, isJoined: true)
      #expect(requests(joined) == 200 && joined.allSatisfy { $0.parts.count == 1 && $0.minutes.count <= 2 })
      let some = again.hours(
        in: Self.start + ServiceTime.hour..<Self.start + 2 * ServiceTime.hour + 1, isJoined: false)
      #expect(some.map(\.start) == [hour(1).start, hour(2).start])
      #expect(again.first == Self.start)
    }

    /// An hour that is written again, as after a restart, counts once.
    @Test func anHourIsWrittenOnce() throws {
      let folder = try open()
      try folder.write(hour(0))
      _ = folder.hours(in: everything, isJoined: false)
      try folder.write(hour(0, requests: 60))
      #expect(requests(folder.hours(in: everything, isJoined: false)) == 60)
    }

    @Test func oldHoursGo() throws {
      let byDays = try open(days: 1)
      for number in Int64(0)..<40 { try byDays.write(hour(number)) }
      #expect(byDays.hours(in: everything, isJoined: false).map(\.start).min() == hour(15).start)
      let bySize = try open(limit: 6_000)
      try bySize.write(hour(40))
      let left = bySize.hours(in: everything, isJoined: false)
      #expect(left.count < 10 && left.last == hour(40))
    }

    @Test func aDamagedHourIsReportedAndLeft() throws {
      let first = try open()
      for number in Int64(0)..<3 { try first.write(hour(number)) }
      let name = path + "/hour-20261123T06.skein"
      try folder.file("history/hour-20261123T06.skein", "skeinhst and nothing")
      let again = try open()
      let found = again.hours(in: everything, isJoined: false)
      #expect(requests(found) == 80 && again.damaged == [name + " is damaged"])
      #expect(try readFile(name) == Array("skeinhst and nothing".utf8))
    }

    @Test func aNewerHourIsRefused() throws {
      try open().write(hour(0))
      let form = CheckpointFile.Form(magic: "skeinhst", versions: 3...3)
      let name = path + "/hour-20261223T06.skein"
      try CheckpointFile(path: name, program: "9.0.0", options: "history", form: form).write([1, 2, 3].span)
      let failure = #expect(throws: Failure.self) { try open() }
      #expect(failure?.code == .data && failure?.message.contains("9.0.0") == true)
    }

    @Test func aPlaceThatCannotBeWritten() throws {
      try folder.file("history", "a file")
      let failure = #expect(throws: Failure.self) { try open() }
      #expect(failure?.code == .data && failure?.message.hasPrefix("--history: ") == true)
    }
  }

#endif
