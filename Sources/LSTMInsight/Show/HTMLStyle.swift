// The style sheet of the page: the palette as variables, then the layout, then what differs on a
// phone and on paper. The dark is for screens only, so that a page printed from it is light.

extension HTMLReport {
  /// The page's own rules; the picture brings its own.
  static var style: String {
    """
    :root{color-scheme:light dark;
    --ground:\(Palette.lightGround);--panel:\(Palette.lightPanel);--rule:\(Palette.lightRule);
    --ink:\(Palette.lightInk);--quiet:\(Palette.lightQuiet);
    \(roles(Palette.light))}
    @media screen and (prefers-color-scheme:dark){:root{
    --ground:\(Palette.darkGround);--panel:\(Palette.darkPanel);--rule:\(Palette.darkRule);
    --ink:\(Palette.darkInk);--quiet:\(Palette.darkQuiet);
    \(roles(Palette.dark))}}
    \(layout)
    \(paper)
    """
  }

  private static func roles(_ color: (Palette.Role) -> String) -> String {
    Palette.Role.allCases.map { "--\($0.rawValue):\(color($0));" }.joined()
  }

  private static let layout = """
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--ink);line-height:1.55;
    font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
    -webkit-text-size-adjust:100%;text-size-adjust:100%}
    main{max-width:54rem;margin:0 auto;padding:1.5rem 1rem 3rem}
    h1{font-size:1.9rem;line-height:1.2;margin:.5rem 0 1rem}
    h2{font-size:1.4rem;line-height:1.25;margin:0 0 .25rem}
    p{margin:.6rem 0}
    p,li,dd,figcaption{overflow-wrap:break-word}
    math{font-size:1.08em}
    a{color:var(--output)}
    .answer{font-size:1.15rem}
    .list{font-variant-numeric:tabular-nums}
    .facts,figcaption,footer{color:var(--quiet)}
    .notes{margin:1rem 0;padding:.6rem 1rem .6rem 2rem;background:var(--panel);border-radius:8px}
    nav ol{display:flex;flex-wrap:wrap;gap:.3rem 2.2rem;margin:1rem 0;padding-left:1.3rem}
    section{margin-top:2.6rem}
    .stage{border-top:4px solid var(--role);padding-top:1.1rem}
    .r-forget{--role:var(--forget)}.r-input{--role:var(--input)}
    .r-cell{--role:var(--cell)}.r-output{--role:var(--output)}
    .place{display:inline-block;min-width:1.5em;margin-right:.2em;border-radius:1em;
    background:var(--role);color:var(--ground);text-align:center}
    .purpose{font-size:1.1rem;margin-top:.2rem}
    figure{margin:1rem 0}
    .picture{overflow-x:auto;border:1px solid var(--rule);border-radius:10px}
    .picture svg{display:block;width:100%;min-width:37rem;height:auto}
    /* On a phone the picture scrolls; the last stage lies at its right end. */
    .r-output .picture{direction:rtl}.r-output .picture svg{direction:ltr}
    figcaption{font-size:.9rem;margin-top:.35rem}
    .equation,.work,.scroll,.vector{overflow-x:auto}
    .equation{font-size:1.12rem;padding:.5rem .8rem;background:var(--panel);border-radius:8px}
    .equation math{margin:.35rem 0;text-align:left}
    .flow{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:1rem 0}
    .flow dt{font-weight:600;color:var(--role)}
    .flow dd{margin:0}
    .remark{color:var(--quiet)}
    .happened{font-weight:600;margin-top:1.1rem}
    .work{border-left:3px solid var(--role);padding-left:.8rem}
    .work p{margin:.3rem 0;line-height:1.7}
    .scroll{margin:1.2rem 0}
    table{border-collapse:collapse;font-variant-numeric:tabular-nums}
    caption{text-align:left;white-space:nowrap;font-weight:600;padding-bottom:.3rem}
    caption::first-letter{text-transform:uppercase}
    th,td{padding:.25rem .75rem;text-align:right;white-space:nowrap;
    border-bottom:1px solid var(--rule)}
    thead th{background:var(--panel);font-weight:600}
    tbody th{font-weight:400;color:var(--quiet)}
    .result{font-weight:600;color:var(--role)}
    .chosen th,.chosen td{background:var(--panel)}
    .chosen th{font-weight:700;color:var(--ink);box-shadow:inset 3px 0 var(--role)}
    .vector{margin:.3rem 0 1rem;padding:.6rem .8rem;background:var(--panel);border-radius:8px;
    font:.92rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;
    white-space:pre-wrap;overflow-wrap:break-word;max-height:18rem;overflow-y:auto;user-select:all;
    -webkit-user-select:all}
    summary{cursor:pointer}
    footer{margin-top:3rem;padding-top:.6rem;border-top:1px solid var(--rule);font-size:.92rem}
    dfn{font-style:normal;font-weight:600}
    :focus-visible{outline:2px solid var(--output);outline-offset:2px}
    @media (max-width:30rem){h1{font-size:1.55rem}.flow{grid-template-columns:1fr;gap:0}
    .flow dd{margin-bottom:.5rem}th,td{padding:.25rem .55rem}}
    """

  private static let paper = """
    @media print{:root{color-scheme:light}
    body{font-size:10.5pt}main{max-width:none;padding:0}nav{display:none}
    h2,caption,.happened{break-after:avoid}
    figure,table,tr,.equation,.work p{break-inside:avoid}
    .picture,.scroll,.work,.equation,.vector{overflow:visible;max-height:none}
    .picture svg{min-width:0;max-width:15.5cm;margin:0 auto}
    table{font-size:9pt}th,td{padding:.12rem .45rem}
    .place,.notes,.equation,thead th,.chosen th,.chosen td,.picture{
    -webkit-print-color-adjust:exact;print-color-adjust:exact}}
    """
}
