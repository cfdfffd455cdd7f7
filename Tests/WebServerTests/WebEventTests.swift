#if Serve

  import Testing

  @testable import WebServer

  struct WebEventTests {
    @Test(arguments: [
      (WebEvent(data: ""), "data: \n\n"),
      (WebEvent(data: "a"), "data: a\n\n"),
      (WebEvent(name: "n", data: "a\nb", id: "7"), "id: 7\nevent: n\ndata: a\ndata: b\n\n"),
      (WebEvent(data: "a\r\nb\rc\n\nd\n"), "data: a\ndata: b\ndata: c\ndata: \ndata: d\ndata: \n\n"),
      (WebEvent(name: "n\r\ndata: x", data: "é", id: "1\n\u{0}2"), "id: 12\nevent: ndata: x\ndata: é\n\n"),
      (WebEvent(data: "\r"), "data: \ndata: \n\n"),
    ])
    func encoded(event: WebEvent, text: String) {
      #expect(String(decoding: event.encoded, as: UTF8.self) == text)
    }
  }

#endif
