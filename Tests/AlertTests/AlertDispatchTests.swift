import Foundation
import TestKit
import Testing

@testable import Application
@testable import Platform
@testable import Report
@testable import TraceCore

/// Messages as they leave, to a server on loopback: what is posted, and what its answers mean.
@Suite(.enabled(if: HTTPPost.isAvailable, "libcurl is not installed")) struct AlertDispatchTests {
  private let sink: Sink
  private let folder: TemporaryFolder

  init() throws {
    sink = try Sink()
    folder = try TemporaryFolder()
  }

  private func receiver(_ kind: AlertReceiver.Kind) -> AlertReceiver {
    var receiver = AlertReceiver(name: "one", kind: kind)
    receiver.timeout = 5_000
    return receiver
  }

  private func key(_ text: String) throws -> AlertSecret {
    let path = folder.path("key")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return .file(path)
  }

  private func send(
    _ receiver: AlertReceiver, over: Bool = false, sent: AlertDelivery.Sent? = nil
  ) throws -> AlertDelivery.Outcome {
    let message = AlertDeskTests.message("k1", 5, over: over)
    return AlertDispatch(receiver, try AlertKeys(receiver)).send(
      AlertDesk.Task(key: "k1", receiver: "one", message: message, sent: sent),
      at: AlertDeskTests.start + 9 * AlertDeskTests.second)
  }

  @Test func slackChangesItsMessage() throws {
    defer { sink.close() }
    let bot = receiver(.slackBot(token: try key("xoxb-secret\n"), channel: "#ops", base: sink.address))
    let first = try send(bot)
    #expect(first == .done(reference: "1700.1 C9"))
    let sent = AlertDelivery.Sent(state: .open, severity: 1, time: 0, at: 0, reference: "1700.1 C9")
    #expect(try send(bot, over: true, sent: sent) == .done(reference: "1700.1 C9"))
    #expect(sink.all.map(\.path) == ["/chat.postMessage", "/chat.update"])
    #expect(sink.all[1].json()?["channel"] as? String == "C9" && sink.all[1].json()?["ts"] as? String == "1700.1")
    #expect(sink.all.allSatisfy { $0.head.contains("Authorization: Bearer xoxb-secret") })
    // Somebody has removed it.
    sink.answer(Sink.Reply(body: "{\"ok\":false,\"error\":\"message_not_found\"}"))
    #expect(try send(bot, sent: sent) == .done(reference: "1700.1 C9"))
    #expect(sink.all.map(\.path).suffix(2) == ["/chat.update", "/chat.postMessage"])
    sink.answer(Sink.Reply(body: "{\"ok\":false,\"error\":\"channel_not_found\"}"))
    #expect(try send(bot) == .refused("Slack: channel_not_found"))
    sink.answer(Sink.Reply(body: "{\"ok\":false,\"error\":\"ratelimited\"}"))
    #expect(try send(bot) == .failed("Slack: ratelimited", retryAfter: 30))
  }

  @Test func answersAndWhatTheyMean() throws {
    defer { sink.close() }
    let pager = receiver(.pagerDuty(key: try key("routing"), base: sink.address))
    #expect(try send(pager) == .done(reference: ""))
    #expect(sink.all[0].path == "/enqueue" && sink.all[0].json()?["routing_key"] as? String == "routing")
    sink.answer(Sink.Reply(status: 429, headers: "Retry-After: 77\r\n"))
    #expect(try send(pager) == .failed("too many messages (429)", retryAfter: 77))
    sink.answer(Sink.Reply(status: 503, body: ""))
    #expect(try send(pager) == .failed("answered 503", retryAfter: nil))
    sink.answer(Sink.Reply(status: 400, body: "invalid \u{1B}[31m key\nmore"))
    #expect(try send(pager) == .refused("answered 400: invalid \\x1b[31m key"))
    sink.answer(Sink.Reply(status: 302, headers: "Location: http://127.0.0.1:1/\r\n", body: ""))
    #expect(try send(pager) == .refused("answered 302"))
  }

  @Test func whoeverHangsIsLeft() throws {
    defer { sink.close() }
    var hook = receiver(.webhook(url: .plain(sink.address + "/x"), authorization: try key("Bearer abc")))
    hook.timeout = 300
    sink.answer(Sink.Reply(hangs: true))
    guard case .failed(let reason, nil) = try send(hook) else {
      Issue.record("it did not fail")
      return
    }
    #expect(reason.contains("timed out") || reason.contains("Timeout"), "\(reason)")
    #expect(try send(hook) == .done(reference: ""))
    #expect(sink.all.last?.head.contains("Authorization: Bearer abc") == true)
  }

  @Test func nobodyThere() throws {
    sink.close()
    let hook = receiver(.webhook(url: .plain("http://127.0.0.1:1/secret-path"), authorization: nil))
    guard case .failed(let reason, nil) = try send(hook) else {
      Issue.record("it did not fail")
      return
    }
    #expect(!reason.contains("secret-path"), "\(reason)")
    let tls = receiver(.webhook(url: .plain("https://127.0.0.1:1/secret-path"), authorization: nil))
    guard case .failed(let text, nil) = try send(tls) else {
      Issue.record("it did not fail")
      return
    }
    #expect(!text.contains("secret-path"), "\(text)")
  }

  @Test func aCommandIsGivenTheMessage() throws {
    let path = folder.path("got")
    let command = receiver(.command(["/bin/sh", "-c", "cat > \(path); env > \(path).env"]))
    #expect(try send(command) == .done(reference: ""))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("\"key\":\"k1\"") && text.contains("\"state\":\"open\""))
    #expect(
      try send(receiver(.command(["/bin/false"]))) == .failed("the command failed with status 1", retryAfter: nil))
    guard case .failed(let reason, nil) = try send(receiver(.command(["/nowhere/x"]))) else {
      Issue.record("it did not fail")
      return
    }
    #expect(reason.contains("was not started"))
  }

  @Test func keysAreNotInTheEnvironmentOfChildren() throws {
    setenv("SKEIN_TEST_ALERT_KEY", "hidden-value", 1)
    let pager = receiver(.pagerDuty(key: .environment("SKEIN_TEST_ALERT_KEY"), base: sink.address))
    #expect(try send(pager) == .done(reference: ""))
    #expect(sink.all[0].json()?["routing_key"] as? String == "hidden-value")
    let path = folder.path("environment")
    #expect(try send(receiver(.command(["/bin/sh", "-c", "env > \(path)"]))) == .done(reference: ""))
    #expect(try !String(contentsOfFile: path, encoding: .utf8).contains("hidden-value"))
    // Another one that asks for it gets it.
    #expect(try send(pager) == .done(reference: ""))
    sink.close()
  }

  @Test func aKeyThatIsMissingIsNamed() {
    for (secret, words) in [
      (AlertSecret.file("/nowhere/key"), "/nowhere/key cannot be read"),
      (.environment("SKEIN_TEST_NOT_THERE"), "the variable SKEIN_TEST_NOT_THERE is not set"),
    ] {
      do throws(Failure) {
        _ = try AlertKeys(receiver(.pagerDuty(key: secret, base: "http://x")))
        Issue.record("no error")
      } catch {
        #expect(error.message.contains(words) && error.message.contains("'one'"))
      }
    }
  }
}
