#if Serve

  internal import NIOCore
  internal import NIOPosix
  internal import Synchronization

  /// A small HTTP/1.1 server for the pages of a tool, meant for this machine: GET and HEAD, event streams, no authentication.
  ///
  /// It trusts no client: every size, number and time has a limit (`WebOptions`), and what is not plainly well-formed or names
  /// another server is refused (`WebRefusal`). It has one thread, which sleeps while there is nothing to do.
  ///
  /// Making one has the program ignore SIGPIPE, for NIO does so.
  package final class WebServer: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let loop: any EventLoop
    private let site: Site
    private let table: NIOLoopBoundBox<ConnectionTable>
    private let listeners: [Listener]
    private let isStopped = Atomic(false)

    /// Binds and listens: clients can connect once this returns. Not from an event loop's thread.
    ///
    /// - Parameters:
    ///   - addresses: if one of them fails, none stays open.
    ///   - hosts: names or addresses that `Host` may have besides localhost, loopback addresses and the address that is listened
    ///     on; without a port.
    /// - Throws: which address cannot be listened on, why, and what to do.
    package init(
      _ addresses: [WebAddress], hosts: [String] = [], options: WebOptions = WebOptions(), handler: any WebHandler
    ) throws(WebError) {
      group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      loop = group.next()
      site = Site(handler: handler, options: options, loop: loop)
      table = .makeBoxSendingValue(ConnectionTable(site: site, loop: loop), eventLoop: loop)
      var made: [Listener] = []
      do throws(WebError) {
        for address in addresses {
          made.append(try Listener(address, hosts: hosts, site: site, table: table, group: group))
        }
      } catch {
        try? group.syncShutdownGracefully()
        throw error
      }
      listeners = made
    }

    deinit { stop() }

    /// As `WebAddress.init(parsing:)` reads them, in the order that was asked for, with the real ports.
    package var boundAddresses: [String] { listeners.map(\.address.text) }

    /// Sends it to all event streams, in the order of the calls of a thread. From any thread; does not wait.
    package func broadcast(_ event: WebEvent) {
      guard streamCount > 0 else { return }
      let bytes = ByteBuffer(bytes: event.encoded)
      site.onLoop { [table] in table.value.broadcast(bytes) }
    }

    /// Event streams that are open.
    package var streamCount: Int { counts.openStreams }

    /// What has happened so far.
    package var counts: WebCounts { site.counts }

    /// Listens no more, removes the socket files that it made, ends streams, and waits a moment (`WebOptions.stopTime`) for
    /// answers that are under way; then closes everything and ends the thread. Further calls do nothing.
    ///
    /// Called by a handler it does not wait, and the thread stays.
    package func stop() {
      guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
      let ended = loop.makePromise(of: Void.self)
      loop.execute { [listeners, table] in
        listeners.forEach { $0.channel.close(promise: nil) }
        table.value.stop(ended)
      }
      guard !loop.inEventLoop else { return }
      let limit = loop.scheduleTask(in: .milliseconds(site.options.stopTime)) { ended.succeed() }
      try? ended.futureResult.wait()
      limit.cancel()
      site.close()
      try? group.syncShutdownGracefully()
    }
  }

#endif
