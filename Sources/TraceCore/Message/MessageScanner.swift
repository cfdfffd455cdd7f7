/// Cuts a message into tokens and gives them to a sink.
///
/// What is a value by itself is decided in `ValueText`; here, what is one by where it stands:
/// - what follows an equals sign (`user=ann`, `retries = 3`, and nothing, as in `user= host=h`);
/// - what stands in quotes, if it is more than a word; of a request line the method is kept;
/// - values one after another, also with commas, are one, so that lists of any length look alike;
/// - a unit after a value, and brackets after a value with nothing but another way to say it: `1165 bytes (1.1 KB)`.
struct MessageScanner<Sink: MessageTokenSink> {
  var sink: Sink
  /// Not all of the message was read.
  private(set) var isCut = false
  /// The last tokens, which the next one may change; the newest last.
  private var pending: InlineArray<4, MessageToken> = .init(repeating: MessageToken(.value, 0, 0, isGlued: false))
  private var waiting = 0
  private var taken = 0
  private var isGlued = false
  /// Kinds of quotes of which one had no end (bit = byte mod 64).
  private var unclosed: UInt64 = 0

  init(sink: Sink) { self.sink = sink }

  mutating func run(_ bytes: Span<UInt8>, from start: Int, to end: Int, _ classes: Span<UInt8>) {
    var end = end
    if end - start > MessageShape.mostBytes {
      isCut = true
      end = start + MessageShape.mostBytes
      // A word that was cut would be another one.
      var blank = end
      while blank > start && bytes[blank] > 0x20 { blank -= 1 }
      if blank > start { end = blank }
    }
    var at = start
    while at < end {
      let byte = bytes[at]
      let kind = classes[Int(byte)]
      if kind & ByteClasses.run != 0 {
        at = takeRun(bytes, at, end, classes)
      } else if kind & ByteClasses.blank != 0 {
        isGlued = false
        at &+= 1
        continue
      } else if kind & ByteClasses.quote != 0 {
        at = takeQuote(bytes, at, start, end, classes)
      } else if byte == UInt8(ascii: "=") {
        at = takeEquals(bytes, at, start, end, classes)
      } else {
        add(.mark, bytes, at, at &+ 1)
        at &+= 1
      }
      isGlued = true
      if taken >= MessageShape.mostTokens {
        isCut = true
        return
      }
    }
    for index in 0..<waiting { commit(index, bytes) }
  }

  // MARK: Runs

  /// A run of letters, digits and what joins them; returns where it ends.
  @inline(__always)
  private mutating func takeRun(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ classes: Span<UInt8>
  ) -> Int {
    var seen: UInt8 = 0
    var at = start
    while at < end {
      let kind = classes[Int(bytes[at])]
      if kind & ByteClasses.run == 0 { break }
      seen |= kind
      at &+= 1
    }
    if seen == ByteClasses.letter {
      takeWord(bytes, start, at, end)
      return at
    }
    return takeMixed(bytes, start, at, end, seen)
  }

  private mutating func takeWord(_ bytes: Span<UInt8>, _ start: Int, _ stop: Int, _ end: Int) {
    let count = stop &- start
    if count <= 5 && count >= 3 {
      if ValueText.isNothing(bytes, start, stop) { return add(.value, bytes, start, stop) }
      if count == 3, ValueText.isDateWord(bytes, start),
        last?.kind == .value || ValueText.isDateGoingOn(bytes, stop, end)
      {
        return add(.value, bytes, start, stop)
      }
    }
    // The name of a value is no unit: `rows=3 ms=0.2`.
    let isName = stop < end && bytes[stop] == UInt8(ascii: "=")
    if last?.kind == .value, count <= 8, !isName, ValueText.isUnit(bytes, start, stop) { return }
    add(count > ValueText.longestWord ? .value : .word, bytes, start, stop)
  }

  @inline(never)
  private mutating func takeMixed(_ bytes: Span<UInt8>, _ start: Int, _ stop: Int, _ end: Int, _ seen: UInt8) -> Int {
    guard seen != ByteClasses.joiner else {
      add(.mark, bytes, start, stop)
      return stop
    }
    var first = start
    var last = stop
    while first < last, ValueText.leads(bytes[first]) { first &+= 1 }
    if first > start && bytes[first] != UInt8(ascii: "/") {
      add(.mark, bytes, start, first)
      isGlued = true
    }
    var rest = stop
    if ValueText.isLocation(bytes, first, stop) {
      rest = ValueText.locationEnd(bytes, stop, end)
      last = rest
      while last > first &+ 1, ValueText.trails(bytes[last &- 1]) { last &-= 1 }
      add(.value, bytes, first, last)
    } else {
      while last > first &+ 1, ValueText.trails(bytes[last &- 1]) { last &-= 1 }
      if ValueText.isASCIIWord(bytes, first, last) {
        takeWord(bytes, first, last, end)
      } else if ValueText.isValue(bytes, first, last) {
        if let head = ValueText.head(bytes, first, last) {
          add(.word, bytes, first, head.end)
          isGlued = true
          add(.mark, bytes, head.end, head.value)
          first = head.value
        }
        add(.value, bytes, first, last)
      } else {
        add(.word, bytes, first, last)
      }
    }
    if last < rest {
      isGlued = true
      add(.mark, bytes, last, rest)
    }
    return rest
  }

  // MARK: Quotes and pairs

