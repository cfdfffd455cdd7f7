#if Serve

  internal import NIOCore
  internal import NIOHTTP1

  /// One client: checks its requests, has them answered one after the other, or becomes an event stream.
  final class WebConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
      /// For a request.
      case waiting
      /// For the handler.
      case answering
      case sending
      case streaming
      /// The last answer is out; the client is to close.
      case leaving
      case closed
    }

    /// Bytes that are handed to the socket as one; progress is noticed after each of them.
    private static let pieceSize = 65_536

    private let site: Site
    private let table: ConnectionTable
    private let hosts: HostRules
    private let gate: HeadGate
    private var state = State.waiting
    private var requests = 0
    private var isHead = false
    private var isLast = false
    /// Bytes that the socket has not taken yet.
    private var pending = 0
    private var progress = Deadline()
    private var context: ChannelHandlerContext?

    init(site: Site, table: ConnectionTable, hosts: HostRules, gate: HeadGate) {
      self.site = site
      self.table = table
      self.hosts = hosts
      self.gate = gate
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) { end() }

    private func end() {
      state = .closed
      progress.cancel()
      table.remove(self)
      context = nil
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      // The gate lets no body through, and what ends a request without one says nothing new.
      guard case .head(let head) = unwrapInboundIn(data), state == .waiting else { return }
      requests += 1
      site.count { $0.requests += 1 }
      isHead = head.method == .HEAD
      // The parser stops after a request that offers an upgrade.
      isLast =
        !head.isKeepAlive || head.version != .http1_1 || head.headers.contains(name: "Upgrade")
        || requests >= site.options.requestsPerConnection || table.isStopping
      let request: WebRequest
      do throws(WebRefusal) {
        request = try RequestRules.check(head, hosts: hosts, local: context.localAddress.flatMap { IPLiteral($0) })
      } catch {
        refuse(error)
        return
      }
      state = .answering
      let own = NIOLoopBound(self, eventLoop: context.eventLoop)
      let reply = Reply { [site] response in
        // Also from this thread: a pipeline of requests must not become a pile of calls.
        site.onLoop { own.value.answer(response) }
      }
      site.handler.respond(to: request) { reply.send($0) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      switch (error, state) {
      case (let refusal as WebRefusal, .waiting): refuse(refusal)
      case (let error as HTTPParserError, .waiting): refuse(WebRefusal(error))
      // The parser's complaint about bytes that were refused already.
      case (is HTTPParserError, _), (is WebRefusal, _): break
      default: context.close(promise: nil)
      }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      switch (event, state) {
      case (is ClientHasEnded, .streaming): context.close(promise: nil)
      // The parser waits for more where there is nothing more: the preface of HTTP/2 does that.
      case (is HeadHasPassed, .waiting): refuse(.malformed)
      default: break
      }
    }

    private func refuse(_ refusal: WebRefusal) {
      site.count(refusal)
      isLast = true
      send(refusal.response)
    }

    // MARK: Answers

    private func answer(_ response: WebResponse?) {
      guard state == .answering else { return }
      if table.isStopping { isLast = true }
      guard let response else {
        fail("The request was not answered.")
        return
      }
      guard response.isStream, !isHead else {
        send(response)
        return
      }
      if table.addStream(self) { stream(response) } else { refuse(.tooManyStreams) }
    }

    private func fail(_ sentence: String) {
      site.count { $0.faults += 1 }
      send(.text(status: 500, sentence))
    }

    private func send(_ response: WebResponse) {
      guard let context else { return }
      if response.isStream { isLast = true }
      guard let head = ResponseHead.make(response, isLast: isLast) else {
        fail("The answer has a field that cannot be sent.")
        return
      }
      state = .sending
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      if !isHead, ResponseHead.hasBody(response) { write(ByteBuffer(bytes: response.body), context) }
      let sent = context.eventLoop.makePromise(of: Void.self)
      sent.futureResult.assumeIsolated().whenSuccess { self.hasSent() }
      expectProgress(context)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
    }

    private func hasSent() {
      guard let context, state == .sending else { return }
      progress.cancel()
      guard isLast else {
        state = .waiting
        gate.next()
        return
      }
      state = .leaving
      // While the answers to others are awaited, nobody waits for this client to close.
      if table.isStopping {
        context.close(promise: nil)
      } else {
        context.close(mode: .output, promise: nil)
        gate.dropRest()
      }
    }

    /// Body or events, in pieces, so that it shows whether the client takes them.
    private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
      var rest = bytes
      while let piece = rest.readSlice(length: min(rest.readableBytes, WebConnection.pieceSize)),
        piece.readableBytes > 0
      {
        let size = piece.readableBytes
        pending += size
        let taken = context.eventLoop.makePromise(of: Void.self)
        taken.futureResult.assumeIsolated().whenSuccess { self.hasTaken(size) }
        context.write(wrapOutboundOut(.body(.byteBuffer(piece))), promise: taken)
      }
    }

    private func hasTaken(_ size: Int) {
      pending -= size
      guard let context else { return }
      if pending > 0 { expectProgress(context) } else if state == .streaming { progress.cancel() }
    }

    private func expectProgress(_ context: ChannelHandlerContext) {
      progress.set(site.options.writeTime, on: context.eventLoop) {
        let isStream = self.state == .streaming
        self.site.count { counts in
          if isStream { counts.slowStreams += 1 } else { counts.stalledAnswers += 1 }
        }
        context.close(promise: nil)
      }
    }

    // MARK: Streams

    private func stream(_ response: WebResponse) {
      guard let context, let head = ResponseHead.make(response, isLast: true) else { return }
      state = .streaming
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      if response.body.isEmpty { context.flush() } else { sendEvent(ByteBuffer(bytes: response.body)) }
    }

    /// Closes instead if the client has left too many bytes of earlier events unread.
    func sendEvent(_ bytes: ByteBuffer) {
      guard let context, state == .streaming else { return }
      guard pending <= site.options.pendingStreamBytes else {
        site.count { $0.slowStreams += 1 }
        context.close(promise: nil)
        return
      }
      if pending == 0 { expectProgress(context) }
      write(bytes, context)
      context.flush()
    }

    /// Closes unless an answer is under way, after which it will.
    func stop() {
      isLast = true
      switch state {
      case .waiting, .streaming, .leaving: context?.close(promise: nil)
      case .answering, .sending, .closed: break
      }
    }
  }

#endif
