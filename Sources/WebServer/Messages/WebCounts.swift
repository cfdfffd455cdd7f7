#if Serve

  /// What has happened on a server since it started, and what there is now.
  package struct WebCounts: Sendable, Equatable {
    package init() {}

    /// Now.
    package internal(set) var openConnections = 0
    package internal(set) var acceptedConnections = 0
    /// Closed as they came: there were too many. Not among the accepted ones.
    package internal(set) var refusedConnections = 0
    /// Whose head was complete and could be read, whatever the answer.
    package internal(set) var requests = 0
    /// Requests without an answer from the handler, also ones whose head never was complete.
    package internal(set) var refusals: [WebRefusal: Int] = [:]
    /// Now.
    package internal(set) var openStreams = 0
    /// Closed because their clients did not read.
    package internal(set) var slowStreams = 0
    /// Connections that were closed because their clients did not read an answer.
    package internal(set) var stalledAnswers = 0
    /// 500: the handler never answered, or with something that cannot be sent.
    package internal(set) var faults = 0
  }

#endif
