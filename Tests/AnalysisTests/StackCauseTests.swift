import TestKit
import Testing

@testable import Analysis

/// What the stack traces of fixtures/stack-traces came from: the chain of exceptions, the root first, its message, and where in
/// the service's own code it was raised.
struct StackCauseTests {
  struct Cause: CustomTestStringConvertible, Sendable {
    var name: String
    var types: [String]
    var message: String
    var frame: String?
    /// The record's first line, where it names the exception.
    var head = "2026-11-23 06:47:55,003 ERROR [api.orders] [8165e189] could not create order"

    init(_ name: String, _ types: [String], _ message: String, _ frame: String?, head: String? = nil) {
      (self.name, self.types, self.message, self.frame) = (name, types, message, frame)
      if let head { self.head = head }
    }

    var testDescription: String { name }
  }

  static let causes: [Cause] = [
    Cause("python-plain", ["shop.stock.StockError"], "no stock for sku 4711", "reserve (stock.py:88)"),
    Cause(
      "python-chained", ["IndexError", "shop.pool.Empty", "KeyError"], "pop from empty list", "take (pool.py:12)"),
    Cause("python-notes", ["ValueError"], "invalid literal for int() with base 10: 'x'", "load (load.py:7)"),
    Cause("python-group", ["TimeoutError", "ExceptionGroup"], "slow", "one (fan.py:9)"),
    Cause("python-syntax-error", ["SyntaxError"], "invalid syntax", "x.py:3"),
    Cause(
      "python-sqlalchemy", ["psycopg2.errors.UniqueViolation", "sqlalchemy.exc.IntegrityError"],
      "duplicate key value violates unique constraint \"orders_pkey\"", "create (orders.py:88)"),
    Cause(
      "python-pydantic", ["pydantic_core._pydantic_core.ValidationError"], "3 validation errors for Order",
      "parse (api.py:5)"),
    Cause("python-loguru-diagnose", ["ZeroDivisionError"], "division by zero", "total (orders.py:12)"),
    Cause("python-asyncio-context", ["TimeoutError"], "slow", "notify (mail.py:5)"),
    Cause("python-faulthandler", ["Fatal Python error"], "Segmentation fault", "resize (image.py:40)"),
    Cause(
      "java-caused-by", ["com.example.shop.PoolException", "java.lang.IllegalStateException"], "no connection",
      "Pool.take (Pool.java:41)"),
    Cause("java-exception-in-thread", ["com.example.shop.OrderRejected"], "no stock", "Main.main (Main.java:7)"),
    Cause(
      "java-no-error-word", ["com.example.shop.OrderRejected"], "no stock for sku 4711",
      "Stock.reserve (Stock.java:12)"),
    Cause(
      "java-root-first", ["java.io.IOException", "java.lang.RuntimeException"], "root", "Disk.write (Disk.java:1)"),
    Cause("java-circular", ["java.lang.RuntimeException", "java.lang.RuntimeException"], "b", "B.f (B.java:1)"),
    Cause(
      "kotlin-coroutine", ["java.lang.IllegalStateException", "java.lang.IllegalStateException"], "no stock",
      "Stock.reserve (Stock.kt:12)"),
    Cause(
      "scala-match-error", ["scala.MatchError"], "7 (of class java.lang.Integer)", "Orders$.create (Orders.scala:41)"),
    Cause(
      "node-cause", ["Error", "OrderError"], "connect ECONNREFUSED 10.0.0.7:5432",
      "Orders.create (orders.js:41)"),
    Cause(
      "node-aggregate", ["Error", "AggregateError"], "connect ECONNREFUSED ::1:5432",
      "createConnectionError (node:net:1647)"),
    Cause("node-uncaught", ["Error"], "no stock", "Object.<anonymous> (server.js:12)"),
    Cause(
      "node-module-not-found", ["Error"], "Cannot find module './stock'",
      "Module._resolveFilename (loader:1145)"),
    Cause(
      "go-panic", ["runtime error"], "invalid memory address or nil pointer dereference",
      "main.(*Stock).Reserve (stock.go:88)"),
    Cause("go-recovered", ["panic", "panic"], "no stock for sku 4711", "shop.(*Cart).Add (cart.go:31)"),
    Cause("go-fatal-error", ["fatal error"], "all goroutines are asleep - deadlock!", "main.main (main.go:9)"),
    Cause("go-pkg-errors", ["error"], "E", "main.reserve (stock.go:12)", head: "E"),
    Cause("go-zap", ["error"], "E", "queue.(*Sender).send (queue.go:128)", head: "E"),
    Cause("go-gin-recovery", ["panic"], "no stock for sku 4711", "createOrder (orders.go:41)"),
    Cause("go-data-race", ["data race"], "Write at 0x00c0000b4010 by goroutine 7:", "main.main.func1 (main.go:12)"),
    Cause(
      "ruby-uncaught", ["PG::ConnectionBad", "Stock::Rejected"], "no connection", "Pool#take (pool.rb:9)"),
    Cause(
      "ruby-rails", ["PG::ConnectionBad", "ActiveRecord::RecordNotFound"], "no connection", "take (pool.rb:3)"),
    Cause("ruby-cause", ["PG::ConnectionBad", "RuntimeError"], "no connection", "Pool#take (pool.rb:3)"),
    Cause("php-fatal", ["App\\OrderRejected"], "no stock", "App\\Stock->reserve (Stock.php:12)"),
    Cause(
      "php-previous", ["App\\PoolException", "App\\OrderException"], "no connection", "App\\Pool->take (Pool.php:41)",
      head: "PHP Fatal error:  Uncaught App\\PoolException: no connection in /srv/shop/src/Pool.php:41"),
    Cause(
      "php-laravel", ["PDOException", "RuntimeException"], "no connection", "App\\Pool->take (Pool.php:3)",
      head: "[2026-11-23 06:47:55] production.ERROR: no stock {\"exception\":\"[object] (RuntimeException(code: 0): "
        + "no stock at /srv/shop/app/Stock.php:12)"),
    Cause("rust-panic", ["panic"], "no stock for sku 4711", "shop::stock::reserve (stock.rs:12)"),
    Cause("rust-panic-message", ["panic"], "assertion `left == right` failed", "main.rs:4"),
    Cause(
      "rust-anyhow", ["Error", "Error", "Error"], "connection refused (os error 111)",
      "shop::orders::create (orders.rs:41)"),
    Cause(
      "dotnet-inner", ["System.TimeoutException", "System.InvalidOperationException"], "pool timed out",
      "Pool.Take (Pool.cs:3)"),
    Cause(
      "dotnet-aggregate", ["Shop.OrderRejected", "System.AggregateException"], "no stock", "Stock.Reserve (Stock.cs:12)"
    ),
    Cause("elixir", ["RuntimeError"], "no stock for sku 4711", "Shop.Stock.reserve/1 (stock.ex:12)"),
    Cause("elixir-exit", ["EXIT", "exit"], "time out", "Shop.Orders.create/2 (orders.ex:41)"),
    Cause("cpp-asan", ["AddressSanitizer"], "heap-use-after-free", "shop::stock::reserve (stock.cpp:12)"),
    Cause("cpp-backtrace", ["backtrace"], "it crashed", "shop::stock::reserve (stock.cpp:12)", head: "it crashed"),
    Cause("swift-crash", ["fatal error"], "no stock for sku 4711", "reserve (stock.swift:12)"),
    Cause("dart", ["unhandled exception"], "Bad state: no stock", "Stock.reserve (stock.dart:12)"),
    Cause("flutter", ["StateError"], "Bad state: no stock", "Stock.reserve (stock.dart:12)"),
    Cause("perl-carp", ["die"], "no stock for sku 4711", "Stock::reserve (Stock.pm:12)"),
    Cause(
      "lua", ["error"], "/srv/shop/stock.lua:12: no stock", "reserve (stock.lua:12)",
      head: "lua: /srv/shop/stock.lua:12: no stock"),
    Cause("haskell-callstack", ["error"], "no stock", "reserve (Stock.hs:12)", head: "no stock"),
  ]

