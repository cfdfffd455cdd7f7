#if Serve

  internal import NIOCore

  /// All connections of a server, and those of them that are event streams. Belongs to the event loop.
  final class ConnectionTable {
    private let site: Site
    private let loop: any EventLoop
    private var connections: [ObjectIdentifier: WebConnection] = [:]
    private var streams: [ObjectIdentifier: WebConnection] = [:]
    /// Only while there are streams: nothing must wake an idle server.
    private var heartbeat = Deadline()
    private var whenEmpty: EventLoopPromise<Void>?
    private(set) var isStopping = false

    private static let signOfLife = ByteBuffer(string: ": \n\n")

    init(site: Site, loop: any EventLoop) {
      self.site = site
      self.loop = loop
    }

    /// Whether there is room for it.
    func add(_ connection: WebConnection) -> Bool {
      guard connections.count < site.options.connections, !isStopping else {
        site.count { $0.refusedConnections += 1 }
        return false
      }
      connections[ObjectIdentifier(connection)] = connection
      site.count {
        $0.acceptedConnections += 1
        $0.openConnections += 1
      }
      return true
    }

    func remove(_ connection: WebConnection) {
      guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
      site.count { $0.openConnections -= 1 }
      if streams.removeValue(forKey: ObjectIdentifier(connection)) != nil {
        site.count { $0.openStreams -= 1 }
        if streams.isEmpty { heartbeat.cancel() }
      }
      if connections.isEmpty { whenEmpty?.succeed() }
    }

    /// Whether there is room for one more stream.
    func addStream(_ connection: WebConnection) -> Bool {
      guard streams.count < site.options.streams, !isStopping else { return false }
      streams[ObjectIdentifier(connection)] = connection
      site.count { $0.openStreams += 1 }
      if streams.count == 1 { scheduleHeartbeat() }
      return true
    }

    private func scheduleHeartbeat() {
      heartbeat.set(site.options.heartbeatTime, on: loop) { [weak self] in
        guard let self, !self.streams.isEmpty else { return }
        self.broadcast(ConnectionTable.signOfLife)
        self.scheduleHeartbeat()
      }
    }

    func broadcast(_ bytes: ByteBuffer) {
      // A copy: a stream that is too slow leaves meanwhile.
      for stream in Array(streams.values) { stream.sendEvent(bytes) }
    }

    /// Ends streams and idle connections; others end with their answers. `promise` is kept once there are none.
    func stop(_ promise: EventLoopPromise<Void>) {
      isStopping = true
      whenEmpty = promise
      for connection in Array(connections.values) { connection.stop() }
      if connections.isEmpty { promise.succeed() }
    }
  }

#endif