  @inline(never)
  private mutating func takeQuote(
    _ bytes: Span<UInt8>, _ at: Int, _ start: Int, _ end: Int, _ classes: Span<UInt8>
  ) -> Int {
    let quote = bytes[at]
    let bit: UInt64 = 1 &<< UInt64(quote & 63)
    // An apostrophe is no quote.
    let before = at > start ? classes[Int(bytes[at &- 1])] : ByteClasses.blank
    let isInWord = quote == UInt8(ascii: "'") && before & (ByteClasses.letter | ByteClasses.digit) != 0
    guard !isInWord, unclosed & bit == 0, let close = ValueText.closingQuote(bytes, at, end) else {
      if !isInWord { unclosed |= bit }
      add(.mark, bytes, at, at &+ 1)
      return at &+ 1
    }
    if close &+ 1 < end && bytes[close &+ 1] == UInt8(ascii: ":") && quote == UInt8(ascii: "\"") {
      // The name of a member.
      add(.word, bytes, at, close &+ 1)
    } else if ValueText.isPlainWord(bytes, at &+ 1, close) {
      add(.word, bytes, at, close &+ 1)
    } else if let method = ValueText.methodEnd(bytes, at &+ 1, close) {
      add(.word, bytes, at, method)
      isGlued = false
      add(.value, bytes, method &+ 1, close)
      isGlued = true
      add(.mark, bytes, close, close &+ 1)
    } else {
      add(.value, bytes, at, close &+ 1)
    }
    return close &+ 1
  }

  @inline(never)
  private mutating func takeEquals(
    _ bytes: Span<UInt8>, _ at: Int, _ start: Int, _ end: Int, _ classes: Span<UInt8>
  ) -> Int {
    var next = at &+ 1
    add(.mark, bytes, at, next)
    // `==`, `=>`, `!=`, `<=`, `:=` and a line of them assign nothing.
    guard at > start, taken &+ waiting > 1, next >= end || !ValueText.isOperator(bytes[next]),
      !ValueText.isOperator(bytes[at &- 1])
    else { return next }
    if next < end, bytes[next] > 0x20 {
      if ValueText.opens(bytes[next]) { return next }
      let stop = ValueText.pairValueEnd(bytes, next, end, classes)
      isGlued = true
      add(.value, bytes, next, stop)
      return stop
    }
    isGlued = bytes[at &- 1] > 0x20
    if !isGlued {
      // ` = ` has its value after the blank, unless that is the next key.
      var from = next
      while from < end && bytes[from] <= 0x20 { from &+= 1 }
      if from < end, classes[Int(bytes[from])] & (ByteClasses.run | ByteClasses.quote) != 0 {
        let stop = ValueText.pairValueEnd(bytes, from, end, classes)
        var isKey = false
        var i = from
        while i < stop {
          if bytes[i] == UInt8(ascii: "=") { isKey = true }
          i &+= 1
        }
        if !isKey { next = stop }
      }
    }
    add(.value, bytes, at &+ 1, next)
    return next
  }

  // MARK: What is given on

  private var last: MessageToken? {
    @inline(__always) get { waiting > 0 ? pending[waiting &- 1] : nil }
  }

  @inline(__always)
  private func isMark(_ token: MessageToken, _ bytes: Span<UInt8>, _ byte: UInt8) -> Bool {
    token.kind == .mark && token.end &- token.start == 1 && bytes[Int(token.start)] == byte
  }

  @inline(__always)
  private mutating func add(_ kind: MessageToken.Kind, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
    let token = MessageToken(kind, start, end, isGlued: isGlued)
    if kind == .word || waiting == 0 { return push(token, bytes) }
    kind == .value ? addValue(token, bytes) : addMark(token, bytes)
  }

  private mutating func addValue(_ token: MessageToken, _ bytes: Span<UInt8>) {
    let newest = pending[waiting &- 1]
    if newest.kind == .value { return }
    if newest.kind == .mark {
      if isMark(newest, bytes, UInt8(ascii: "<")) && !newest.isGlued {
        // `<1 ms`
        pending[waiting &- 1].kind = .value
        return
      }
      if waiting > 1, pending[waiting &- 2].kind == .value,
        isMark(newest, bytes, UInt8(ascii: ",")) || isMark(newest, bytes, UInt8(ascii: "|"))
          || isMark(newest, bytes, UInt8(ascii: "/"))
      {
        waiting &-= 1
        return
      }
    }
    push(token, bytes)
  }

  private mutating func addMark(_ token: MessageToken, _ bytes: Span<UInt8>) {
    guard isMark(token, bytes, UInt8(ascii: ")")) else { return push(token, bytes) }
    let newest = pending[waiting &- 1]
    if isMark(newest, bytes, UInt8(ascii: "(")) {
      if waiting > 1, pending[waiting &- 2].kind == .value {
        waiting &-= 1
        return
      }
      // Empty brackets of their own hold a value that is missing; those of a call hold nothing.
      if !newest.isGlued { push(MessageToken(.value, Int(token.start), Int(token.start), isGlued: true), bytes) }
    } else if newest.kind == .value, waiting > 2, pending[waiting &- 3].kind == .value,
      isMark(pending[waiting &- 2], bytes, UInt8(ascii: "("))
    {
      waiting &-= 2
      return
    }
    push(token, bytes)
  }

  @inline(__always)
  private mutating func push(_ token: MessageToken, _ bytes: Span<UInt8>) {
    if waiting == 4 {
      commit(0, bytes)
      pending[0] = pending[1]
      pending[1] = pending[2]
      pending[2] = pending[3]
      waiting = 3
    }
    pending[waiting] = token
    waiting &+= 1
  }

  @inline(__always)
  private mutating func commit(_ index: Int, _ bytes: Span<UInt8>) {
    guard taken < MessageShape.mostTokens else {
      isCut = true
      return
    }
    sink.take(pending[index], bytes)
    taken &+= 1
  }
}
