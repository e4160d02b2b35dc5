/** drift.html: a site's cases beside those that checkpoint and threshold were chosen on. */
import { plural } from '@mammokit/command-line'
import { type Html, html, htmlPage, scrollable } from '@mammokit/html-page'
import type { Figure, SiteCalibration } from '@mammokit/training-run'
import { decimals, interval } from '../report/number-text.ts'
import { colors, type Plot } from '../report/plot.ts'
import { renderPlot } from '../report/render-plot.ts'
import { type Drift, type Measure, type Shares, shareOutside } from './drift.ts'

export async function driftPage(calibration: SiteCalibration, drift: Drift): Promise<string> {
  const { site, breasts, patients, positives } = calibration
  const own = drift.validationName === 'val' ? 'validation' : drift.validationName
  const body = html`<header>
    <h1>${site}, beside ${own}</h1>
    <p class="faint">${plural(breasts, 'breast')} of ${plural(patients, 'patient')}, ${positives} with cancer; ${calibration.checkpoint}. For research; not a medical device.</p>
    <p class="verdict">${verdict(calibration)}</p>
  </header>
  ${calibrationSection(calibration)}
  ${await scoreSection(drift, own)}
  ${measureSection(drift.measures, own)}
  ${shareSection(drift.shares, own)}`
  return htmlPage({ title: `${site}, beside ${own}`, body, style })
}

const style = `
svg { display: block; width: 100%; max-width: 640px; height: auto; margin-top: 14px; }
tr.apart td:last-child { color: var(--cancer); font-weight: 600; }
@media (max-width: 760px) { tbody th { white-space: normal; } th, td { padding-left: 10px; } }
`

function verdict({ update, gain, threshold, thresholdRule, before }: SiteCalibration): string {
  const calibration =
    update === 'kept'
      ? 'The calibration holds here: nothing fitted on these cases does better on patients that it was not fitted on.'
      : `The calibration was ${update === 'shifted' ? 'shifted' : 'fitted anew'}: log loss falls by ${decimals(gain.value)} (${interval(gain)}) on patients that it was not fitted on.`
  const rule =
    thresholdRule === null
      ? `The threshold stays ${decimals(threshold)}.`
      : `The threshold moves from ${decimals(before.threshold)} to ${decimals(threshold)}.`
  return `${calibration} ${rule}`
}

const figures = [
  ['sensitivity', 'Share of the cancers that are called'],
  ['specificity', 'Share of the healthy breasts that are not'],
  ['recallRate', 'Share of all breasts that are called'],
  ['logLoss', 'Log loss; lower is better'],
  ['calibrationSlope', 'Calibration slope: 1 is right, below it probabilities are too extreme'],
  ['calibrationIntercept', 'Calibration intercept: 0 is right, below it probabilities are too high'],
] as const

function calibrationSection({ before, after, rocAuc, thresholdInterval, update }: SiteCalibration): Html {
  return html`<section>
    <h2>Calls and probabilities</h2>
    <p class="faint">ROC area ${decimals(rocAuc.value)}${intervalOf(rocAuc)}, whatever the calibration.${
      after !== null &&
      ` After is on the cases that it was fitted on${update === 'kept' ? '' : '; the gain above is not'}.`
    }${thresholdInterval !== null && ` Chosen anew in resamples of patients, the threshold lies between ${interval(thresholdInterval).replace(' to ', ' and ')}.`}</p>
    ${scrollable(
      'Calls and probabilities',
      html`<table>
      <thead><tr><th scope="col">Figure</th><th scope="col">Before</th>${after !== null && html`<th scope="col">After</th>`}</tr></thead>
      <tbody>${figures.map(
        ([name, meaning]) =>
          html`<tr><th scope="row">${meaning}</th><td>${decimals(before[name].value)}${intervalOf(before[name])}</td>${
            after !== null && html`<td>${decimals(after[name].value)}${intervalOf(after[name])}</td>`
          }</tr>`,
      )}</tbody>
    </table>`,
    )}
  </section>`
}

