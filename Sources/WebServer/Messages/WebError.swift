#if Serve

  internal import Glibc
  internal import NIOCore
  internal import NIOPosix

  /// Why a server could not start: what, where, and what to do.
  package struct WebError: Error, Equatable, Sendable, CustomStringConvertible {
    /// For people: one sentence, without `error:`.
    package let message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
  }

  extension WebError {
    /// What a failed bind or listen means.
    init(_ error: any Error, listeningOn address: WebAddress) {
      if let error = error as? WebError {
        self = error
        return
      }
      if error is UnixDomainSocketPathWrongType {
        self.init("\(address.text) is a file that is no socket, which is not replaced; choose another path")
        return
      }
      guard let error = error as? IOError else {
        self.init("\(address.text) cannot be listened on: \(error)")
        return
      }
      self.init(code: error.errnoCode, listeningOn: address)
    }

    /// - Parameter code: an errno.
    init(code: CInt, listeningOn address: WebAddress) {
      let place = address.text
      self.init(
        WebError.message(errno: code, address, place)
          ?? "\(place) cannot be listened on: \(IOError(errnoCode: code, reason: "the system says"))")
    }

    private static func message(errno code: CInt, _ address: WebAddress, _ place: String) -> String? {
      switch (code, address) {
      case (EADDRINUSE, .unix):
        return "\(place) is in use by another program; choose another path with --listen, or end that program"
      case (EADDRINUSE, _):
        return "\(place) is in use by another program; choose another port with --listen, or end that program"
      case (EACCES, .tcp(_, let port)), (EPERM, .tcp(_, let port)):
        return "\(place) may not be listened on: "
          + (port < 1_024
            ? "ports below 1024 are for programs with special permission; choose a port from 1024 on"
            : "the system refuses it; choose another port")
      case (EACCES, .unix), (EPERM, .unix):
        return "\(place) cannot be made: no permission for its folder or for what is there; "
          + "choose a path in a folder of your own"
      case (EADDRNOTAVAIL, _), (EAFNOSUPPORT, _):
        return "\(place) is not an address of this machine; choose one that it has, such as 127.0.0.1"
      case (ENOENT, .unix), (ENOTDIR, .unix):
        return "\(place) cannot be made: its folder is not there; make it, or choose another path"
      case (EROFS, .unix):
        return "\(place) cannot be made: the file system is read-only; choose a path on another one"
      case (ENOTSOCK, .inherited), (EOPNOTSUPP, .inherited), (EINVAL, .inherited):
        return "\(place) is no socket that connections can come in at; pass on a bound stream socket"
      default: return nil
      }
    }
  }

#endif
