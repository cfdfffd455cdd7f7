/// How the HTML page looks: on a screen in light and dark, on a phone, on paper. System fonts, since others would have to be
/// fetched; colours from `ChartStyle`.
enum PageStyle {
  static let css =
    ":root{\(ChartStyle.light)}\n@media screen and (prefers-color-scheme:dark){:root{\(ChartStyle.dark)}}\n"
    + screen + ChartStyle.drawing + phone + paper

  private static let screen = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;color-scheme:light dark}
    body{margin:0 auto;padding:3.5rem 2rem 6rem;max-width:62rem;background:var(--paper);color:var(--ink);
    font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
    font-variant-numeric:tabular-nums;overflow-wrap:break-word}
    h1{font-size:1.9rem;line-height:1.25;margin:.4rem 0 .5rem;font-weight:650;letter-spacing:-.01em}
    h2{font-size:1.25rem;line-height:1.3;margin:4rem 0 1rem;padding-top:1.1rem;border-top:1px solid var(--rule);font-weight:650}
    h3{font-size:1rem;margin:2.5rem 0 .5rem;font-weight:650;overflow-wrap:anywhere}
    p,ul{margin:0 0 1rem;max-width:46rem}
    ul{padding-left:1.2rem}
    li{margin:.25rem 0}
    a{color:inherit;text-decoration-color:var(--bar);text-underline-offset:.2em}
    a:hover{text-decoration-color:var(--accent)}
    code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
    code{font-size:.86em;overflow-wrap:anywhere}
    .faint{color:var(--soft);font-size:.86em}
    .subject{color:var(--soft);margin:0}
    .state{display:inline-block;margin:0;padding:.1rem .65rem;border:1px solid var(--rule);border-radius:1rem;font-size:.8rem;
    color:var(--soft)}
    .state.ongoing,.state.unconfirmed{border-color:var(--accent);color:var(--accent)}
    nav{margin:2rem 0 0}
    nav ol{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:0;padding:0;font-size:.875rem}
    nav li{margin:0}
    .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:1.5rem;margin:2rem 0}
    .figures div{border-left:3px solid var(--rule);padding-left:.9rem}
    .figures .accent{border-color:var(--accent)}
    .figures dt,.figures dd{margin:0;font-size:.85rem;color:var(--soft)}
    .figures .value{font-size:1.7rem;line-height:1.3;font-weight:600;color:var(--ink)}
    .figures .accent .value{color:var(--accent)}
    .wide{overflow-x:auto;margin:1.25rem 0 1.5rem}
    .wide:focus-visible,pre:focus-visible{outline:2px solid var(--line-2);outline-offset:2px}
    table{border-collapse:collapse;font-size:.875rem;line-height:1.45;min-width:100%}
    th,td{padding:.42rem .5rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}
    thead th{color:var(--soft);font-weight:500;border-bottom-color:var(--rule);white-space:nowrap;vertical-align:bottom}
    tbody th{font-weight:500}
    tbody+tbody tr:first-child>*{border-top:1px solid var(--rule)}
    .n{text-align:right;white-space:nowrap}
    td:not(.n){min-width:4.5rem;max-width:24rem}
    tr.accent>td{background:var(--wash)}
    .n+th:not(.n),.n+td:not(.n){padding-left:1rem}
    table code{overflow-wrap:break-word}
    p:has(+pre){margin-bottom:.35rem}
    pre{margin:0 0 1rem;padding:.9rem 1rem;background:var(--tint);border-radius:4px;font-size:.78rem;line-height:1.55;
    overflow:auto;max-height:30rem;tab-size:4}
    figure{margin:1.75rem 0 2.5rem}
    figure .wide{margin:0}
    figcaption{margin-top:.6rem;color:var(--soft);font-size:.875rem;max-width:46rem}
    .chart{display:block;width:100%;height:auto;min-width:44rem}
    details{margin:1rem 0 1.5rem}
    summary{cursor:pointer;color:var(--soft);font-size:.875rem;margin-bottom:.75rem}
    .blank{border:1px dashed var(--bar);border-radius:4px;padding:.8rem 1rem 3.5rem;margin:0 0 1rem;max-width:46rem}
    .blank em{color:var(--soft);float:right;font-size:.85rem}

    """

  private static let phone = """
    @media (max-width:40rem){body{padding:1.75rem 1rem 4rem;font-size:15px}h1{font-size:1.45rem}h2{margin-top:3rem}
    .figures{grid-template-columns:1fr 1fr;gap:1.25rem .75rem}.figures .value{font-size:1.35rem}.blank em{float:none}
    td:not(.n){min-width:9rem}tbody th+td:not(.n){min-width:4.5rem}}

    """

  /// Paper has no scroll bars: what is wide wraps, what is long goes on.
  private static let paper = """
    @page{margin:15mm}
    @media print{
    *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
    body{padding:0;max-width:none;font-size:10.5pt}
    nav{display:none}
    h2{margin-top:2rem}
    h2,h3,summary,.blank{break-after:avoid}
    h2+p,h3+p{break-after:avoid}
    figure,.blank,.figures,tr{break-inside:avoid}
    thead{display:table-header-group}
    .wide{overflow:visible}
    table{width:100%;min-width:0;font-size:8pt}
    th,td{padding:.3rem .35rem}
    thead th{white-space:normal}
    table code{overflow-wrap:anywhere}
    p,li{break-inside:avoid}
    thead{break-after:avoid}
    .figures{grid-template-columns:repeat(4,1fr)}
    td:not(.n){min-width:0;max-width:none}
    .chart{min-width:0}
    pre{max-height:none;overflow:visible;white-space:pre-wrap;overflow-wrap:anywhere;font-size:7.5pt}
    details::details-content{content-visibility:visible;display:block}
    }

    """
}
