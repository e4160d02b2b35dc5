/** What the report has beside the style of every page: plots in pairs, the four outcomes, pictures. */
export const style = `
figcaption { color: var(--faint); }
.two > * { min-width: 0; }
.two { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 36px; margin-top: 20px; align-items: start; }
figure { margin: 0; min-width: 0; }
figcaption { font-size: 13.5px; margin-bottom: 8px; min-height: 68px; }
figcaption b { display: block; color: var(--ink); font-size: 15px; font-weight: 600; }
svg { display: block; width: 100%; height: auto; }
.confusion { border: 1px solid var(--line); }
.confusion td, .confusion th { border: 1px solid var(--line); padding: 12px 14px; text-align: left; font-size: 13.5px; vertical-align: middle; }
.confusion th, .confusion td:first-child { color: var(--faint); font-weight: normal; width: 16%; padding-left: 14px; }
.confusion b { display: block; font-size: 26px; line-height: 1.15; font-weight: 600; }
.confusion .right b { color: var(--accent); }
.confusion .wrong b { color: var(--cancer); }
.confusion span { font-size: 13.5px; color: var(--faint); }
.images { display: grid; grid-template-columns: repeat(4, 1fr); gap: 18px; margin: 14px 0 26px; }
.images figure { break-inside: avoid; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1px; background: #000; }
.pair > * { position: relative; } .pair img, .images .gone { display: block; width: 100%; }
.pair svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.pair rect { fill: none; stroke: #56b4e9; stroke-width: 1.5; stroke-dasharray: 4 2; vector-effect: non-scaling-stroke; }
.images .gone { aspect-ratio: 1 / 2; background: #000; grid-column: 1 / -1; }
.images .gone { color: #999; font-size: 12px; padding: 40% 8px 0; text-align: center; }
.images figcaption { font-size: 12.5px; line-height: 1.4; margin: 6px 0 0; min-height: 0; }
.images figcaption b { font-size: 13px; }
.found b { color: var(--accent); } .wrong-call b { color: var(--cancer); }
.flow { list-style: none; margin: 14px 0 0; padding: 0; }
.flow li { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 8px 24px; align-items: center; }
.flow li + li::before { content: "\\2193"; grid-column: 1 / -1; width: calc(50% - 12px); text-align: center; color: var(--faint); line-height: 1.6; }
.flow .step { grid-column: 1; border: 1px solid var(--line); padding: 10px 14px; text-align: center; }
.flow .aside { grid-column: 2; border-left: 3px solid var(--line); padding: 2px 0 2px 14px; font-size: 13.5px; color: var(--faint); }
.flow .aside b { color: var(--ink); font-weight: 600; }
.checklist th, .checklist td { text-align: left; vertical-align: top; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.data { font-size: 12.5px; margin: 4px 0 0; } .glossary dd { max-width: 68ch; }
.meaning { display: block; color: var(--faint); font-weight: normal; font-size: 13px; white-space: normal; }
a { color: var(--accent); }
@media (max-width: 760px) { .flow li { grid-template-columns: 1fr; } .flow .aside { grid-column: 1; } .flow li + li::before { width: 100%; } dl { grid-template-columns: 1fr; gap: 2px; } dd { margin-bottom: 8px; } .under { display: block; } tbody th { white-space: normal; } .two { grid-template-columns: minmax(0, 1fr); } .images { grid-template-columns: repeat(2, 1fr); gap: 12px; } }
@media print { .confusion, figure { break-inside: avoid; } .images { grid-template-columns: repeat(4, 1fr); } .data { display: none; } }
@media print and (max-width: 760px) { .two { grid-template-columns: 1fr 1fr; } }
`