function intervalOf(figure: Figure): string {
  const text = interval(figure)
  return text && ` (${text})`
}

async function scoreSection({ scores }: Drift, own: string): Promise<Html> {
  const description = `Histograms of the log-odds of ${plural(scores.validation.length, 'breast')} of ${own} and ${scores.site.length} of the site.`
  return html`<section>
    <h2>Scores</h2>
    <p class="faint">${outsideText(scores, own)}</p>
    ${await renderPlot(histogram(scores, own), description)}
  </section>`
}

/** Both sides in the same bins, as shares of their cases. */
function histogram({ name, validation, site }: Measure, own: string): Plot {
  const all = [...validation, ...site]
  const low = all.reduce((a, b) => Math.min(a, b))
  const width = (all.reduce((a, b) => Math.max(a, b)) - low || 1) / 30
  const values = [
    { side: own, cases: validation },
    { side: 'site', cases: site },
  ].flatMap(({ side, cases }) => {
    const counts = new Array<number>(30).fill(0)
    for (const value of cases) counts[Math.min(29, Math.floor((value - low) / width))]! += 1 / Math.max(1, cases.length)
    return counts.map((share, bin) => ({ side, share, x: low + (bin + 0.5) * width }))
  })
  return {
    width: 560,
    height: 240,
    data: { values },
    mark: { type: 'line', interpolate: 'step', strokeWidth: 2 },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: name, scale: { nice: false } },
      y: { field: 'share', type: 'quantitative', title: 'Share of the breasts' },
      color: {
        field: 'side',
        type: 'nominal',
        scale: { domain: [own, 'site'], range: [colors.accent, colors.cancer] },
      },
      strokeDash: { field: 'side', type: 'nominal', scale: { domain: [own, 'site'], range: [[], [5, 3]] } },
    },
  }
}

function outsideText(measure: Measure, own: string): string {
  return `${percent(shareOutside(measure))} of the site's breasts are outside the middle 98 % of ${own}; 2 % would be where nothing has drifted.`
}

function measureSection(measures: readonly Measure[], own: string): Html {
  return html`<section>
    <h2>Pictures</h2>
    <p class="faint">As the network sees them: median, and the middle 90 %. The last column is the share of the site's images outside the middle 98 % of ${own}: 2 % where nothing has drifted.</p>
    ${scrollable(
      'Pictures',
      html`<table>
      <thead><tr><th scope="col">Measure</th><th scope="col">${own}</th><th scope="col">site</th><th scope="col">outside</th></tr></thead>
      <tbody>${measures.map((measure) => {
        const outside = shareOutside(measure)
        return html`<tr class="${outside > 0.1 ? 'apart' : ''}"><th scope="row">${measure.name}</th><td>${middle(measure.validation)}</td><td>${middle(measure.site)}</td><td>${percent(outside)}</td></tr>`
      })}</tbody>
    </table>`,
    )}
  </section>`
}

function middle(values: readonly number[]): string {
  if (values.length === 0) return '–'
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => decimals(sorted[Math.round(share * (sorted.length - 1))])
  return `${at(0.5)} (${at(0.05)} to ${at(0.95)})`
}

/** Values of an attribute that are listed. */
const listed = 12

function shareSection(shares: readonly Shares[], own: string): Html {
  return html`<section>
    <h2>How the images were made</h2>
    ${scrollable(
      'How the images were made',
      html`<table>
      <thead><tr><th scope="col">Share of the images</th><th scope="col">${own}</th><th scope="col">site</th></tr></thead>
      ${shares.map(
        ({ name, values }) => html`<tbody>
        <tr class="group"><th scope="rowgroup" colspan="3">${name}</th></tr>
        ${values
          .slice(0, listed)
          .map(
            ({ value, validation, site }) =>
              html`<tr><th scope="row">${value}</th><td>${percent(validation)}</td><td>${percent(site)}</td></tr>`,
          )}
        ${values.length > listed && html`<tr><td class="text" colspan="3">and ${values.length - listed} rarer values</td></tr>`}
      </tbody>`,
      )}
    </table>`,
    )}
  </section>`
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
