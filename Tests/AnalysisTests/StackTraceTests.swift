import Testing

@testable import Analysis

/// One stack trace a language, as its runtime prints it behind a line of a log.
struct StackTraceTests {
  private func trace(_ text: String) throws -> StackTrace { try #require(StackTrace(Array(text.utf8))) }

  private func expect(
    _ text: String, types: [String], message: String, frame: String?, isOwn: Bool = true,
    _ place: SourceLocation = #_sourceLocation
  ) throws {
    let trace = try #require(StackTrace(Array(text.utf8)), sourceLocation: place)
    #expect(trace.links.map(\.type) == types, sourceLocation: place)
    #expect(trace.cause.message == message, sourceLocation: place)
    #expect(trace.cause.frame?.text == frame, sourceLocation: place)
    #expect(trace.cause.frame?.isOwn ?? isOwn == isOwn, sourceLocation: place)
  }

  @Test func pythonChained() throws {
    try expect(
      """
      2026-11-23 06:50:09,494 ERROR [api.bookings] [e0a0] booking failed: payment unavailable spot_id=282
      Traceback (most recent call last):
        File "/srv/parkapi/app.py", line 523, in call_provider
          await asyncio.shield(work)
        File "/srv/parkapi/app.py", line 494, in handle
          raise UpstreamError(f"429 {op}")
        File "/srv/venv/lib/python3.12/site-packages/httpx/_client.py", line 12, in send
          raise mapped from exc
      app.UpstreamError: 429 Too Many Requests
      second: line of the message

      The above exception was the direct cause of the following exception:

      Traceback (most recent call last):
        File "/srv/parkapi/app.py", line 530, in call_provider
          raise PaymentUnavailable(f"{op}")
      app.PaymentUnavailable: charge: 6 attempts failed

      During handling of the above exception, another exception occurred:

      Traceback (most recent call last):
        File "/srv/parkapi/app.py", line 727, in create_booking
          x = {}["k"]
              ~~^^^^^
      KeyError: 'k'
      """, types: ["app.UpstreamError", "app.PaymentUnavailable", "KeyError"], message: "429 Too Many Requests",
      frame: "handle (app.py:494)")
  }

  @Test func pythonGroups() throws {
    try expect(
      """
      2026-11-23 06:51:29,464 ERROR [api.payments] [71cd] payment lookup failed
        + Exception Group Traceback (most recent call last):
        |   File "/srv/parkapi/app.py", line 800, in payment
        |     async with asyncio.TaskGroup() as group:
        | ExceptionGroup: unhandled errors in a TaskGroup (2 sub-exceptions)
        +-+---------------- 1 ----------------
          | Traceback (most recent call last):
          |   File "/srv/parkapi/app.py", line 494, in handle
          |     raise UpstreamError("x")
          | app.UpstreamError: first
          |\u{20}
          | The above exception was the direct cause of the following exception:
          |\u{20}
          | Traceback (most recent call last):
          |   File "/srv/parkapi/app.py", line 530, in call_provider
          | app.PaymentUnavailable: refunds
          +---------------- 2 ----------------
          | Traceback (most recent call last):
          |   File "/srv/parkapi/app.py", line 1, in other
          | ValueError: second
          +------------------------------------

      The above exception was the direct cause of the following exception:

      Traceback (most recent call last):
        File "/srv/parkapi/app.py", line 801, in outer
      RuntimeError: whole
      """, types: ["app.UpstreamError", "app.PaymentUnavailable", "ExceptionGroup", "RuntimeError"], message: "first",
      frame: "handle (app.py:494)")
  }

  @Test func pythonCauseWithoutATraceback() throws {
    try expect(
      """
      Traceback (most recent call last):
        File "/srv/a.py", line 3, in f
      asyncio.exceptions.CancelledError

      The above exception was the direct cause of the following exception:

      TimeoutError
      """, types: ["asyncio.exceptions.CancelledError", "TimeoutError"], message: "", frame: "f (a.py:3)")
  }

  @Test func java() throws {
    try expect(
      """
      2026-11-23 06:50:48.123 ERROR 1 --- [exec-3] c.e.shop.Checkout : Servlet.service() threw exception
      java.lang.IllegalStateException: checkout failed
      \tat com.example.shop.Checkout.pay(Checkout.java:88)
      \tat java.base/java.lang.Thread.run(Thread.java:833)
      \tSuppressed: java.io.IOException: close
      \t\tat com.example.shop.Checkout.close(Checkout.java:99)
      \tCaused by: java.net.SocketException: inner of the suppressed
      \t\tat com.example.shop.Socket.x(Socket.java:1)
      Caused by: com.example.shop.PoolException: no connection
      \tat com.zaxxer.hikari.pool.HikariPool.getConnection(HikariPool.java:181)
      \tat com.example.shop.Pool.take(Pool.kt:41)
      \t... 12 more
      """, types: ["com.example.shop.PoolException", "java.lang.IllegalStateException"], message: "no connection",
      frame: "Pool.take (Pool.kt:41)")
  }

  @Test func javaInTheLineOfTheLog() throws {
    try expect(
      """
      2026-11-23 06:50:48 ERROR [pool-1] order failed java.lang.NullPointerException: Cannot invoke "a.b()"
      \tat java.base/java.util.Objects.requireNonNull(Objects.java:233)
      """, types: ["java.lang.NullPointerException"], message: "Cannot invoke \"a.b()\"",
      frame: "Objects.requireNonNull (Objects.java:233)", isOwn: false)
  }

  @Test func node() throws {
    try expect(
      """
      2026-11-23T06:50:48.123Z error: checkout failed
      OrderError: could not pay
          at Cart.pay (/srv/shop/cart.js:40:11)
          at process.processTicksAndRejections (node:internal/process/task_queues:95:5) {
        [cause]: Error: connect ECONNREFUSED 10.0.0.7:5432
            at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)
            at async Pool.take (file:///srv/shop/pool.js:12:7) {
          errno: -111
        }
      }
      """, types: ["Error", "OrderError"], message: "connect ECONNREFUSED 10.0.0.7:5432",
      frame: "Pool.take (pool.js:12)")
  }

  @Test func go() throws {
    try expect(
      """
      2026/11/23 06:50:48 http: panic serving 10.0.0.7:4711: runtime error: invalid memory address or nil pointer dereference
      goroutine 42 [running]:
      net/http.(*conn).serve.func1()
      \t/usr/local/go/src/net/http/server.go:1868 +0xb9
      panic({0x6f1a40?, 0x9c3a50?})
      \t/usr/local/go/src/runtime/panic.go:920 +0x270
      github.com/acme/shop.(*Cart).Add(0xc0001, {0x1, 0x2})
      \t/srv/shop/cart.go:31 +0x1d
      created by net/http.(*Server).Serve in goroutine 1
      \t/usr/local/go/src/net/http/server.go:3086 +0x5cb

      goroutine 1 [IO wait]:
      main.main()
      \t/srv/shop/main.go:9 +0x1
      """, types: ["runtime error"], message: "invalid memory address or nil pointer dereference",
      frame: "shop.(*Cart).Add (cart.go:31)")
    try expect(
      "panic: first [recovered]\n\tpanic: second\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/main.go:7 +0x1d\nexit status 2",
      types: ["panic", "panic"], message: "first", frame: "main.main (main.go:7)")
  }

  @Test func dotNet() throws {
    try expect(
      """
      fail: Shop.Api[0] request failed
      System.InvalidOperationException: could not pay
       ---> System.AggregateException: One or more errors occurred. (no connection)
       ---> Shop.PoolException: no connection
         at Npgsql.Pool.Get() in /_/src/Pool.cs:line 3
         at Shop.Pool.<TakeAsync>d__4.MoveNext() in /src/Pool.cs:line 41
         --- End of inner exception stack trace ---
         at System.Threading.Tasks.Task.Wait()
         --- End of inner exception stack trace ---
         at Shop.Cart.Pay(Int32 id) in /src/Cart.cs:line 12
      """, types: ["Shop.PoolException", "System.AggregateException", "System.InvalidOperationException"],
      message: "no connection", frame: "Pool.TakeAsync (Pool.cs:41)")
  }

  @Test func ruby() throws {
    try expect(
      """
      app/cart.rb:9:in 'Cart#pay': could not pay (Cart::OrderError)
      \tfrom app/main.rb:3:in '<main>'
      /usr/local/bundle/gems/pg-1.5/lib/pg.rb:63:in 'PG.connect': no connection (PG::ConnectionBad)
      \tfrom app/pool.rb:12:in 'Pool#take'
      """, types: ["PG::ConnectionBad", "Cart::OrderError"], message: "no connection", frame: "Pool#take (pool.rb:12)")
    try expect(
      """
      F, [2026-11-23T06:50:48.123 #7] FATAL -- : [e0a0]
      ActiveRecord::RecordNotFound (Couldn't find Order):
      [e0a0] app/models/order.rb:12:in `find!'
      """.replacing("[e0a0] app", with: "app"), types: ["ActiveRecord::RecordNotFound"], message: "Couldn't find Order",
      frame: "find! (order.rb:12)")
  }

  @Test func rust() throws {
    try expect(
      """
      thread 'tokio-runtime-worker' panicked at src/pool.rs:12:5:
      called `Result::unwrap()` on an `Err` value: PoolTimedOut
      stack backtrace:
         0: rust_begin_unwind
                   at /rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/std/src/panicking.rs:665:5
         1: core::result::unwrap_failed
                   at /rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/core/src/result.rs:1679:5
         2: shop::pool::take
                   at ./src/pool.rs:12:18
      """, types: ["panic"], message: "called `Result::unwrap()` on an `Err` value: PoolTimedOut",
      frame: "shop::pool::take (pool.rs:12)")
    try expect(
      "thread 'main' panicked at 'no connection', src/main.rs:4:5\nnote: run with `RUST_BACKTRACE=1`", types: ["panic"],
      message: "no connection", frame: "main.rs:4")
  }

  @Test func php() throws {
    try expect(
      """
      [23-Nov-2026 06:50:48 UTC] PHP Fatal error:  Uncaught App\\PoolException: no connection in /srv/shop/src/Pool.php:41
      Stack trace:
      #0 /srv/shop/src/Cart.php(12): App\\Pool->take(5)
      #1 /srv/shop/vendor/slim/Slim.php(99): App\\Cart->pay()
      #2 {main}

      Next App\\OrderException: could not pay in /srv/shop/src/Cart.php:14
      Stack trace:
      #0 /srv/shop/vendor/slim/Slim.php(99): App\\Cart->pay()
      #1 {main}
        thrown in /srv/shop/src/Cart.php on line 14
      """, types: ["App\\PoolException", "App\\OrderException"], message: "no connection",
      frame: "App\\Pool->take (Pool.php:41)")
  }

  @Test(arguments: [
    "2026-11-23 06:50:48,123 INFO [a] [-] request finished", "",
    "2026-11-23 06:50:48,123 ERROR [a] [-] TypeError: at home\nSELECT 1\n  FROM spots",
    "look at it\n  at last", "panic: but calm\nnothing else", "a\nb\nc: d\n",
    "Traceback (most recent call last):\n", "#0 main\n#1 other", "goroutine talk\n[running]:",
  ])
  func whatIsNoneIsNone(text: String) {
    #expect(StackTrace(Array(text.utf8)) == nil)
  }

  // MARK: Hostile input

  @Test func longLinesManyLinesAndInvalidBytes() throws {
    let head = "Traceback (most recent call last):\n"
    let frame = "  File \"/srv/a.py\", line 3, in f\n    f()\n"
    let long = head + frame + "ValueError: " + String(repeating: "x", count: 1 << 20)
    #expect(try trace(long).cause.message.utf8.count < StackTrace.longestLine)
    let deep =
      head + String(repeating: frame, count: 50_000) + "  File \"/srv/b.py\", line 9, in last\nRecursionError: too deep"
    let found = try trace(deep)
    #expect(found.cause.frame?.text == "last (b.py:9)" && found.cause.frames.count <= StackTrace.mostFrames)
    let chain = String(
      repeating: head + frame
        + "ValueError: v\n\nDuring handling of the above exception, another exception occurred:\n\n", count: 5_000)
    #expect(try trace(chain + head + frame + "KeyError: 'last'").links.map(\.type).last == "KeyError")
    let invalid = Array(head.utf8) + Array(frame.utf8) + Array("ValueError: ".utf8) + [0xFF, 0xC3, 0x28, 0x00]
    #expect(try #require(StackTrace(invalid)).cause.type == "ValueError")
    let margins = String(repeating: "  | ", count: 20_000) + "\n" + String(repeating: "+-+", count: 20_000) + "\n"
    #expect(StackTrace(Array((margins + String(repeating: "\n", count: 100_000)).utf8)) == nil)
  }
}