  @Test(arguments: causes) func ofATrace(expected: Cause) throws {
    let block = try Fixtures.text("stack-traces/\(expected.name).txt")
    let trace = try #require(StackTrace(Array((expected.head + "\n" + block).utf8)))
    #expect(trace.links.map(\.type) == expected.types)
    #expect(trace.cause.message == expected.message)
    #expect(trace.frame?.text == expected.frame)
  }

  /// A label before the exception is none; a cause inside a library was called from the service.
  @Test func namesAndPlaces() throws {
    let logged = "E -- could not create order -- Exception: RuntimeError: no stock\n/srv/a.rb:12:in `reserve'\n"
    #expect(try #require(StackTrace(Array(logged.utf8))).cause.type == "RuntimeError")
    let pool = """
      ERROR could not create order
      java.lang.IllegalStateException: no stock
      \tat com.example.orders.StockService.reserve(StockService.java:88)
      \tat java.base/java.lang.Thread.run(Thread.java:1583)
      Caused by: java.sql.SQLTransientConnectionException: no connection
      \tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:696)
      \t... 12 common frames omitted
      """
    let trace = try #require(StackTrace(Array(pool.utf8)))
    #expect(trace.cause.type == "java.sql.SQLTransientConnectionException")
    #expect(trace.frame?.text == "StockService.reserve (StockService.java:88)")
    let plain = "ERROR x\na.B: x\n\tat org.apache.x.Y.z(Y.java:1)\nCaused by: java.io.IOException: y\n"
    #expect(try #require(StackTrace(Array(plain.utf8))).frame?.text == "Y.z (Y.java:1)")
  }

  /// Text without a trace has no cause, also where lines look like the frames of one.
  @Test(arguments: [
    "json-pretty", "sql", "xml", "yaml", "http-dump", "postgresql-details", "java-spring-failed-to-start",
    "erlang-gen-server", "c-stack-smashing",
  ])
  func ofOtherText(name: String) throws {
    let block = try Fixtures.text("stack-traces/\(name).txt")
    #expect(StackTrace(Array(("order saved\n" + block).utf8)) == nil)
  }

  /// Cut anywhere, or with a byte of it gone: a cause or none, and the program goes on.
  @Test func spoiltTraces() throws {
    var random = SplitMix64(seed: 3)
    for cause in Self.causes {
      let text = Array((cause.head + "\n" + (try Fixtures.text("stack-traces/\(cause.name).txt"))).utf8)
      for _ in 0..<3 {
        _ = StackTrace(Array(text.prefix(random.below(text.count))))
        var spoilt = text
        for _ in 0..<5 { spoilt[random.below(spoilt.count)] = UInt8(truncatingIfNeeded: random.next()) }
        _ = StackTrace(spoilt)
      }
    }
  }
}
