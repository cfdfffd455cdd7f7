/// How pages and charts look: colours as variables, for light and dark, and what the classes of a drawing mean.
///
/// One accent (vermilion) belongs to the incident, shades of blue to everything measured. They differ in lightness as well
/// as in hue, so that they are told apart without seeing red from green (M. Okabe and K. Ito, "Color Universal Design",
/// 2008), and on paper.
enum ChartStyle {
  static let light = """
    --paper:#fff;--tint:#f6f7f9;--ink:#1c2127;--soft:#59636e;--rule:#d9dee4;--grid:#e9ecef;--accent:#bd3b0a;
    --accent-soft:#fbe6dc;--wash:#fdf3ed;--amber:#d99100;
    --line-1:#8ab8e6;--line-2:#2f7cc4;--line-3:#123f6d;--area:#e3edf7;--bar:#aeb7c1;
    --heat-1:#d9e7f5;--heat-2:#b0cfec;--heat-3:#7fb1e0;--heat-4:#4a8ecb;--heat-5:#1f65a8;--heat-6:#0c3766
    """

  static let dark = """
    --paper:#101418;--tint:#181d23;--ink:#e4e8ec;--soft:#9aa6b2;--rule:#2e363f;--grid:#232a32;--accent:#ff8d5c;
    --accent-soft:#3b231a;--wash:#241915;--amber:#e8b04a;
    --line-1:#3f78ad;--line-2:#6fb0ee;--line-3:#c6e1fb;--area:#1a2733;--bar:#56616d;
    --heat-1:#16293b;--heat-2:#1d4263;--heat-3:#2a628f;--heat-4:#4488bd;--heat-5:#7cb6e6;--heat-6:#cfe7fd
    """

  /// Classes of drawings. Texts over lines have a seam of the ground's colour.
  static let drawing = """
    .chart text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--ink);
    font-variant-numeric:tabular-nums}
    .chart .soft{fill:var(--soft)}
    .chart .name{font-weight:600}
    .chart .strong{fill:var(--accent);font-weight:600}
    .chart .name,.chart .mark,.chart .strong{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
    .chart .mark{fill:var(--soft)}
    .chart .ground{fill:var(--paper)}
    .chart .span{fill:var(--accent-soft)}
    .chart path{fill:none}
    .chart .grid{stroke:var(--grid)}
    .chart .axis{stroke:var(--bar)}
    .chart .at{stroke:var(--soft);stroke-dasharray:2 3}
    .chart .edge{stroke:var(--accent);stroke-dasharray:4 3}
    .chart .failed{stroke:var(--accent);stroke-width:2;stroke-linejoin:round}
    .chart .failed-area{fill:var(--accent);fill-opacity:.22}
    .chart .all{stroke:var(--line-2);stroke-width:1.5;stroke-linejoin:round}
    .chart .all-area{fill:var(--area);fill-opacity:.75}
    .chart .p50{stroke:var(--line-1);stroke-width:1.5;stroke-linejoin:round}
    .chart .p95{stroke:var(--line-2);stroke-width:2;stroke-linejoin:round}
    .chart .p99{stroke:var(--line-3);stroke-width:1.25;stroke-dasharray:5 2;stroke-linejoin:round}
    .chart circle.failed{fill:var(--accent);stroke:none}
    .chart circle.all,.chart circle.p95{fill:var(--line-2);stroke:none}
    .chart circle.p50{fill:var(--line-1);stroke:none}
    .chart circle.p99{fill:var(--line-3);stroke:none}
    .chart .h1{fill:var(--heat-1)}.chart .h2{fill:var(--heat-2)}.chart .h3{fill:var(--heat-3)}
    .chart .h4{fill:var(--heat-4)}.chart .h5{fill:var(--heat-5)}.chart .h6{fill:var(--heat-6)}
    .chart .request{fill:var(--bar)}
    .chart .step{fill:var(--line-2)}
    .chart .warning{fill:var(--amber)}
    .chart .error{fill:var(--accent)}

    """

  /// The style of a drawing that is a file of its own.
  static let standalone =
    ".chart{\(light)}\n@media (prefers-color-scheme:dark){.chart{\(dark)}}\n" + drawing
}
