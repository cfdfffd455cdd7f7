// The layouts of syslog, which nobody pastes: their parts are not those of any format.

extension LayoutSource {
  /// RFC 3164 section 4.1: `<34>Nov 23 06:47:54 host app[123]: message`; the priority may be missing, as in /var/log/syslog,
  /// and the timestamp may be ISO 8601, as rsyslog writes it.
  static func syslog3164(catalog: FieldCatalog) -> TextLayout {
    var source = LayoutSource(
      name: "syslog", source: "RFC 3164: <PRI>Mmm dd hh:mm:ss host tag[pid]: message", catalog: catalog)
    source.add(TextLayout.Step(operation: .priority))
    source.add(TextLayout.Step(operation: .time))
    source.literal(0x20)
    source.field("host")
    source.literal(0x20)
    source.add(TextLayout.Step(operation: .tag, target: catalog["logger"]))
    source.add(TextLayout.Step(operation: .blanks))
    source.add(TextLayout.Step(operation: .message))
    source.flush()
    return source.layout
  }

  /// RFC 5424 section 6: `<34>1 2026-11-23T06:47:54.777Z host app 123 ID47 [sd] message`.
  static func syslog5424(catalog: FieldCatalog) -> TextLayout {
    var source = LayoutSource(
      name: "syslog5424", source: "RFC 5424: <PRI>1 timestamp host app procid msgid [data] message", catalog: catalog)
    source.add(TextLayout.Step(operation: .priority))
    for byte in "1 ".utf8 { source.literal(byte) }
    source.add(TextLayout.Step(operation: .time))
    for name in ["host", "logger", "procid", "msgid"] {
      source.literal(0x20)
      source.field(name)
    }
    source.literal(0x20)
    source.add(TextLayout.Step(operation: .structuredData))
    source.add(TextLayout.Step(operation: .blanks))
    source.add(TextLayout.Step(operation: .message))
    source.flush()
    return source.layout
  }
}
