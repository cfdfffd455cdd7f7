/// What is around the main part of every page: head, header with state, navigation and spans.
///
/// The policy that the server sends allows neither inline styles nor inline scripts, so there are none. Without a script the page
/// is whole; a link reloads it.
struct ServiceFrame {
  /// Of the window, in front of the names of the logs.
  var title: String
  /// The page that is open; nil for one that is none of the four.
  var kind: ServicePageKind?
  /// Nil where nothing of the logs is known: then the header has neither state nor badges.
  var view: ServiceView?
  /// Whether the script keeps the page up to date.
  var isLive = true
  /// Seconds after which a browser loads the page again without a script; nil: it does not.
  var reload: Int?
  /// Of this page, for who wants to load it again.
  var address: String

  func markup(_ main: ServiceMarkup) -> ServiceMarkup {
    let logs = view.map { ServiceText.logs($0) }
    let refresh: ServiceMarkup = reload.map { "<meta http-equiv=\"refresh\" content=\"\(String($0))\">\n" } ?? ""
    let script: ServiceMarkup = isLive ? "<script src=\"\(ServiceAddress.script)\" defer=\"\"></script>\n" : ""
    return
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <meta name="robots" content="noindex">
      \(refresh)<title>\(title)\(logs.map { ": " + $0 } ?? "") - skein</title>
      <link rel="icon" href="\(ServiceAssets.iconAddress)">
      <link rel="stylesheet" href="\(ServiceAddress.style)">
      \(script)</head>
      <body>
      <a class="skip" href="#main">Skip to the figures</a>
      <header>
      <div class="top">
      <p class="logs"><strong>skein</strong> \(logs ?? "")</p>
      <p id="connection" role="status"></p>
      \(state)</div>
      \(navigation)</header>
      <main id="main" tabindex="-1">
      \(main)</main>
      </body>
      </html>

      """
  }

  private var state: ServiceMarkup {
    guard let view else { return "" }
    return
      """
      <p id="state">\(ServiceText.state(view)) <a href="\(address)">reload</a></p>

      """
  }

  private var navigation: ServiceMarkup {
    let span = view?.span ?? .quarter
    let filter = view?.filter ?? ""
    let pages = ServicePageKind.allCases.map { page -> ServiceMarkup in
      let here: ServiceMarkup = page == kind ? " aria-current=\"page\"" : ""
      let address = ServiceAddress.page(page, span: span, filter: filter)
      return "<li><a href=\"\(address)\"\(here)>\(page.name)\(badge(page))</a></li>"
    }
    var out: ServiceMarkup =
      """
      <div class="bar" id="bar">
      <nav aria-label="Pages"><ul>\(pages.joined())</ul></nav>

      """
    if let kind {
      let spans = ServiceSpan.allCases.map { one -> ServiceMarkup in
        let here: ServiceMarkup = one == span ? " aria-current=\"true\"" : ""
        let address = ServiceAddress.page(kind, span: one, filter: filter)
        return "<li><a href=\"\(address)\"\(here)>\(ServiceText.name(one))</a></li>"
      }
      out += "<nav class=\"spans\" aria-label=\"Span of time\"><ul>\(spans.joined())</ul></nav>\n"
    }
    return out + "</div>\n"
  }

  /// What a page has to say, beside its name.
  private func badge(_ page: ServicePageKind) -> ServiceMarkup {
    guard let view else { return "" }
    func badge(_ text: String, isBad: Bool) -> ServiceMarkup {
      let name: ServiceMarkup = isBad ? "badge bad" : "badge"
      return " <span class=\"\(name)\">\(text)</span>"
    }
    switch page {
    case .http:
      guard let rate = view.total.errorRate else { return "" }
      let change = ServiceText.errors(view.total, view.before)
      return badge("\(PercentText.text(rate)) failed", isBad: change == .worse)
    case .users: return ""
    case .errors:
      guard view.hasRules else { return "" }
      let isUrgent = view.findings.contains { $0.severity <= 1 }
      return badge(CountText.text(Int64(view.findings.count), "finding"), isBad: isUrgent)
    case .gate:
      guard let gate = view.gate else { return badge("none", isBad: false) }
      let state = ServiceGateText.state(gate)
      return badge(ServiceGateText.short(gate), isBad: state == .fail)
    }
  }
}
