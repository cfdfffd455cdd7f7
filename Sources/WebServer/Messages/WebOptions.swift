#if Serve

  /// What a server allows its clients. Times are in milliseconds.
  package struct WebOptions: Sendable, Equatable {
    /// Connections at once; further ones are closed as they come.
    package var connections = 256
    /// Event streams at once; further ones get 503. They count as connections, too.
    package var streams = 32
    /// Requests on one connection; the answer to the last one says that it closes.
    package var requestsPerConnection = 100
    /// Bytes of a request's head: its line, its fields and the empty line.
    package var headBytes = 16_384
    /// For the whole head, from the connection's acceptance or, for later requests, their first byte.
    package var headTime: Int64 = 10_000
    /// Between an answer and the next request on the same connection.
    package var idleTime: Int64 = 60_000
    /// Within which a client must take some of what is sent to it.
    package var writeTime: Int64 = 30_000
    /// How long what a client still sends is read and dropped after the last answer, so that it can read that answer.
    package var lingerTime: Int64 = 2_000
    /// Between two signs of life on every event stream.
    package var heartbeatTime: Int64 = 15_000
    /// Bytes that may wait for one stream's client; a stream with more is closed at the next event.
    package var pendingStreamBytes = 262_144
    /// What `stop` waits at most for answers that are under way.
    package var stopTime: Int64 = 1_000

    package init() {}
  }

#endif
