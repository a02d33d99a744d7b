/// The style of the report's page: colours that those who see few colours tell apart, on light and on dark ground.
enum ReportStyle {
    static let css = """
        :root { color-scheme: light dark; --ground: #f6f7f9; --card: #ffffff; --text: #1c2330; --soft: #5d6778; --line: #dfe3ea;
          --shade: #1c233040;
          --blue: #1f6fd6; --green: #0c8f6f; --orange: #c96a00; --red: #cf2e3c; --purple: #7a4fc4; --grey: #8a94a6; }
        @media (prefers-color-scheme: dark) { :root { --ground: #12151b; --card: #1a1f28; --text: #e6e9ef; --soft: #98a2b3; --shade: #000000c0;
          --line: #2c3441; --blue: #5aa2ff; --green: #35c79f; --orange: #f0a04b; --red: #ff6b76; --purple: #b08cf0; --grey: #7d8798; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--text); line-height: 1.45;
          font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif; font-size: 15px; }
        header, main { max-width: 1080px; margin: 0 auto; padding: 0 20px; }
        header { padding-top: 28px; }
        h1 { font-size: 26px; margin: 0; letter-spacing: -0.01em; }
        h2 { font-size: 16px; margin: 0; }
        header p { margin: 4px 0 20px; color: var(--soft); }
        main { padding-bottom: 48px; }
        .warning { background: color-mix(in srgb, var(--orange) 16%, var(--card)); border-left: 4px solid var(--orange);
          padding: 12px 16px; border-radius: 6px; margin: 0 0 16px; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(132px, 1fr)); gap: 12px; margin: 0 0 16px; }
        .tiles.many { grid-template-columns: repeat(auto-fit, minmax(min(220px, 45%), 1fr)); }
        .tile, figure, section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
        .tile { padding: 12px 14px; }
        .tile dt { color: var(--soft); font-size: 13px; }
        .tile dd { margin: 0; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .tile dd.more { font-size: 12px; font-weight: 400; color: var(--soft); white-space: normal; }
        figure, section { margin: 0 0 16px; padding: 14px 16px; }
        figcaption { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 10px; margin-bottom: 6px; }
        .unit { color: var(--soft); font-size: 13px; }
        .legend { margin-left: auto; display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 13px; }
        .key::before { content: ""; display: inline-block; width: 16px; height: 0; border-top: 3px solid var(--colour);
          vertical-align: middle; margin-right: 6px; }
        .key.target::before { border-top-style: dashed; } .key.faint::before { border-top-width: 1px; opacity: 0.7; }
        .chart { display: block; width: 100%; min-width: 560px; height: auto; }
        svg text { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; }
        .blue { --colour: var(--blue); } .green { --colour: var(--green); } .orange { --colour: var(--orange); }
        .red { --colour: var(--red); } .purple { --colour: var(--purple); } .grey { --colour: var(--grey); }
        .ink { --colour: var(--text); }
        path { fill: none; stroke: var(--colour); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        path.target { stroke-dasharray: 5 5; stroke-width: 1.5; stroke-linecap: butt; }
        path.faint { stroke-width: 1; stroke-opacity: 0.7; }
        path.dots { stroke-width: 6; }
        .grid { stroke: var(--line); stroke-width: 1; }
        .limit { stroke: var(--red); stroke-width: 1; stroke-dasharray: 2 4; }
        .bar { display: block; width: 100%; min-width: 120px; height: 10px; } .bar rect { fill: var(--red); }
        section h2 { margin-bottom: 8px; }
        /* Where something is out of sight at a side, that side is shaded: the first two grounds scroll, and hide the others. */
        .wide { overflow-x: auto; background: linear-gradient(to right, var(--card) 50%, transparent) left / 32px 100% local,
          linear-gradient(to left, var(--card) 50%, transparent) right / 32px 100% local,
          linear-gradient(to right, var(--shade), transparent) left / 12px 100% scroll,
          linear-gradient(to left, var(--shade), transparent) right / 12px 100% scroll; background-repeat: no-repeat; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
        th { text-align: left; color: var(--soft); font-weight: 500; font-size: 13px; }
        th, td { padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
        tbody tr:last-child td { border-bottom: 0; }
        .number { text-align: right; }
        td:has(.bar) { width: 40%; padding-right: 0; }
        .good { color: var(--green); font-weight: 600; } .bad { color: var(--red); font-weight: 600; }
        code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 13px; }
        @media (max-width: 640px) { .chart text { font-size: 16px; } .bar { display: none; } td:has(.bar) { width: auto; } }
        @media print { body { background: none; } figure, section, .tile { break-inside: avoid; } }
        """
}
