#if Serve

  import Glibc

  /// A client with one blocking socket. It waits at most a minute for anything, so that a mistake does not hang the suite.
  final class Client {
    struct Trouble: Error { let text: String }

    struct Response {
      let status: Int
      /// Names in lower case, in order.
      let fields: [(name: String, value: String)]
      let body: [UInt8]
      var text: String { String(decoding: body, as: UTF8.self) }
      func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
      subscript(name: String) -> String? { values(name).first }
    }

    private(set) var descriptor: Int32
    private var received: [UInt8] = []

    /// - Parameter receiveBuffer: bytes that the kernel takes for a client that does not read; nil: as usual.
    init(port: Int, ipv6: Bool = false, receiveBuffer: Int32? = nil) throws {
      descriptor = socket(ipv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      if var size = receiveBuffer {
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
      }
      if ipv6 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = in_port_t(port).bigEndian
        unsafe inet_pton(AF_INET6, "::1", &address.sin6_addr)
        try connect(&address)
      } else {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try connect(&address)
      }
    }

    init(path: String) throws {
      descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      var address = unixAddress(path)
      try connect(&address)
    }

    deinit { close() }

    private func connect<Address>(_ address: inout Address) throws {
      let code = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
        }
      }
      guard code == 0 else { throw Trouble(text: "connect: errno \(errno)") }
    }

    func close() {
      if descriptor >= 0 { _ = Glibc.close(descriptor) }
      descriptor = -1
    }

    func endSending() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    /// All of it; what the server no longer takes is no mistake.
    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes {
          unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
      }
    }

    /// How many of the bytes went before none did for so long.
    func sendUntilStuck(_ bytes: [UInt8], milliseconds: Int32) -> Int {
      var sent = 0
      while sent < bytes.count, wait(for: POLLOUT, milliseconds: milliseconds) {
        let count = unsafe bytes[sent...].withUnsafeBytes {
          unsafe Glibc.send(
            descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        guard count > 0 else { break }
        sent += count
      }
      return sent
    }

    func get(_ target: String, host: String = "localhost", fields: String = "") {
      send("GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n")
    }

    func wait(for events: Int32, milliseconds: Int32) -> Bool {
      var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      return unsafe poll(&entry, 1, milliseconds) > 0
    }

    /// False at the end of what the server sends, also if it has reset the connection.
    private func receive() throws -> Bool {
      guard wait(for: POLLIN, milliseconds: 60_000) else { throw Trouble(text: "nothing came within a minute") }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
      guard count > 0 else { return false }
      received += buffer[..<count]
      return true
    }

    /// What there is up to and with `mark`.
    func read(upTo mark: String) throws -> String {
      let mark = Array(mark.utf8)
      var from = 0
      while true {
        while from + mark.count <= received.count {
          if received[from..<(from + mark.count)].elementsEqual(mark) {
            defer { received.removeFirst(from + mark.count) }
            return String(decoding: received[..<(from + mark.count)], as: UTF8.self)
          }
          from += 1
        }
        guard try receive() else { throw Trouble(text: "the end came before \(String(decoding: mark, as: UTF8.self))") }
      }
    }

    /// Until the server closes.
    func readToEnd() throws -> [UInt8] {
      while try receive() {}
      defer { received = [] }
      return received
    }

    /// - Parameter hasBody: false after HEAD.
    func response(hasBody: Bool = true) throws -> Response {
      let head = try read(upTo: "\r\n\r\n").split(separator: "\r\n")
      let fields = head.dropFirst().map { line in
        let halves = line.split(separator: ":", maxSplits: 1)
        return (name: halves[0].lowercased(), value: String(halves[1].drop { $0 == " " }))
      }
      let status = Int(head[0].split(separator: " ")[1]) ?? 0
      let length = fields.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
      guard hasBody else { return Response(status: status, fields: fields, body: []) }
      while received.count < length {
        guard try receive() else { throw Trouble(text: "the end came within a body") }
      }
      defer { received.removeFirst(length) }
      return Response(status: status, fields: fields, body: Array(received[..<length]))
    }
  }

  func unixAddress(_ path: String) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    return address
  }

  /// A socket that is bound and perhaps listens, as another program would have made it.
  func boundSocket(path: String, listens: Bool) -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = unixAddress(path)
    _ = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if listens { _ = listen(descriptor, 8) }
    return descriptor
  }

  /// This side's port of a TCP socket over IPv4; nil for anything else.
  func ownPort(_ descriptor: Int32) -> Int? {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(descriptor, $0, &size) }
    }
    guard code == 0, address.sin_family == sa_family_t(AF_INET) else { return nil }
    return Int(in_port_t(bigEndian: address.sin_port))
  }

#endif
