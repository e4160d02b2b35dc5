/** The look of every page: one column of quiet sections, readable on paper and in the dark. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #fcfbf9; --panel: #f4f2ee; --ink: #1f2429; --faint: #676e75; --line: #dedad2; --accent: #1d6a78; --cancer: #b5532c;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #15181b; --panel: #1d2125; --ink: #e6e3dd; --faint: #979da3; --line: #33383d; --accent: #6cbcc9; --cancer: #e8976b; }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 1000px; margin: 0 auto; padding: 56px 28px 80px; }
header { border-bottom: 1px solid var(--line); padding-bottom: 28px; }
h1 { font-size: 34px; line-height: 1.15; font-weight: 600; letter-spacing: -0.015em; margin: 0 0 6px; }
h2 { font-size: 21px; font-weight: 600; letter-spacing: -0.005em; margin: 0 0 4px; }
h3 { font-size: 15px; font-weight: 600; margin: 0 0 2px; }
p { margin: 0 0 12px; max-width: 68ch; }
section { margin-top: 52px; }
.faint, .note { color: var(--faint); }
.note { font-size: 14px; }
.verdict { font-size: 20px; line-height: 1.5; max-width: 60ch; margin: 28px 0 0; }
.verdict b { font-weight: 600; }
.cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1px; background: var(--line); border: 1px solid var(--line); margin-top: 28px; }
.card { background: var(--paper); padding: 16px 18px 14px; }
.card .name { font-size: 13px; color: var(--faint); }
.card .value { font-size: 30px; line-height: 1.2; font-weight: 600; letter-spacing: -0.02em; }
.card .interval { font-size: 13px; color: var(--faint); }
table { border-collapse: collapse; width: 100%; font-size: 14.5px; margin-top: 14px; }
th, td { text-align: right; padding: 7px 0 7px 18px; border-bottom: 1px solid var(--line); vertical-align: baseline; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { font-weight: 500; color: var(--faint); font-size: 13px; }
tbody th { font-weight: 500; white-space: nowrap; }
td.text { text-align: left; color: var(--faint); }
.scroll { overflow-x: auto; } .scroll:focus-visible, pre:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
tr.chosen td, tr.chosen th { font-weight: 600; color: var(--accent); }
tr.group th { font-weight: 600; padding-top: 18px; }
.interval-cell { color: var(--faint); white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 5px 24px; font-size: 14.5px; margin: 14px 0 0; }
dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
pre { background: var(--panel); padding: 14px 16px; overflow-x: auto; margin: 10px 0 0; }
details { margin-top: 18px; } summary { cursor: pointer; color: var(--accent); font-size: 14.5px; }
@media (max-width: 760px) {
  main { padding: 32px 18px 56px; } .cards { grid-template-columns: 1fr 1fr; }
}
@media print {
  :root { --paper: #fff; --panel: #f6f6f6; --ink: #000; --faint: #555; --line: #ccc; --accent: #1d6a78; --cancer: #a8471f; color-scheme: light; }
  main { max-width: none; padding: 0; } body { font-size: 11pt; } section { margin-top: 28px; } h1, h2, h3, thead, figcaption { break-after: avoid; } h2 + p, h3 + p { break-before: avoid; break-after: avoid; } .scroll { overflow: visible; } .cards, tr { break-inside: avoid; }
  details:not([open]) { display: none; } * { print-color-adjust: exact; }
}
@page { margin: 16mm; }
`
