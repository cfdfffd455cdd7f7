import Testing
@testable import Platform
import TraceCore

@testable import LogSource

/// The tools that rotate logs in the field, with a real process that writes, and another that rotates, all at once.
@Suite(.serialized) struct RotatingToolsTests {
  static let hasLogrotate = ShellProcess.has("logrotate")
  static let hasPython = ShellProcess.has("python3")

  let folder = TestFolder()

  /// Writes $3 lines to $2, one in a millisecond, and opens it again when told (HUP).
  static let writer = """
    import os, signal, sys, time
    path, count = sys.argv[1], int(sys.argv[2])
    again = []
    signal.signal(signal.SIGHUP, lambda *_: again.append(1))
    log = open(path, 'ab', buffering=0)
    with open(path + '-pid', 'w') as f: f.write(str(os.getpid()))
    for i in range(count):
      if again:
        again.clear()
        log.close()
        log = open(path, 'ab', buffering=0)
      log.write(b'L%d of a log that is rotated while it is written\\n' % i)
      time.sleep(0.001)
    """

  struct Logrotate: CustomTestStringConvertible, Sendable {
    let name: String
    let directives: String
    /// Seconds between rotations.
    var pause = "0.15"
    var rotations = 6
    var testDescription: String { name }
  }

  static let ways = [
    Logrotate(name: "create", directives: "create"),
    Logrotate(name: "create, compress", directives: "create\ncompress"),
    Logrotate(name: "create, delaycompress", directives: "create\ncompress\ndelaycompress"),
    Logrotate(
      name: "create, dateext", directives: "create\ndateext\ndateformat -%Y%m%d-%s", pause: "1.1", rotations: 2),
    Logrotate(
      name: "create, dateext, compress", directives: "create\ncompress\ndateext\ndateformat -%Y%m%d-%s", pause: "1.1",
      rotations: 2),
    Logrotate(name: "copytruncate", directives: "copytruncate"),
    Logrotate(name: "copytruncate, compress", directives: "copytruncate\ncompress"),
    Logrotate(name: "copytruncate, delaycompress", directives: "copytruncate\ncompress\ndelaycompress"),
  ]

  @Test(
    .enabled(if: hasLogrotate && hasPython, "logrotate or python3 is missing: ./dev setup installs logrotate"),
    arguments: ways)
  func logrotate(way: Logrotate) throws {
    let copies = way.name.hasPrefix("copytruncate")
    let path = folder("app.log")
    let count = 2000
    let signal = copies ? "" : "postrotate\nkill -HUP $(cat \(path)-pid) || true\nendscript\n"
    folder.write("logrotate.conf", "\"\(path)\" {\nrotate 50\n\(way.directives)\n\(signal)}\n")
    folder.write("writer.py", Self.writer)
    let process = ShellProcess(
      """
      cd "$1"
      python3 writer.py app.log \(count) & writer=$!
      while [ ! -s app.log-pid ]; do sleep 0.01; done
      for i in $(seq \(way.rotations)); do
        sleep \(way.pause)
        logrotate -f -s state logrotate.conf || exit 1
      done
      wait $writer
      """, [folder.path])
    let reader = try follow(path, until: process, lines: count)
    if copies {
      var last = -1
      for line in reader.lines {
        let number = try #require(Self.number(line))
        #expect(number > last)
        last = number
      }
      #expect(reader.lines.count >= count * 9 / 10)
      #expect(reader.hasToldLoss)
      #expect(reader.events.filter { $0.kind == .copytruncated }.count > 0)
    } else {
      #expect(reader.lines.map(Self.number) == (0..<count).map { $0 })
      #expect(!reader.hasToldLoss)
      #expect(reader.events.contains { $0.kind == .renamed })
    }
  }

  /// What Python's handlers do themselves.
  static let handlers = [
    "logging.handlers.RotatingFileHandler(path, maxBytes=4000, backupCount=500)",
    "logging.handlers.RotatingFileHandler(path, maxBytes=20000, backupCount=500)",
    "logging.handlers.TimedRotatingFileHandler(path, when='S', backupCount=500)",
    "zipped(logging.handlers.TimedRotatingFileHandler(path, when='S', backupCount=500))",
    "zipped(logging.handlers.RotatingFileHandler(path, maxBytes=20000, backupCount=500))",
    "logging.handlers.WatchedFileHandler(path)",
  ]

  @Test(.enabled(if: hasPython, "python3 is missing"), arguments: handlers)
  func python(handler: String) throws {
    let path = folder("app.log")
    let count = 2000
    folder.write(
      "writer.py",
      """
      import gzip, logging, logging.handlers, os, shutil, sys, time
      path = sys.argv[1]
      def rotator(source, target):
        with open(source, 'rb') as a, gzip.open(target, 'wb') as b: shutil.copyfileobj(a, b)
        os.remove(source)
      def zipped(handler):
        handler.namer = lambda name: name + '.gz'
        handler.rotator = rotator
        return handler
      handler = \(handler)
      handler.setFormatter(logging.Formatter('%(message)s'))
      log = logging.getLogger()
      log.addHandler(handler)
      for i in range(\(count)):
        log.warning('L%d of a log that is rotated while it is written', i)
        if 'Watched' in '''\(handler)''' and i % 300 == 299:
          for n in range(9, 0, -1):
            if os.path.exists(f'{path}.{n}'): os.rename(f'{path}.{n}', f'{path}.{n + 1}')
          os.rename(path, path + '.1')
        time.sleep(0.001)
      """)
    let process = ShellProcess("exec python3 \"$1/writer.py\" \"$1/app.log\"", [folder.path])
    let reader = try follow(path, until: process, lines: count)
    #expect(reader.lines.map(Self.number) == (0..<count).map { $0 })
    #expect(reader.events.contains { $0.kind == .renamed || $0.kind == .replaced })
  }

  /// Reads until the process has ended and all lines are there, or nothing has come for two seconds.
  func follow(_ path: String, until process: ShellProcess, lines: Int) throws -> FollowReader {
    var options = StreamFollower.Options()
    options.quiet = 100_000_000
    let reader = FollowReader(path, options: options) { Clock.monotonicMilliseconds * 1_000_000 }
    let watch = ChangeWatch(poll: false)
    watch.watch([path])
    var lastLine = Clock.monotonicMilliseconds
    var count = 0
    while true {
      let isRunning = process.isRunning
      try reader.read()
      let now = Clock.monotonicMilliseconds
      if reader.lines.count > count { (count, lastLine) = (reader.lines.count, now) }
      if !isRunning, count >= lines || now - lastLine > 2_000 { break }
      if now - lastLine > 60_000 { break }
      _ = watch.wait(milliseconds: 50)
    }
    #expect(process.status == 0)
    reader.finish()
    return reader
  }

  static func number(_ line: String) -> Int? {
    guard line.hasPrefix("L"), line.hasSuffix("written") else { return nil }
    return Int(line.dropFirst().prefix { $0 != " " })
  }
}
