#if Serve

  internal import Glibc
  internal import NIOCore
  internal import NIOHTTP1
  internal import NIOPosix

  /// A socket that connections come in at.
  struct Listener: Sendable {
    let channel: any Channel
    /// What is listened on, with the real port.
    let address: WebAddress

    /// Connections that the kernel keeps until they are accepted.
    private static let backlog: Int32 = 512
    /// Requests are small, and what a client sends without waiting for answers is its own affair.
    private static let receiveBuffer: Int = 65_536

    /// Binds and listens; waits for that, so not from the event loop. NIO removes the file of a Unix socket that it made when
    /// that is closed.
    init(
      _ wanted: WebAddress, hosts: [String], site: Site, table: NIOLoopBoundBox<ConnectionTable>,
      group: MultiThreadedEventLoopGroup
    ) throws(WebError) {
      let checksPort = if case .tcp = wanted { true } else { false }
      let bootstrap = Listener.bootstrap(hosts: hosts, checksPort: checksPort, site: site, table: table, group: group)
      do {
        switch wanted {
        case .tcp:
          channel = try bootstrap.bind(to: wanted.socketAddress).wait()
        case .unix(let path):
          _ = try wanted.socketAddress
          if try Listener.isAnswered(path, group) { throw WebError(code: EADDRINUSE, listeningOn: wanted) }
          channel = try bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).wait()
        case .inherited(let descriptor):
          guard fcntl(descriptor, F_GETFD) >= 0 else {
            throw WebError("descriptor \(descriptor) is not open; pass on a bound stream socket")
          }
          channel = try bootstrap.withBoundSocket(descriptor).wait()
        }
      } catch {
        throw WebError(error, listeningOn: wanted)
      }
      address = Listener.address(of: channel) ?? wanted
    }

    /// Whether a program listens on that socket; what a killed one left behind does not answer.
    private static func isAnswered(_ path: String, _ group: MultiThreadedEventLoopGroup) throws -> Bool {
      do {
        let channel = try ClientBootstrap(group: group).connect(unixDomainSocketPath: path).wait()
        try? channel.close().wait()
        return true
      } catch let error as IOError {
        switch error.errnoCode {
        case ENOENT, ECONNREFUSED: return false
        // More wait for it than it lets wait.
        case EAGAIN: return true
        default: throw error
        }
      }
    }

    private static func address(of channel: any Channel) -> WebAddress? {
      guard let local = channel.localAddress else { return nil }
      if let host = local.ipAddress, let port = local.port { return .tcp(host: host, port: port) }
      return local.pathname.map { .unix(path: $0) }
    }

    private static func bootstrap(
      hosts: [String], checksPort: Bool, site: Site, table: NIOLoopBoundBox<ConnectionTable>,
      group: MultiThreadedEventLoopGroup
    ) -> ServerBootstrap {
      ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: backlog)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .serverChannelOption(.socketOption(.so_rcvbuf), value: receiveBuffer)
        .serverChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try closeOnExec(channel)
            // When descriptors run out, connections wait for a second instead of keeping the thread busy.
            try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler(shouldForwardIOErrorCaught: false))
          }
        }
        .childChannelOption(.maxMessagesPerRead, value: 1)
        .childChannelOption(.allowRemoteHalfClosure, value: true)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { try setUp(channel, hosts, checksPort: checksPort, site, table.value) }
        }
    }

    private static func setUp(
      _ channel: any Channel, _ hosts: [String], checksPort: Bool, _ site: Site, _ table: ConnectionTable
    ) throws {
      try closeOnExec(channel)
      let own = channel.parent?.localAddress
      let rules = HostRules(hosts: hosts, own: own.flatMap { IPLiteral($0) }, port: checksPort ? own?.port : nil)
      let gate = HeadGate(site.options)
      var framing = HTTPResponseEncoder.Configuration()
      framing.automaticallySetFramingHeaders = false
      let connection = WebConnection(site: site, table: table, hosts: rules, gate: gate)
      try channel.pipeline.syncOperations.addHandlers(
        gate, ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)),
        HTTPResponseEncoder(configuration: framing), connection)
      guard table.add(connection) else { throw TooManyConnections() }
    }

    private struct TooManyConnections: Error {}

    /// NIO leaves its sockets open in programs that are started; a port would stay in use after the end of this one.
    private static func closeOnExec(_ channel: any Channel) throws {
      try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { descriptor in
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      }
    }
  }

#endif
