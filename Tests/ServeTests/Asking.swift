#if Serve

  import Glibc

  /// One request to a service on a Unix socket, and its answer; nil where nobody answers.
  enum Asking {
    static func get(_ target: String, accept: String, from path: String) -> (status: Int, body: String)? {
      let end = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(end) }
      var limit = timeval(tv_sec: 60, tv_usec: 0)
      unsafe setsockopt(end, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
      let code = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe connect(end, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      guard code == 0 else { return nil }
      let request = "GET \(target) HTTP/1.1\r\nHost: localhost\r\nAccept: \(accept)\r\nConnection: close\r\n\r\n"
      unsafe _ = send(end, request, request.utf8.count, Int32(MSG_NOSIGNAL))
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(end, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { break }
        bytes += buffer[..<count]
      }
      let text = String(decoding: bytes, as: UTF8.self)
      guard let head = text.firstRange(of: "\r\n\r\n"), let status = text.split(separator: " ").dropFirst().first else {
        return nil
      }
      return (Int(status) ?? 0, String(text[head.upperBound...]))
    }
  }

#endif
