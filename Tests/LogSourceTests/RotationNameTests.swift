import TestKit
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
      ("app.log.2026-11-23.2.gz", "app.log", nil, true, true),
      ("0.log.20261123-063704.gz", "0.log", nil, true, false),
      ("app.log-20261123.gz.1", "app.log", nil, true, false),
      // loguru
      ("app.2026-11-23_06-00-00_123456.log", "app.log", nil, true, true),
      ("app.2026-11-23_06-00-00_123456.2.log.gz", "app.log", nil, true, true),
      ("file_2026-11-23_06-00-00_123456.log", "file.log", nil, true, true),
      // Serilog
      ("log20261122.txt", "log.txt", nil, true, false),
      ("log20261122_001.txt", "log.txt", nil, true, false),
      ("log-20261122.txt", "log.txt", nil, true, false),
      ("log2026112213.txt", "log.txt", nil, true, false),
      ("log202611221337.txt", "log.txt", nil, true, false),
      ("log202611.txt", "log.txt", nil, true, false),
      // NLog, log4net
      ("app.0.log", "app.log", 0, false, false),
      ("app.2026-11-23.log", "app.log", nil, true, false),
      ("app_20261123.log", "app.log", nil, true, false),
      ("app.20261123.0.log", "app.log", nil, true, false),
      ("app.202611.log", "app.log", nil, true, false),
      ("log.txt2026-11-23", "log.txt", nil, true, false),
      ("log.txt20261123", "log.txt", nil, true, false),
      // IIS
      ("u_ex261122.log", "u_ex.log", nil, true, false),
      ("u_ex26112213.log", "u_ex.log", nil, true, false),
      ("u_ex2611.log", "u_ex.log", nil, true, false),
      ("u_ex261122_x.log", "u_ex_x.log", nil, true, false),
      ("ex261122.log", "ex.log", nil, true, false),
      // log4j2, log4j 1, logback
      ("app-11-22-2026-1.log.gz", "app.log", nil, true, false),
      ("app-2026-11-22-1.log.gz", "app.log", nil, true, false),
      ("app-2026-11-22-13-1.log.gz", "app.log", nil, true, false),
      ("app-22-11-2026.log", "app.log", nil, true, false),
      ("app-2026-11.log.zip", "app.log", nil, true, false),
      ("app.2026-11-22.0.log", "app.log", nil, true, false),
      ("spring.log.2026-11-22.0.gz", "spring.log", nil, true, true),
      // pm2-logrotate, Tomcat, Jetty, GlassFish
      ("app-out__2026-11-22_00-00-00.log", "app-out.log", nil, true, false),
      ("app-out-0__2026-11-22_00-00-00.log.gz", "app-out-0.log", nil, true, false),
      ("catalina.2026-11-23.log", "catalina.log", nil, true, false),
      ("localhost_access_log.2026-11-23.txt", "localhost_access_log.txt", nil, true, false),
      ("2026_11_23.request.log", "request.log", nil, true, false),
      ("server.log_2026-11-23T06-37-04", "server.log", nil, true, false),
      // Node: winston-daily-rotate-file, rotating-file-stream
      ("app-2026-11-23.log.1", "app.log", nil, true, false),
      ("20261123-0637-01-access.log", "access.log", nil, true, false),
      // glog, the pid behind it; rotatelogs
      ("api.host.root.log.INFO.20261123-063704.4242", "api.host.root.log.INFO", nil, true, false),
      ("access.2026-11-23-06_00_00.log", "access.log", nil, true, false),
      // What stands behind the date is of the name.
      ("app-2026-11-23-web1.log", "app-web1.log", nil, true, false),
      ("app-2026-11-23-3f2a.log", "app-3f2a.log", nil, true, false),
      ("worker2-20261123.log", "worker2.log", nil, true, false),
      ("api-2-20261123.log", "api-2.log", nil, true, false),
      // Not rotations.
      ("app-1.2.log", "app-1.2.log", nil, false, false),
      ("10.0.0.1", "10.0.0.1", nil, false, false),
      ("worker-1.log", "worker-1.log", nil, false, false),
      ("app.log-20261399", "app.log-20261399", nil, false, false),
      ("20261123", "20261123", nil, false, false),
      (".1", ".1", nil, false, false),
      ("app.log.123456", "app.log.123456", nil, false, false),
      ("app-v2026.11.log", "app-v2026.11.log", nil, false, false),
      ("app-20261122abc.log", "app-20261122abc.log", nil, false, false),
      ("app-20261122990.log", "app-20261122990.log", nil, false, false),
      ("-20261122", "-20261122", nil, false, false),
      ("app-99-99-2026.log", "app-99-99-2026.log", nil, false, false),
      ("app1261122.log", "app1261122.log", nil, false, false),
      ("index261122.log", "index261122.log", nil, false, false),
      ("access.log", "access.log", nil, false, false),
      ("99999999999999999999.log", "99999999999999999999.log", nil, false, false),
      ("app-2026-11-22-99999999999999999999.log", "app-99999999999999999999.log", nil, true, false),
      ("app_001.log", "app_001.log", nil, false, false),
      ("app.log.bak", "app.log.bak", nil, false, false),
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
    ["app.2026-11-23_06-00-00_123456.log", "app.2026-11-23_06-00-00_123456.2.log", "app.2026-11-24_06-00-00_0.log"],
    ["log20261122.txt", "log20261122_001.txt", "log20261122_010.txt", "log20261123.txt", "log.txt"],
    ["log2026112209.txt", "log2026112210.txt", "log2026112300.txt"],
    ["u_ex261122.log", "u_ex261123.log", "u_ex270101.log"],
    ["u_ex26112209.log", "u_ex26112210.log", "u_ex26112300.log"],
    ["app-12-31-2025-1.log.gz", "app-11-22-2026-1.log.gz", "app-11-22-2026-2.log", "app.log"],
    [
      "app-2026-11-22-1.log.gz", "app-2026-11-22-9.log.gz", "app-2026-11-22-10.log.gz", "app-2026-11-22-25.log",
      "app.log",
    ],
    ["app-2026-11-22-06-9.log", "app-2026-11-22-06-10.log", "app-2026-11-22-07-1.log"],
    ["app.2026-11-22.0.log", "app.2026-11-22.1.log", "app.2026-11-23.0.log", "app.log"],
    ["app-2026-11-22.log", "app-2026-11-22.log.1", "app-2026-11-22.log.2", "app-2026-11-23.log"],
    ["catalina.2026-11-22.log", "catalina.2026-11-23.log"],
  ])
  func order(names: [String]) {
    let parsed = names.map(RotationName.init)
    for i in parsed.indices {
      for j in parsed.indices {
        #expect(parsed[i].isOlder(than: parsed[j]) == (i == j ? nil : i < j), "\(names[i]) and \(names[j])")
      }
    }
  }

  /// With some writers a number before the ending grows, with others it falls; a day may stand before its month.
  @Test(arguments: [("app.0.log", "app.1.log"), ("app-05-06-2026.log", "app-06-05-2026.log")])
  func whatTheNameDoesNotTell(a: String, b: String) {
    #expect(RotationName(a).base == RotationName(b).base)
    #expect(RotationName(a).isOlder(than: RotationName(b)) == nil)
    #expect(RotationName(b).isOlder(than: RotationName("app.log")) == true)
  }

  @Test(
    arguments: [
      ("app.log.bak", "app.log", nil, false), ("app.log.old", "app.log", nil, false),
      ("app.log.orig.gz", "app.log", nil, false), ("app.log.copy", "app.log", nil, false),
      ("app.log~", "app.log", nil, false), ("app.log.bak.2", "app.log", nil, false),
      ("app.log.bak2", "app.log", nil, false), ("app.bak.log", "app.log", nil, false),
      ("app-copy.log", "app.log", nil, false), ("app - Copy.log", "app.log", nil, false),
      ("app (1).log", "app.log", nil, false), ("app.log (2)", "app.log", nil, false),
      ("Copy of app.log", "app.log", nil, false), ("app.log.1.bak", "app.log", nil, false),
      ("app_OLD.log", "app.log", nil, false), ("app.log.backup", "app.log", nil, false),
      ("app-1.log", "app.log", 1, false), ("app_001.log", "app.log", 1, true), ("app12.log", "app.log", 12, false),
      ("app-3.log.gz", "app.log", 3, true), ("Admin.log00001", "Admin.log", 1, true), ("app.log2", "app.log", 2, false),
      ("app.log", nil, nil, false), ("threshold.log", nil, nil, false), ("old.log", nil, nil, false),
      (".bak", nil, nil, false), ("syslog1", nil, nil, false), ("10.0.0.1.log", nil, nil, false), ("", nil, nil, false),
      ("1.log", nil, nil, false), ("~", nil, nil, false), ("(1)", nil, nil, false), ("app-123456.log", nil, nil, false),
    ] as [(String, String?, Int?, Bool)])
  func looseNames(name: String, base: String?, number: Int?, isCounted: Bool) {
    let loose = LooseName(name)
    #expect(loose?.base == base)
    #expect(loose?.number == number)
    #expect(loose?.isCounted ?? false == isCounted)
  }

  /// Whatever a file is called: nothing traps, and what is taken off is taken off once.
  @Test func anyName() {
    var random = SplitMix64(seed: 13)
    let pieces = [
      "app", "2026", "11", "23", "-", "_", ".", "log", "gz", "T", "Z", "99999999999", "ex", "u_ex", "(", ")", "~", " ",
      "bak", "\u{e9}", "0", "1795415824", "__", "txt",
    ]
    for _ in 0..<20_000 {
      let name = (0..<random.below(9)).map { _ in pieces[random.below(pieces.count)] }.joined()
      let rotation = RotationName(name)
      if rotation.isBare, !rotation.hasCompressorEnding { #expect(rotation.base == name) }
      if !name.isEmpty { #expect(!rotation.base.isEmpty) }
      #expect(rotation.isOlder(than: rotation) == nil)
      #expect(LooseName(name)?.base.isEmpty != true, "\(name)")
    }
  }
}
