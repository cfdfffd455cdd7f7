import Testing

@testable import LogSource

struct RotationNameTests {
  @Test(
    arguments: [
      // name, base, number, whether there is a date, whether the writer rotated it
      ("app.log", "app.log", nil, false, false),
      ("app.log.1", "app.log", 1, false, false),
      ("app.log.10.gz", "app.log", 10, false, false),
      ("app.log.0", "app.log", 0, false, false),
      ("app.log.gz", "app.log", nil, false, false),
      ("app.log.gz.1", "app.log", 1, false, false),
      ("app.1.log", "app.log", 1, false, false),
      ("syslog.2.gz", "syslog", 2, false, false),
      ("app.log-20261123", "app.log", nil, true, false),
      ("app.log-20261123.gz", "app.log", nil, true, false),
      ("app.log-2026112306.gz", "app.log", nil, true, false),
      ("app.log-20261123-1763884800", "app.log", nil, true, false),
      ("app.log-1763884800", "app.log", nil, true, false),
      ("app-20261123.log", "app.log", nil, true, false),
      ("app-20261123.log.gz", "app.log", nil, true, false),
      ("app_2026-11-23.log", "app.log", nil, true, false),
      ("2026-11-23.log", "*.log", nil, true, false),
      ("postgresql-2026-11-23_000000.log", "postgresql.log", nil, true, false),
      ("app.log.2026-11-23", "app.log", nil, true, true),
      ("app.log.2026-11-23_06", "app.log", nil, true, true),
      ("app.log.2026-11-23_06-37-04.gz", "app.log", nil, true, true),
      ("app.2026-11-23.log", "app.log", nil, true, false),
      ("app-2026-11-23T06-37-04.123.log", "app.log", nil, true, true),
      ("app.log.2026-11-23.2.gz", "app.log", 2, true, true),
      ("0.log.20261123-063704.gz", "0.log", nil, true, false),
      // Not rotations.
      ("app-1.2.log", "app-1.2.log", nil, false, false),
      ("10.0.0.1", "10.0.0.1", nil, false, false),
      ("worker-1.log", "worker-1.log", nil, false, false),
      ("app.log-20261399", "app.log-20261399", nil, false, false),
      ("20261123", "20261123", nil, false, false),
      (".1", ".1", nil, false, false),
      ("app.log.123456", "app.log.123456", nil, false, false),
      ("", "", nil, false, false),
    ] as [(String, String, Int?, Bool, Bool)])
  func shapes(name: String, base: String, number: Int?, hasDate: Bool, isWriterRotated: Bool) {
    let rotation = RotationName(name)
    #expect(rotation.base == base)
    #expect(rotation.number == number)
    #expect((rotation.date != nil) == hasDate)
    #expect(rotation.isWriterRotated == isWriterRotated)
  }

  /// Each list is from oldest to newest.
  @Test(arguments: [
    ["app.log.10.gz", "app.log.9", "app.log.2.gz", "app.log.1", "app.log"],
    ["app.log-20261122.gz", "app.log-20261123", "app.log-20261123-1795415824", "app.log-20261124", "app.log"],
    ["app.log-2026112305", "app.log-2026112306", "app.log-2026112400"],
    ["app.log.2026-11-22_23-59-59.gz", "app.log.2026-11-23_06-37-04.gz", "app.log.2026-11-23_06-37-44", "app.log"],
    ["app.log.2026-11-23.1", "app.log.2026-11-23.2", "app.log.2026-11-23.10", "app.log.2026-11-24.1"],
    ["app-2026-11-23T06-37-04.123.log", "app-2026-11-23T06-37-04.124.log", "app.log"],
  ])
  func order(names: [String]) {
    let parsed = names.map(RotationName.init)
    for i in parsed.indices {
      for j in parsed.indices {
        #expect(parsed[i].isOlder(than: parsed[j]) == (i == j ? nil : i < j), "\(names[i]) and \(names[j])")
      }
    }
  }
}
