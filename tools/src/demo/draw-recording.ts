/** An animated image of the demo's recording: a terminal in which lines appear in the proportions of their real times. */

export interface Recording {
  readonly machine: string
  /** How the times of the lines are known. */
  readonly times: string
  /** The second at which a line came, and the line. */
  readonly lines: readonly (readonly [number, string])[]
}

/** Seconds that the animation takes, and those that its end stands still. */
const shownSeconds = 24
const restSeconds = 6
const rows = 24
const columns = 120
const lineHeight = 17
const padding = 12
const width = Math.round(columns * 7.23) + 2 * padding
const background = '#16181d'

/**
 * SVG of a recording, which repeats. A curtain below the newest line falls with each line; a full screen scrolls.
 *
 * @example
 * drawRecording({ machine: 'two cores', times: 'measured', lines: [[0, '$ ls'], [60, 'a b']] }) // '<svg xmlns=...'
 */
export function drawRecording({ machine, times, lines }: Recording): string {
  const total = lines.at(-1)?.[0] ?? 0
  const period = shownSeconds + restSeconds
  const percentOf = (second: number) => ((second / total) * (100 * shownSeconds)) / period
  const states = new Map(lines.map(([second], at) => [percentOf(second).toFixed(1), at + 1]))
  const keyframes = (move: (count: number) => number) =>
    [...states].map(([percent, count]) => `${percent}%{transform:translateY(${move(count)}px)}`).join('')
  const scrolled = (count: number) => -Math.max(0, count - rows) * lineHeight
  const fallen = (count: number) => count * lineHeight
  const end = lines.length
  const caption = `npm run demo: ${minutes(total)} minutes, here ${Math.round(total / shownSeconds)} times as fast. ${machine}.`
  const screen = rows * lineHeight + padding
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" viewBox="0 0 ${width} ${screen + 2 * lineHeight}" role="img">
<title>${escapeText(`${caption} ${times}`)}</title>
<style>text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d6d9de;white-space:pre}.c{fill:#8fd18b}.t{fill:#f2c879;font-weight:bold}.s{fill:#9aa1ab}
#o,#u{animation:${period}s step-end infinite}#o{animation-name:o;transform:translateY(${scrolled(end)}px)}#u{animation-name:u;transform:translateY(${fallen(end)}px)}
@keyframes o{0%{transform:none}${keyframes(scrolled)}}
@keyframes u{0%{transform:none}${keyframes(fallen)}}
@media(prefers-reduced-motion:reduce){#o,#u{animation:none}}</style>
<rect width="100%" height="100%" fill="${background}"/>
<svg width="${width}" height="${screen}" aria-hidden="true"><g id="o">
${lines.map(([, text], at) => drawLine(text, at)).join('\n')}
<rect id="u" y="${padding / 2}" width="100%" height="${end * lineHeight}" fill="${background}"/>
</g></svg>
<text class="s" x="${padding}" y="${screen + 1.2 * lineHeight}">${escapeText(caption)}</text>
</svg>
`
}

function drawLine(text: string, at: number): string {
  if (text === '') return ''
  const kind = text.startsWith('$') ? ' class="c"' : /^\[\d/.test(text) ? ' class="t"' : ''
  const shown = text.length > columns ? `${text.slice(0, columns - 1)}…` : text
  return `<text x="${padding}" y="${(at + 1) * lineHeight}"${kind}>${escapeText(shown)}</text>`
}

function minutes(seconds: number): string {
  return (seconds / 60).toFixed(1)
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
