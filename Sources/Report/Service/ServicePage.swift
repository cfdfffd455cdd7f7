internal import TraceCore

/// The pages of `skein serve`: how a service is, for a browser, from the values of a `ServiceView`.
///
/// Pure: the same view gives the same bytes. Every text of a log is escaped by `ServiceMarkup`, every address made by
/// `ServiceAddress`; a page holds no inline style and no inline script, and is whole without any. However much a view holds, a
/// page shows the head of it and says how much more there is.
package enum ServicePage {
  package typealias Kind = ServicePageKind

  static let mostRoutes = 30
  static let mostVersions = 12
  static let mostInstances = 20
  static let mostPeople = 30
  static let mostFindings = 40
  static let mostCauses = 20
  static let mostMessages = 20
  static let mostFailures = 40
  static let mostObjectives = 60
  static let mostNotes = 20
  /// Columns of a route and of a sentence that quotes the log.
  static let mostName = 100
  static let mostSentence = 240

  // MARK: Pages

  package static func html(_ view: ServiceView, page: Kind, into sink: inout TextSink) {
    let main =
      switch page {
      case .http: http(view)
      case .users: users(view)
      case .errors: errors(view)
      case .gate: gate(view)
      }
    let frame = ServiceFrame(
      title: page.name, kind: page, view: view,
      address: ServiceAddress.page(page, span: view.span, filter: view.filter))
    sink.write(frame.markup(main + ledger(view)).html)
  }

  /// A page that says one thing: that a request was not found, that reading goes on, that something went wrong.
  ///
  /// - Parameters:
  ///   - text: one or more sentences; lines are paragraphs.
  ///   - status: of HTTP; shown where it says that something went wrong.
  ///   - retry: seconds after which the browser asks again by itself; nil: it does not.
  ///   - address: of this page.
  package static func message(
    title: String, text: String, status: Int = 200, retry: Int? = nil, address: String = "/", view: ServiceView? = nil,
    into sink: inout TextSink
  ) {
    var main: ServiceMarkup = "<h1>\(IncidentText.clipped(title, mostSentence))</h1>\n"
    for line in text.split(separator: "\n") { main += "<p>\(IncidentText.clipped(String(line), 1_000))</p>\n" }
    if retry != nil { main += "<p><a href=\"\(address)\">Load this page again</a>; it does so by itself.</p>\n" }
    if status >= 400 { main += "<p class=\"faint\">HTTP status \(String(status))</p>\n" }
    let frame = ServiceFrame(title: title, kind: nil, view: view, isLive: false, reload: retry, address: address)
    sink.write(frame.markup(main).html)
  }

  // MARK: Parts of every page

  /// Heading of a page, and what its figures are of.
  static func heading(_ name: String, _ view: ServiceView) -> ServiceMarkup {
    let range = view.range.isEmpty ? "" : ServiceText.range(view.range)
    return
      """
      <div class="lead"><h1>\(name), \(ServiceText.heading(view.span))</h1><p>\(range)</p></div>

      """
  }

  /// Why there are no figures; nil where there are some.
  static func emptiness(_ view: ServiceView) -> ServiceMarkup? {
    guard view.total.requests == 0 else { return nil }
    if view.time == EventTime.none {
      let text =
        switch view.progress {
        case .waiting: "No log is there yet. The figures appear as soon as one is written and a request ends in it."
        case .catchingUp: "The log is being read. The figures appear with the first request that ends in it."
        case .following: "Nothing with a time was read yet. The figures appear as soon as a request ends."
        case .ended: "Nothing with a time was read, and nothing more comes."
        }
      return "<p class=\"answer\">\(text)</p>\n"
    }
    var text = "No request ended \(ServiceText.during(view.span))."
    if view.lastRequest != EventTime.none {
      let silence = LiveNumber.age(from: view.lastRequest, to: view.time)
      text +=
        " The last one ended at \(ServiceText.clock(view.lastRequest, now: view.time)) UTC, "
        + "\(silence) before the log's newest line; since then there is silence."
    } else if view.span == .release, view.versions.isEmpty, view.marks.isEmpty {
      text += " No release was seen: no field names a version, and none was given with --mark."
    } else {
      text += " The log goes on, its newest line is of \(ServiceText.clock(view.time, now: view.time)) UTC."
    }
    return "<p class=\"answer\">\(text)</p>\n"
  }

  /// A heading and what stands below it.
  static func section(_ id: String, _ title: String, _ body: ServiceMarkup) -> ServiceMarkup {
    "<section aria-labelledby=\"\(id)-heading\">\n<h2 id=\"\(id)-heading\">\(title)</h2>\n\(body)</section>\n"
  }

  /// How many rows are not shown, and what shows them; empty where all are.
  static func leftOut(_ count: Int, _ noun: String, plural: String? = nil, _ how: ServiceMarkup) -> ServiceMarkup {
    guard count > 0 else { return "" }
    let more = CountText.text(Int64(count), "more \(noun)", plural: plural.map { "more " + $0 })
    return "<p class=\"faint\">\(more) not shown; \(how).</p>\n"
  }

  /// What is missing, damaged, late or not counted: on every page, last.
  private static func ledger(_ view: ServiceView) -> ServiceMarkup {
    var items: [ServiceMarkup] = view.uncounted.prefix(mostNotes).map { one in
      let name = ServiceMarkup.code(one.stream.map { "\(one.source) in \($0)" } ?? one.source, most: mostName)
      let why =
        one.reason == .notChosen
        ? "--requests-from names other sources"
        : "another log tells of the same time more completely, and they share no ids"
      return
        "not counted: \(CountText.text(one.requests, "request")) of \(name), \(CountText.text(one.errors)) failed; \(why)"
    }
    items += view.notes.prefix(mostNotes).map { ServiceMarkup(IncidentText.clipped($0, mostSentence)) }
    let more = max(view.notes.count - mostNotes, 0) + max(view.uncounted.count - mostNotes, 0)
    if more > 0 { items.append("and \(CountText.text(Int64(more), "more note"))") }
    var body: ServiceMarkup = ""
    if items.isEmpty {
      body += "<p>Nothing is known to be missing, damaged or left out.</p>\n"
    } else {
      body += "<ul>\n\(items.map { item -> ServiceMarkup in "<li>\(item)</li>\n" }.joined())</ul>\n"
    }
    let version = view.programVersion.isEmpty ? "" : " skein \(view.programVersion)."
    body += "<p class=\"faint\">All times are those of the log, in UTC.\(version)</p>\n"
    return section("ledger", "What was read", body)
  }
}
