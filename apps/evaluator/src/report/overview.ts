/** The head of the report: what was found in one sentence, the main figures, the four outcomes, and the table of all figures. */

import { type Html, html } from '@mammokit/html-page'
import type { Figure } from '@mammokit/training-run/schema'
import { decimals, interval, plural, sentence, setName } from './number-text.ts'
import type { ReportData } from './report-data.ts'

export function headerSection({ name, test }: ReportData): Html {
  const { truePositives, falsePositives, trueNegatives } = test.confusion
  const healthy = falsePositives + trueNegatives
  return html`<header>
    <h1>Breast-cancer detection, run ${name}</h1>
    <p class="faint">${plural(test.images, 'mammogram')} of ${plural(test.breasts, 'breast')} of ${plural(test.patients, 'patient')} ${whoOf(test.subset)}, ${test.positives} of the breasts with cancer. This is research software, not a medical device.</p>
    <p class="verdict">At the threshold of ${decimals(test.threshold)} the network finds <b>${truePositives} of ${plural(test.positives, 'cancer')}</b> and calls
    <b>${falsePositives} of ${healthy} healthy breasts</b> suspicious.</p>
  </header>`
}

export function cardSection({ test }: ReportData): Html {
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

export function outcomeSection({ test }: ReportData): Html {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = test.confusion
  const cell = (kind: 'right' | 'wrong', count: number, name: string) =>
    html`<div class="${kind}"><b>${count}</b><span>${name}</span></div>`
  return html`<section>
    <h2>What it calls, breast by breast</h2>
    <p class="faint">A breast is called suspicious where the ${test.aggregation} probability of its images is at or above ${decimals(test.threshold, 4)}.</p>
    <div class="confusion">
      <div></div><div class="axis">called suspicious</div><div class="axis">called clear</div>
      <div class="axis">with cancer</div>${cell('right', truePositives, 'cancers found')}${cell('wrong', falseNegatives, 'cancers missed')}
      <div class="axis">healthy</div>${cell('wrong', falsePositives, 'false alarms')}${cell('right', trueNegatives, 'rightly cleared')}
    </div>
  </section>`
}

export function figureSection({ test, tests, selection }: ReportData): Html {
  const rows: [string, string, Figure, Figure?][] = [
    [
      'F1 at the threshold',
      'balance of cancers found and alarms that are right, 0 to 1',
      test.pf1AtThreshold,
      selection.pf1AtThreshold,
    ],
    ['Probabilistic F1', 'the same with probabilities in place of calls', test.pf1, selection.pf1],
    ['ROC area', 'chance that a breast with cancer ranks above a healthy one', test.rocAuc, selection.rocAuc],
    ['Average precision', 'area under the precision-recall curve', test.averagePrecision, selection.averagePrecision],
    [
      'Sensitivity at 95 % specificity',
      'cancers found when 5 of 100 healthy breasts may be called',
      test.sensitivityAtSpecificity95,
    ],
    ['Sensitivity at the threshold', 'share of the cancers found', test.sensitivity],
    ['Specificity at the threshold', 'share of the healthy breasts cleared', test.specificity],
    ['Brier score', 'mean squared error of the probability, lower is better', test.brier],
    [
      'Calibration error',
      `mean gap between probability and frequency in ten bins, lower is better; ${decimals(test.eceIfCalibrated)} by chance alone`,
      test.ece,
    ],
  ]
  if (test.calibrated) {
    const by = `after division of the log-odds by ${decimals(test.calibrated.temperature, 2)}, fitted on the ${setName(selection.subset)} set`
    rows.push(
      ['Brier score, calibrated', by, test.calibrated.brier],
      [
        'Calibration error, calibrated',
        `${by}; ${decimals(test.calibrated.eceIfCalibrated)} by chance alone`,
        test.calibrated.ece,
      ],
    )
  }
  return html`<section>
    <h2>All figures</h2>
    <p class="faint">Per breast. ${test.subset === 'test' && usesOf(tests)} ${sentence(setName(selection.subset))} figures are optimistic: checkpoint and threshold were chosen by them.</p>
    <table><thead><tr><th>Figure</th><th></th><th>${sentence(setName(test.subset))}</th><th>95 % interval</th><th>${sentence(setName(selection.subset))}</th></tr></thead>
    <tbody>${rows.map(
      ([name, meaning, figure, validation]) =>
        html`<tr><th>${name}</th><td class="text">${meaning}</td><td>${decimals(figure.value)}</td><td class="interval-cell">${interval(figure)}</td><td>${validation ? decimals(validation.value) : ''}</td></tr>`,
    )}</tbody></table>
  </section>`
}

/** How often the test set was used: after the first time its figures may have influenced a choice. */
function usesOf(tests: ReportData['tests']): string {
  if (tests.length === 1) return 'The test set was used once, after checkpoint and threshold had been chosen.'
  const dates = tests.map(({ at, checkpoint }) => `${at.slice(0, 10)} (${checkpoint})`).join(', ')
  return `The test set was tested ${tests.length} times: ${dates}. Figures after the first test are optimistic.`
}

function whoOf(subset: ReportData['test']['subset']): string {
  return subset === 'test' ? 'whom the network never saw' : 'on whom checkpoint and threshold were chosen'
}
