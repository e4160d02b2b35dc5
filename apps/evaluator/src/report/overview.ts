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
    ${doubtsOf(test).map((doubt) => html`<p class="verdict"><b>${doubt}</b></p>`)}
  </header>`
}

/** What this set does not show: that the network is better than chance, or than calling everybody. */
function doubtsOf({ rocAuc, pf1AtThreshold, positives, breasts }: ReportData['test']): string[] {
  const callAll = (2 * positives) / (positives + breasts)
  const doubts: string[] = []
  if (rocAuc.low !== null && rocAuc.low <= 0.5) {
    doubts.push(
      `It is not shown to rank breasts better than chance: the interval of its ROC area, ${interval(rocAuc)}, holds 0.5.`,
    )
  }
  if (pf1AtThreshold.low !== null && pf1AtThreshold.low <= callAll) {
    doubts.push(`It is not shown to have a better F1 than calling every breast suspicious, ${decimals(callAll)}.`)
  }
  return doubts
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
    [
      'Average precision',
      `area under the precision-recall curve, ${ofThisSet(test)}`,
      test.averagePrecision,
      selection.averagePrecision,
    ],
    [
      'Sensitivity at 95 % specificity',
      'cancers found when 5 of 100 healthy breasts may be called',
      test.sensitivityAtSpecificity95,
    ],
    [
      'Sensitivity at 90 % specificity',
      'cancers found when 10 of 100 healthy breasts may be called',
      test.sensitivityAtSpecificity90,
    ],
    [
      'Specificity at 90 % sensitivity',
      'healthy breasts cleared when 90 of 100 cancers have to be found',
      test.specificityAtSensitivity90,
    ],
    ['Sensitivity at the threshold', 'share of the cancers found', test.sensitivity],
    ['Specificity at the threshold', 'share of the healthy breasts cleared', test.specificity],
    ['Positive predictive value', `share of the calls that are right, ${ofThisSet(test)}`, test.ppv],
    ['Negative predictive value', `share of the cleared breasts that are healthy, ${ofThisSet(test)}`, test.npv],
    ...calibrationRows(test, ''),
  ]
  if (test.calibrated) rows.push(...calibrationRows(test.calibrated, ', calibrated'))
  return html`<section>
    <h2>All figures</h2>
    <p class="faint">Per breast. ${calibrationText(test, selection)} ${test.subset === 'test' && usesOf(tests)} ${sentence(setName(selection.subset))} figures are optimistic: checkpoint and threshold were chosen by them.</p>
    <table><thead><tr><th>Figure</th><th></th><th>${sentence(setName(test.subset))}</th><th>95 % interval</th><th>${sentence(setName(selection.subset))}</th></tr></thead>
    <tbody>${rows.map(
      ([name, meaning, figure, validation]) =>
        html`<tr><th>${name}</th><td class="text">${meaning}</td><td>${decimals(figure.value)}</td><td class="interval-cell">${interval(figure)}</td><td>${validation ? decimals(validation.value) : ''}</td></tr>`,
    )}</tbody></table>
  </section>`
}

/** These figures depend on how many of the breasts have cancer. */
function ofThisSet({ positives, breasts }: ReportData['test']): string {
  return `at ${decimals((100 * positives) / breasts, 1)} % of breasts with cancer`
}

type CalibrationFigures = NonNullable<ReportData['test']['calibrated']>

function calibrationRows(figures: CalibrationFigures, suffix: string): [string, string, Figure][] {
  return [
    [`Log loss${suffix}`, 'mean surprise at the outcome, lower is better', figures.logLoss],
    [`Brier score${suffix}`, 'mean squared error of the probability, lower is better', figures.brier],
    [
      `Calibration error${suffix}`,
      `mean gap between probability and frequency in ten bins, lower is better; ${decimals(figures.eceIfCalibrated)} by chance alone`,
      figures.ece,
    ],
    [`Calibration slope${suffix}`, '1 is right; below it probabilities are too extreme', figures.calibrationSlope],
    [`Calibration intercept${suffix}`, '0 is right; below it probabilities are too high', figures.calibrationIntercept],
  ]
}

function calibrationText({ calibration }: ReportData['test'], selection: ReportData['selection']): string {
  const set = setName(selection.subset)
  if (calibration.method === 'none')
    return `Probabilities are the network's: no calibration improved them on patients of the ${set} set that it was not fitted on.`
  const how =
    calibration.method === 'platt'
      ? `the line ${decimals(calibration.slope, 2)} x + ${decimals(calibration.intercept, 2)} in log-odds`
      : 'a rising curve of steps'
  return `Calibrated probabilities are ${how}, fitted on the ${set} set.`
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
