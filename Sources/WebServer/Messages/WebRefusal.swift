#if Serve

  /// Why a request gets no answer from the handler. The connection is closed after every one of them.
  package enum WebRefusal: String, Error, CaseIterable, Sendable {
    /// Not HTTP/1, or written so that two programs may read it differently.
    case malformed
    /// It has, or may have, a body.
    case body
    /// Not a path of this server, or one that cannot be read in one way only.
    case target
    /// Neither GET nor HEAD.
    case method
    /// `Host` is missing, there twice, or not a name of this server: what DNS rebinding looks like.
    case host
    case headTooLarge = "head-too-large"
    case headTooSlow = "head-too-slow"
    case version
    case tooManyStreams = "too-many-streams"

    package var status: Int {
      switch self {
      case .malformed, .body, .target: 400
      case .method: 405
      case .headTooSlow: 408
      case .host: 421
      case .headTooLarge: 431
      case .tooManyStreams: 503
      case .version: 505
      }
    }

    /// One sentence for whoever sent the request.
    var sentence: String {
      switch self {
      case .malformed: "The request is not well-formed HTTP/1.1."
      case .body: "A request must not have a body here."
      case .target: "The target of the request is not a plain path that begins with a slash."
      case .method: "Only GET and HEAD are answered here."
      case .headTooSlow: "The request took too long to arrive."
      case .host:
        "This server does not go by the name in the Host field; use the address that it listens on, or have the name allowed."
      case .headTooLarge: "The head of the request is too large."
      case .tooManyStreams: "There are as many event streams as there may be; try again later."
      case .version: "Only HTTP/1.0 and HTTP/1.1 are spoken here."
      }
    }

    var response: WebResponse {
      var response = WebResponse.text(status: status, sentence)
      switch self {
      case .method: response.headers = [("Allow", "GET, HEAD")]
      case .tooManyStreams: response.headers = [("Retry-After", "10")]
      default: break
      }
      return response
    }
  }

#endif
