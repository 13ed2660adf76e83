/** One style sheet, inline, so that the console loads nothing from anywhere. Its hash is in the Content-Security-Policy. */
export const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, CanvasText 18%, Canvas); --soft: color-mix(in srgb, CanvasText 60%, Canvas); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
h1 { font-size: 1.35rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--soft); } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
code, .mono { font: 13px/1.5 ui-monospace, monospace; } .soft { color: var(--soft); }
nav { display: flex; gap: 1rem; flex-wrap: wrap; align-items: baseline; }
.action { font-weight: 600; } .deny, .throttle { color: #b3261e; } .challenge { color: #9a5b00; } .allow { color: #1b6e3c; }
@media (prefers-color-scheme: dark) { .deny, .throttle { color: #ff8a80; } .challenge { color: #ffc766; } .allow { color: #7fd6a2; } }
.scroll { overflow-x: auto; } form.inline { display: inline; } input, button { font: inherit; padding: .35rem .6rem; }
input { box-sizing: border-box; max-width: 100%; } [role=alert] { border-left: 4px solid #b3261e; padding-left: .75rem; }
.counts { display: flex; gap: 3rem; flex-wrap: wrap; align-items: start; } .counts table { width: auto; min-width: 18rem; }
.facts { width: auto; } .facts th { padding-right: 2rem; font-weight: 400; } .facts td { overflow-wrap: anywhere; }
`
