#if Serve

  internal import NIOCore

  /// The client sends nothing more; it may still read.
  struct ClientHasEnded {}

  /// The parser has got a whole head and must have made a request or an error of it.
  struct HeadHasPassed {}

  /// Lets one request's head at a time through to the parser, whole and checked (`HeadScanner`), and the next one only after
  /// `next`. While an answer is under way nothing is read, so that a client that sends without reading fills its own buffers.
  ///
  /// What it refuses goes on as an error, a `WebRefusal`. It knows the times of a connection that waits: for a head, for the
  /// next request, and for a client that is still sending after the last answer.
  final class HeadGate: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private enum Mode {
      /// For a head.
      case waiting
      /// For the answer.
      case answering
      /// After the last answer: what comes is dropped.
      case dropping
    }

    /// Bytes that are kept while an answer is under way; only a client that has ended its side gets there.
    private static let heldLimit = 262_144
    /// Bytes that are dropped after the last answer before the client is thought to mean harm.
    private static let droppedLimit = 4_194_304

    private let options: WebOptions
    private var mode = Mode.waiting
    private var scanner: HeadScanner
    private var held = ByteBuffer()
    private var dropped = 0
    private var deadline = Deadline()
    private var wantsRead = false
    private var hasInputEnded = false
    /// Whether no head has come through yet: its time runs from the acceptance.
    private var isFirstHead = true
    private var context: ChannelHandlerContext?

    init(_ options: WebOptions) {
      self.options = options
      scanner = HeadScanner(limit: options.headBytes)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
      deadline.cancel()
      self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
      expectHead(context)
      context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
      deadline.cancel()
      context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      var bytes = unwrapInboundIn(data)
      switch mode {
      case .waiting:
        let isFirst = held.readableBytes == 0
        held.writeBuffer(&bytes)
        if isFirst, !isFirstHead { expectHead(context) }
        passHead(context)
      case .answering:
        held.writeBuffer(&bytes)
        if held.readableBytes > HeadGate.heldLimit { context.close(promise: nil) }
      case .dropping:
        dropped += bytes.readableBytes
        if dropped > HeadGate.droppedLimit { context.close(promise: nil) }
      }
    }

    func read(context: ChannelHandlerContext) {
      if mode == .answering { wantsRead = true } else { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      guard event as? ChannelEvent == .inputClosed else {
        context.fireUserInboundEventTriggered(event)
        return
      }
      // The parser must not see it: it would take a request that is being answered for one that was cut off.
      hasInputEnded = true
      switch mode {
      case .waiting, .dropping: context.close(promise: nil)
      case .answering: context.fireUserInboundEventTriggered(ClientHasEnded())
      }
    }

    private func expectHead(_ context: ChannelHandlerContext) {
      deadline.set(options.headTime, on: context.eventLoop) { self.refuse(.headTooSlow, context) }
    }

    private func passHead(_ context: ChannelHandlerContext) {
      switch scanner.scan(held.readableBytesView) {
      case .incomplete: return
      case .refused(let refusal): refuse(refusal, context)
      case .complete(let length):
        deadline.cancel()
        isFirstHead = false
        mode = .answering
        scanner = HeadScanner(limit: options.headBytes)
        guard let head = held.readSlice(length: length) else { return }
        held.discardReadBytes()
        context.fireChannelRead(wrapInboundOut(head))
        context.fireUserInboundEventTriggered(HeadHasPassed())
      }
    }

    private func refuse(_ refusal: WebRefusal, _ context: ChannelHandlerContext) {
      deadline.cancel()
      mode = .answering
      held.clear()
      context.fireErrorCaught(refusal)
    }

    /// The answer has been sent: goes on to the next request, which may be here already.
    func next() {
      guard let context, mode == .answering else { return }
      mode = .waiting
      if held.readableBytes > 0 {
        expectHead(context)
        passHead(context)
      } else {
        deadline.set(options.idleTime, on: context.eventLoop) { context.close(promise: nil) }
      }
      guard mode == .waiting else { return }
      if hasInputEnded { context.close(promise: nil) } else { readIfWanted(context) }
    }

    /// There will be no other request: drops what comes until the client closes. To close with bytes unread would reset the
    /// connection, and the client might lose the answer.
    func dropRest() {
      guard let context, mode != .dropping else { return }
      mode = .dropping
      held.clear()
      guard !hasInputEnded else {
        context.close(promise: nil)
        return
      }
      deadline.set(options.lingerTime, on: context.eventLoop) { context.close(promise: nil) }
      readIfWanted(context)
    }

    private func readIfWanted(_ context: ChannelHandlerContext) {
      guard wantsRead else { return }
      wantsRead = false
      context.read()
    }
  }

#endif
