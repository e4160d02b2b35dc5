/** The table of all figures of the test. */
import { type Html, html, scrollable } from '@mammokit/html-page'
import { predictiveValuesAt } from '@mammokit/pf1-metric'
import type { Figure } from '@mammokit/training-run/schema'
import { decimals, interval, percent, sentence, setName } from './number-text.ts'
import type { TestedCases } from './tested-cases.ts'

export function figureSection({ test, tests, selection }: TestedCases, prevalence?: number): Html {
  const hasChoice = selection.rocAuc !== undefined
  const rows: [string, string, Figure, (Figure | undefined)?][] = [
    [
      'F1 at the threshold',
      `balance of cancers found and alarms that are right, 0 to 1, ${ofThisSet(test)}`,
      test.pf1AtThreshold,
      selection.pf1AtThreshold,
    ],
    ['Probabilistic F1', `the same with probabilities in place of calls, ${ofThisSet(test)}`, test.pf1, selection.pf1],
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
    ...prevalenceRows(test, prevalence),
    ...calibrationRows(test, ''),
  ]
  if (test.calibrated) rows.push(...calibrationRows(test.calibrated, ', calibrated'))
  return html`<section>
    <h2>All figures</h2>
    <p class="faint">Per breast. ${calibrationText(test, selection)} ${test.subset === 'test' && tests.length > 0 && usesOf(tests)} ${
      hasChoice &&
      `${sentence(setName(selection.subset))} figures are optimistic: checkpoint and threshold were chosen by them.`
    }</p>
    ${scrollable(
      'All figures',
      html`<table><thead><tr><th>Figure</th><th>${sentence(setName(test.subset))}</th><th>95 % interval</th>${hasChoice && html`<th>${sentence(setName(selection.subset))}</th>`}</tr></thead>
    <tbody>${rows.map(
      ([name, meaning, figure, validation]) =>
        html`<tr><th>${name}<span class="meaning">${meaning}</span></th><td>${decimals(figure.value)}</td><td class="interval-cell">${interval(figure)}</td>${hasChoice && html`<td>${validation ? decimals(validation.value) : ''}</td>`}</tr>`,
    )}</tbody></table>`,
    )}
  </section>`
}

/** By Bayes' theorem, from sensitivity and specificity. */
function prevalenceRows(
  { sensitivity, specificity }: TestedCases['test'],
  prevalence: number | undefined,
): [string, string, Figure][] {
  if (prevalence === undefined || sensitivity.value === null || specificity.value === null) return []
  const rates = { sensitivity: sensitivity.value, specificity: specificity.value }
  const { ppv, npv } = predictiveValuesAt(rates, prevalence)
  const where = `at ${percent(prevalence)} of breasts with cancer, if they look as those here`
  const figure = (value: number): Figure => ({ value: Number.isNaN(value) ? null : value, low: null, high: null })
  return [
    ['Positive predictive value', where, figure(ppv)],
    ['Negative predictive value', where, figure(npv)],
  ]
}

/** These figures depend on how many of the breasts have cancer. */
function ofThisSet({ positives, breasts }: TestedCases['test']): string {
  return `at ${percent(positives / breasts)} of breasts with cancer`
}

type CalibrationFigures = NonNullable<TestedCases['test']['calibrated']>

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

function calibrationText({ calibration }: TestedCases['test'], selection: TestedCases['selection']): string {
  const set = setName(selection.subset)
  if (calibration.method === 'none')
    return `Probabilities are the network's: no calibration improved them on patients of the ${set} set that it was not fitted on.`
  const how =
    calibration.method === 'platt'
      ? `the line ${decimals(calibration.slope, 2)} x ${calibration.intercept < 0 ? '−' : '+'} ${decimals(Math.abs(calibration.intercept), 2)} in log-odds`
      : 'a rising curve of steps'
  return `Calibrated probabilities are ${how}, fitted on the ${set} set.`
}

/** How often the test set was used: after the first time its figures may have influenced a choice. */
function usesOf(tests: TestedCases['tests']): string {
  if (tests.length === 1) return 'The test set was used once, after checkpoint and threshold had been chosen.'
  const dates = tests.map(({ at, checkpoint }) => `${at.slice(0, 10)} (${checkpoint})`).join(', ')
  return `The test set was tested ${tests.length} times: ${dates}. Figures after the first test are optimistic.`
}
