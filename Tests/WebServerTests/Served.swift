#if Serve

  import Glibc
  import Synchronization
  import Testing

  @testable import WebServer

  /// A server on a free port with a closure for a handler; it stops with its last use.
  final class Served {
    let server: WebServer
    let port: Int

    struct Handler: WebHandler {
      let action: @Sendable (WebRequest, @escaping @Sendable (WebResponse) -> Void) -> Void
      func respond(to request: WebRequest, reply: @escaping @Sendable (WebResponse) -> Void) { action(request, reply) }
    }

    init(
      _ address: WebAddress = .tcp(host: "127.0.0.1", port: 0), hosts: [String] = [],
      options: WebOptions = WebOptions(),
      handler: @escaping @Sendable (WebRequest, @escaping @Sendable (WebResponse) -> Void) -> Void = {
        $1(.text($0.path))
      }
    ) throws {
      server = try WebServer([address], hosts: hosts, options: options, handler: Handler(action: handler))
      port = server.boundAddresses[0].split(separator: ":").last.flatMap { Int($0) } ?? 0
    }

    deinit { server.stop() }

    func client(receiveBuffer: Int32? = nil) throws -> Client { try Client(port: port, receiveBuffer: receiveBuffer) }

    /// Sends it on a connection of its own and returns the answer, after which the server must have closed.
    func refusal(of request: String) throws -> Client.Response {
      let client = try client()
      client.send(request)
      let response = try client.response(hasBody: !request.hasPrefix("HEAD"))
      #expect(response["connection"] == "close")
      #expect(try client.readToEnd() == [])
      return response
    }
  }

  /// Options that differ in some way from the usual ones.
  func options(_ change: (inout WebOptions) -> Void) -> WebOptions {
    var options = WebOptions()
    change(&options)
    return options
  }

  /// Waits until it holds; at most a minute.
  func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<30_000 {
      if condition() { return true }
      usleep(2_000)
    }
    return false
  }

  /// A folder of its own, removed with all that is in it.
  final class Folder {
    let path: String

    init() throws {
      var template = Array("/tmp/webserver-XXXXXX".utf8CString)
      guard unsafe mkdtemp(&template) != nil else { throw Client.Trouble(text: "mkdtemp: errno \(errno)") }
      path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
      for name in ["socket", "file", "other"] { unsafe unlink("\(path)/\(name)") }
      unsafe rmdir(path)
    }
  }

  func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Replies that a handler has put off.
  final class Waiting: Sendable {
    private let replies = Mutex<[(WebRequest, @Sendable (WebResponse) -> Void)]>([])
    var count: Int { replies.withLock { $0.count } }
    func add(_ request: WebRequest, _ reply: @escaping @Sendable (WebResponse) -> Void) {
      replies.withLock { $0.append((request, reply)) }
    }
    func takeFirst() -> (request: WebRequest, reply: @Sendable (WebResponse) -> Void)? {
      replies.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
  }

#endif
