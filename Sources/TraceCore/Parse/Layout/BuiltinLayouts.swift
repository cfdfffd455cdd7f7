/// The layouts that skein knows by name: what `--layout NAME` takes and detection tries.
package enum BuiltinLayouts {
  /// From the strictest to the loosest: a line belongs to the first that accepts it. What fits the same lines as a later
  /// one and says more of them stands before it.
  package static let text: [BuiltinLayout] = EmbeddedLayouts.all

  /// All names, for errors and help.
  package static var names: [String] {
    text.map(\.name) + ["syslog", "syslog5424", "json", "logfmt", "generic"]
  }

  /// All text layouts compiled for one catalog, syslog's included.
  static func compiled(for catalog: FieldCatalog) -> [TextLayout] {
    catalog === FieldCatalog.plain ? plain : compile(for: catalog)
  }

  /// For the catalog that most runs have; made once.
  private static let plain = compile(for: .plain)

  private static func compile(for catalog: FieldCatalog) -> [TextLayout] {
    var layouts: [TextLayout] = []
    for entry in text {
      if var layout = try? LayoutSource.compile(entry, catalog: catalog) {
        layout.guardFields()
        layouts.append(layout)
      }
    }
    layouts.append(LayoutSource.syslog5424(catalog: catalog))
    layouts.append(LayoutSource.syslog3164(catalog: catalog))
    return layouts
  }
}
