/** The head of the report: what was found in one sentence, the main figures and the four outcomes. */

import { plural } from '@mammokit/command-line'
import { type Html, html } from '@mammokit/html-page'
import type { Figure } from '@mammokit/training-run/schema'
import { decimals, interval } from './number-text.ts'
import type { TestedCases } from './tested-cases.ts'

export function headerSection({ heading, who, doubts, test }: TestedCases): Html {
  return html`<header>
    <h1>Breast-cancer detection, ${heading}</h1>
    <p class="faint">${plural(test.images, 'mammogram')} of ${plural(test.breasts, 'breast')} of ${plural(test.patients, 'patient')} ${who}, ${test.positives} of the breasts with cancer. This is research software, not a medical device.</p>
    <p class="verdict">${verdictOf(test)}</p>
    ${[...doubts, ...doubtsOf(test)].map((doubt) => html`<p class="verdict"><b>${doubt}</b></p>`)}
  </header>`
}

/** Of a class that the set has not, nothing is said but that. */
function verdictOf({ threshold, positives, confusion }: TestedCases['test']): Html {
  const { truePositives, falsePositives, trueNegatives } = confusion
  const healthy = falsePositives + trueNegatives
  const found = html`finds <b>${truePositives} of ${plural(positives, 'cancer')}</b>`
  const called = html`calls <b>${falsePositives} of ${plural(healthy, 'healthy breast')}</b> suspicious`
  // Three digits would show one near an end as 0 or 1.
  const digits = threshold < 0.001 || threshold > 0.999 ? 4 : 3
  const at = html`At the threshold of ${decimals(threshold, digits)} the network`
  if (positives === 0) return html`${at} ${called}. The set has no breast with cancer: how many it finds is not known.`
  if (healthy === 0) return html`${at} ${found}. The set has no healthy breast: how many it calls is not known.`
  return html`${at} ${found} and ${called}.`
}

/** What this set does not show: that the network is better than chance, than calling everybody, or than not looking at the image. */
function doubtsOf({ rocAuc, pf1AtThreshold, baselines: { callAllF1, metadata } }: TestedCases['test']): string[] {
  const doubts: string[] = []
  if (rocAuc.low !== null && rocAuc.low <= 0.5) {
    doubts.push(
      `It is not shown to rank breasts better than chance: the interval of its ROC area, ${interval(rocAuc)}, holds 0.5.`,
    )
  }
  if (pf1AtThreshold.low !== null && pf1AtThreshold.low <= callAllF1) {
    doubts.push(`It is not shown to have a better F1 than calling every breast suspicious, ${decimals(callAllF1)}.`)
  }
  if (metadata && metadata.difference.low !== null && metadata.difference.low <= 0) {
    doubts.push(
      `It is not shown to rank breasts better than ${metadata.columns.join(', ')} alone, with a ROC area of ${decimals(metadata.rocAuc.value)}: the difference, ${decimals(metadata.difference.value)}, has an interval of ${interval(metadata.difference)}.`,
    )
  }
  return doubts
}

export function cardSection({ test }: TestedCases): Html {
  const cards: [string, Figure][] = [
    ['F1 at the threshold', test.pf1AtThreshold],
    ['ROC area', test.rocAuc],
    ['Sensitivity at 95 % specificity', test.sensitivityAtSpecificity95],
    ['Average precision', test.averagePrecision],
  ]
  return html`<div class="cards">${cards.map(
    ([name, figure]) =>
      html`<div class="card"><div class="name">${name}</div><div class="value">${decimals(figure.value)}</div><div class="interval">${interval(figure) || 'no interval'}</div></div>`,
  )}</div>
  <p class="note" style="margin-top:10px">Below each figure its 95 % interval, in which the two breasts of a patient count as dependent.</p>`
}

export function outcomeSection({ test }: TestedCases): Html {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = test.confusion
  const cell = (kind: 'right' | 'wrong', count: number, name: string) =>
    html`<td class="${kind}"><b>${count}</b><span>${name}</span></td>`
  return html`<section>
    <h2>What it calls, breast by breast</h2>
    <p class="faint">A breast is called suspicious where the ${test.aggregation} probability of its images is at or above ${decimals(test.threshold, 4)}.</p>
    <table class="confusion">
      <thead><tr><td></td><th scope="col">called suspicious</th><th scope="col">called clear</th></tr></thead>
      <tbody><tr><th scope="row">with cancer</th>${cell('right', truePositives, 'cancers found')}${cell('wrong', falseNegatives, 'cancers missed')}</tr>
      <tr><th scope="row">healthy</th>${cell('wrong', falsePositives, 'false alarms')}${cell('right', trueNegatives, 'rightly cleared')}</tr></tbody>
    </table>
  </section>`
}
