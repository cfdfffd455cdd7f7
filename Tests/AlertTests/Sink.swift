import Foundation
import Glibc
import Synchronization

/// A server on loopback that keeps what it is sent and answers as it is told.
final class Sink: Sendable {
  struct Received: Sendable {
    var path: String
    var head: String
    var body: [UInt8]

    func json() -> [String: Any]? { (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] }
  }

  struct Reply: Sendable {
    var status = 200
    var headers = ""
    var body = "{\"ok\":true,\"ts\":\"1700.1\",\"channel\":\"C9\"}"
    /// Says nothing at all.
    var hangs = false
  }

  let port: UInt16
  private let listener: Int32
  private let received = Mutex<[Received]>([])
  private let replies = Mutex<[Reply]>([])
  /// Connections that are not answered.
  private let hanging = Mutex<[Int32]>([])

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        let code = unsafe bind(listener, pointer, length)
        unsafe getsockname(listener, pointer, &length)
        return code
      }
    }
    guard bound == 0, listen(listener, 64) == 0 else { throw POSIXError(.EADDRINUSE) }
    self.listener = listener
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in serve() }
  }

  deinit { Glibc.close(listener) }

  func close() {
    shutdown(listener, Int32(SHUT_RDWR))
    hanging.withLock { for end in $0 { Glibc.close(end) } }
  }

  var address: String { "http://127.0.0.1:\(port)" }
  var all: [Received] { received.withLock { $0 } }

  /// How the next ones are answered; after them as usual.
  func answer(_ replies: Reply...) { self.replies.withLock { $0 = replies } }

  private func serve() {
    while true {
      let end = unsafe accept(listener, nil, nil)
      guard end >= 0 else { return }
      handle(end)
    }
  }

  private func handle(_ end: Int32) {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let text = String(decoding: bytes, as: UTF8.self)
      if let head = text.firstRange(of: "\r\n\r\n") {
        let top = String(text[..<head.lowerBound])
        let size = top.lowercased().components(separatedBy: "content-length: ").last.flatMap {
          Int($0.prefix { $0.isNumber })
        }
        let start = top.utf8.count + 4
        if bytes.count >= start + (size ?? 0) {
          let path = top.split(separator: " ").dropFirst().first.map(String.init) ?? ""
          received.withLock { $0.append(Received(path: path, head: top, body: Array(bytes[start...]))) }
          break
        }
      }
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(end, $0.baseAddress, $0.count, 0) }
      guard count > 0 else {
        Glibc.close(end)
        return
      }
      bytes += buffer[..<count]
    }
    let reply = replies.withLock { $0.isEmpty ? Reply() : $0.removeFirst() }
    if reply.hangs { return hanging.withLock { $0.append(end) } }
    let text =
      "HTTP/1.1 \(reply.status) X\r\n\(reply.headers)Content-Length: \(reply.body.utf8.count)\r\nConnection: close\r\n\r\n\(reply.body)"
    unsafe _ = send(end, text, text.utf8.count, Int32(MSG_NOSIGNAL))
    Glibc.close(end)
  }
}
