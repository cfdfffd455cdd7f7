/// The pages of a service: what `ServicePage.Kind` stands for.
package enum ServicePageKind: String, Sendable, CaseIterable {
  case http, users, errors, gate

  /// Where it stands in the site.
  package var path: String { self == .http ? "/" : "/" + rawValue }

  /// As the navigation names it.
  var name: String {
    switch self {
    case .http: "HTTP"
    case .users: "Users"
    case .errors: "Errors"
    case .gate: "Gate"
    }
  }
}

/// Addresses within the site, relative to its root. Texts of a log are percent-encoded, so they can be nothing but a value.
package enum ServiceAddress {
  package static let style = "/style.css"
  package static let script = "/live.js"
  package static let events = "/events"

  /// `/users?span=1h&route=GET%20%2Fapi`
  package static func page(_ kind: ServicePageKind, span: ServiceSpan, filter: String = "") -> String {
    "\(kind.path)?span=\(span.rawValue)" + (filter.isEmpty ? "" : "&route=" + encoded(filter))
  }

  /// The waterfall of a request.
  package static func trace(_ id: String) -> String { "/trace?id=" + encoded(id) }

  /// The UTF-8 of `text` as a value of a query: all but the unreserved characters of RFC 3986, section 2.3, as `%` and two
  /// hexadecimal digits in upper case.
  package static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: out.append(byte)
      default: out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
