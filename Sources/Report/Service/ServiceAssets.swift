/// What the pages need besides themselves: their style, their script and their icon, as the server sends them.
package enum ServiceAssets {
  /// Of `/style.css`.
  package static let css =
    ":root{\(ChartStyle.light)}\n@media screen and (prefers-color-scheme:dark){:root{\(ChartStyle.dark)}}\n"
    + page + top + figures + tables + ChartStyle.drawing + charts + phone + paper

  /// Of the tab: a skein of three threads, two of measured blue and one of vermilion.
  package static let icon = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><g fill="none" stroke-width="2.2" stroke-linecap="round">\
    <path stroke="#2f7cc4" d="M2 4c5 0 7 8 12 8"/><path stroke="#8ab8e6" d="M2 12c5 0 7-8 12-8"/>\
    <path stroke="#bd3b0a" d="M2 8h12"/></g></svg>
    """

  /// The icon as an address that needs no request.
  static let iconAddress = "data:image/svg+xml," + ServiceAddress.encoded(icon)

  // MARK: Style

  private static let page = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;color-scheme:light dark}
    body{margin:0 auto;padding:0 1.5rem 3rem;max-width:68rem;background:var(--paper);color:var(--ink);
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
    font-variant-numeric:tabular-nums;overflow-wrap:break-word}
    h1{font-size:1.35rem;line-height:1.25;margin:0;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
    h2{font-size:1.05rem;line-height:1.3;margin:2.25rem 0 .5rem;font-weight:650;overflow-wrap:anywhere}
    h3{font-size:.95rem;margin:1.5rem 0 .4rem;font-weight:650}
    p,ul{margin:0 0 .6rem;max-width:52rem}
    section ul{padding-left:1.1rem}
    a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:.2em}
    a:hover{text-decoration-color:var(--accent)}
    :focus-visible{outline:2px solid var(--line-2);outline-offset:2px;border-radius:2px}
    main:focus{outline:none}
    code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
    code{font-size:.88em;overflow-wrap:anywhere}
    .faint{color:var(--soft);font-size:.85rem}
    .spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
    .skip{position:absolute;left:-99rem}
    .skip:focus{left:1rem;top:.5rem;padding:.3rem .7rem;background:var(--paper);border:1px solid var(--soft);z-index:1}

    """

  private static let top = """
    header{border-bottom:1px solid var(--rule);margin-bottom:1.25rem;padding-top:.9rem}
    .top{display:flex;flex-wrap:wrap;gap:0 1.5rem;font-size:.87rem}
    .top p{margin:0}
    .logs{margin-right:auto!important}
    #state{color:var(--soft)}
    #connection{color:var(--accent);font-weight:600}
    #connection:empty{display:none}
    .bar{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1.5rem;margin-top:.35rem}
    nav ul{display:flex;flex-wrap:wrap;list-style:none;margin:0;padding:0;gap:0 1.5rem}
    nav a{display:inline-block;padding:.45rem 0 .4rem;text-decoration:none;border-bottom:3px solid transparent}
    nav a:hover{border-bottom-color:var(--bar)}
    nav a[aria-current]{font-weight:650;border-bottom-color:var(--ink)}
    .spans ul{gap:0 1.1rem}
    .spans a{font-size:.87rem;color:var(--soft);padding-top:.55rem}
    .spans a[aria-current]{color:var(--ink)}
    .badge{color:var(--soft);font-size:.82rem;font-weight:400;margin-left:.1rem}
    .badge.bad{color:var(--accent);font-weight:600}
    .lead{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:0 1.5rem;margin-bottom:.35rem}
    .lead p{color:var(--soft);font-size:.87rem;margin:0}
    .answer,.faint{max-width:none}
    .answer{margin-bottom:1rem}
    .answer.worse strong{color:var(--accent)}

    """

  private static let figures = """
    .figures{display:grid;grid-template-columns:repeat(6,1fr);gap:.9rem 1rem;margin:1.1rem 0 1.4rem}
    .figures div{border-left:3px solid var(--rule);padding-left:.7rem;min-width:0}
    .figures dt,.figures dd{margin:0;font-size:.82rem;line-height:1.4;color:var(--soft)}
    .figures .value{font-size:1.5rem;line-height:1.3;font-weight:600;color:var(--ink);white-space:nowrap}
    .figures .worse{border-color:var(--accent)}
    .figures .worse .value,.figures .worse strong{color:var(--accent)}
    .figures strong{color:var(--ink);font-weight:600}

    """

  private static let tables = """
    .wide{overflow-x:auto;margin:.5rem 0 .6rem}
    table{border-collapse:collapse;font-size:.865rem;line-height:1.4;min-width:100%}
    th,td{padding:.32rem .55rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid);font-weight:400}
    th:first-child{padding-left:.3rem}
    thead th{color:var(--soft);border-bottom-color:var(--rule);white-space:nowrap;vertical-align:bottom}
    .n{text-align:right;white-space:nowrap}
    .n+td:not(.n),.n+th:not(.n){padding-left:1.1rem}
    .soft{color:var(--soft)}
    tr.accent>*{background:var(--wash)}
    tr.accent strong{color:var(--accent)}
    tbody strong{font-weight:600}
    td:not(.n){max-width:36rem}
    td a code{white-space:nowrap}
    .severity{font-weight:600;white-space:nowrap}
    .severity.p0,.severity.p1{color:var(--accent)}
    .urgency{display:block;white-space:nowrap;color:var(--soft)}
    pre{margin:0 0 1rem;padding:.7rem .85rem;background:var(--tint);border-radius:4px;font-size:.78rem;line-height:1.5;
    white-space:pre-wrap;overflow-wrap:anywhere}
    pre .error{color:var(--accent)}
    .filter{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem;font-size:.87rem;margin-bottom:.3rem}
    .filter input,.filter button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--soft);
    border-radius:3px;padding:.15rem .5rem}
    .filter input[type=search]{flex:1 1 7rem;max-width:16rem}
    .filter button{background:var(--tint);cursor:pointer}

    """

  private static let charts = """
    figure{margin:1rem 0 1.5rem}
    figure .wide{margin:0}
    figcaption{color:var(--soft);font-size:.85rem;margin-top:.2rem}
    .chart{display:block;width:100%;height:auto;min-width:44rem}
    @media (min-width:104rem){body{max-width:108rem}
    .charts{display:grid;grid-template-columns:1fr 1fr;gap:2rem;align-items:start}}

    """

  private static let phone = """
    @media (max-width:56rem){.figures{grid-template-columns:repeat(3,1fr)}}
    @media (max-width:40rem){body{padding:0 1rem 2.5rem}.minor{display:none}
    .figures{grid-template-columns:1fr 1fr;gap:.9rem .75rem}.figures .value{font-size:1.3rem}
    nav ul{gap:0 1.2rem}.badge{display:block;margin:0;line-height:1.2}h1 code{font-size:.75em}
    th,td{padding:.32rem .4rem}.n+td:not(.n),.n+th:not(.n){padding-left:.7rem}
    .columns table,.texts table,.columns thead,.columns tbody,.texts tbody{display:block}
    .columns tr{display:grid;grid-template-columns:repeat(4,1fr);border-bottom:1px solid var(--grid)}
    .columns tr>*{border:0;padding:0 .4rem .3rem}.columns tr>:first-child{grid-column:1/-1;padding:.3rem .4rem .1rem}
    .texts thead{display:none}.texts tr{display:flex;flex-wrap:wrap;gap:.1rem .9rem;padding:.45rem .3rem;
    border-bottom:1px solid var(--grid)}.texts tr>*{border:0;padding:0!important;text-align:left}
    .texts td:has(br){flex-basis:100%}
    .texts [data-label]::before{content:attr(data-label) " ";color:var(--soft)}
    .urgency{display:inline}}

    """

  private static let paper = """
    @media print{*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
    body{padding:0;max-width:none;font-size:10pt}.bar,.skip,.filter,#state a{display:none}
    .wide{overflow:visible}.chart{min-width:0}figure,tr{break-inside:avoid}
    }

    """
}
