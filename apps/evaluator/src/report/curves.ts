/** The sections with plots: ranking, calibration, choice of the threshold, training. */
import { type Html, html, scrollable } from '@mammokit/html-page'
import { selectionNotes } from '../select/selection-notes.ts'
import { decisionPlot } from './decision-plot.ts'
import { figure } from './figure.ts'
import { decimals, interval, setName } from './number-text.ts'
import { colors, type Plot } from './plot.ts'
import { calibrationPlot, distributionPlot } from './plots/probability-plots.ts'
import { precisionRecallPlot, rocPlot } from './plots/ranking-plots.ts'
import { trainingPlot } from './plots/step-plots.ts'
import { sweepPlot } from './plots/threshold-plot.ts'
import type { ReportData } from './report-data.ts'
import type { TestedCases } from './tested-cases.ts'

/** ROC, precision-recall, distribution and calibration; nothing where the test set has one class only. */
export async function rankingSection(data: TestedCases): Promise<Html> {
  const { test } = data
  if (test.positives === 0 || test.positives === test.breasts) {
    return html`<section><h2>Discrimination</h2><p class="faint">The ${setName(test.subset)} set has breasts of one kind only, so there is no curve to draw.</p></section>`
  }
  const { drawing } = data
  const figures = await Promise.all([
    figure(
      'Receiver operating characteristic',
      `Area ${decimals(test.rocAuc.value)} (${interval(test.rocAuc)}). The diagonal is guessing. The band is the 95 % interval of the sensitivity at each threshold.`,
      rocPlot(data),
      drawing,
    ),
    figure(
      'Precision and recall',
      `Average precision ${decimals(test.averagePrecision.value)} (${interval(test.averagePrecision)}). The dashed line is the share of cancers, the band the 95 % interval of the precision at each threshold.`,
      precisionRecallPlot(data),
      drawing,
    ),
    figure(
      'Probabilities by outcome',
      'Shares of the breasts with cancer above, of the healthy ones below; the line is the threshold.',
      distributionPlot(data),
      drawing,
    ),
    figure(
      'Calibration',
      'On the diagonal a probability means what it says. Lines are 95 % intervals of the share; bars below count the breasts.',
      calibrationPlot(data),
      drawing,
    ),
    figure(
      'Decision curve',
      `Cancers found per breast by the calibrated probability, less false alarms at the odds of the probability that is called, at this set's ${decimals((100 * test.positives) / test.breasts, 1)} % of breasts with cancer. Calling nobody is worth 0.`,
      decisionPlot(data),
      drawing,
    ),
  ])
  return html`<section>
    <h2>Discrimination and calibration</h2>
    <p class="faint">On the ${setName(test.subset)} set. The dot is the selected threshold.</p>
    <div class="two">
      ${figures}
    </div>
  </section>`
}

/** Threshold sweep and table of checkpoints. */
export async function selectionSection(data: ReportData): Promise<Html> {
  const { selection } = data
  const rows = selection.checkpoints.map(
    (row) =>
      html`<tr${row.epoch === selection.epoch ? html` class="chosen"` : ''}><th>${row.checkpoint}</th>${[row.pf1AtThreshold, row.threshold, row.pf1, row.rocAuc, row.averagePrecision].map((value) => html`<td>${decimals(value)}</td>`)}</tr>`,
  )
  return html`<section>
    <h2>How checkpoint and threshold were chosen</h2>
    <p class="faint">On ${selection.breasts.toLocaleString('en')} breasts of the ${setName(selection.subset)} set, ${selection.positives} with cancer: every threshold of every checkpoint was tried, and the best F1 taken. ${selectionNotes(selection).join(' ')}</p>
    <div class="two">
      ${await figure('Threshold sweep', thresholdText(selection), sweepPlot(data), data.drawing)}
      <div><h3>Checkpoints</h3>${scrollable('Checkpoints', html`<table style="margin-top:6px"><thead><tr><th>Epoch</th><th>F1</th><th>at</th><th>pF1</th><th>ROC</th><th>AP</th></tr></thead><tbody>${rows}</tbody></table>`)}</div>
    </div>
  </section>`
}

function thresholdText({ thresholdRule, plateau, plateauSpan, thresholdInterval }: ReportData['selection']): string {
  const range = `${decimals(plateau.low)} to ${decimals(plateau.high)}`
  const { sensitivity, recallRate } = plateauSpan
  const percent = ({ low, high }: { readonly low: number; readonly high: number }) =>
    low === high ? `${decimals(100 * low, 1)} %` : `${decimals(100 * low, 1)} to ${decimals(100 * high, 1)} %`
  const spans = `There ${percent(sensitivity)} of the cancers are found, and ${percent(recallRate)} of the breasts called.`
  const shaded =
    thresholdInterval.low === null
      ? ''
      : ` Shaded: where 95 % of the resamples put ${thresholdRule.rule === 'f1' ? 'the best F1' : 'it'}, ${interval(thresholdInterval)}.`
  const chosen = {
    f1: `The line is the middle, in log-odds, of ${range}, within a standard error of the best F1. ${spans}`,
    reference: `Every threshold from ${range} has the best F1; the line is the center.`,
    sensitivity: 'The line is the highest threshold with the sensitivity that was asked for.',
    specificity: 'The line is the lowest threshold with the specificity that was asked for.',
    'recall-rate': 'The line is the lowest threshold that calls no more breasts than was asked for.',
    utility: 'The line is the threshold with the most cancers found less the cost of false alarms.',
  }[thresholdRule.rule]
  return chosen + shaded
}

/** Curves of the training from metrics.jsonl; null of several networks, which were trained elsewhere. */
export async function trainingSection({ metrics, drawing }: ReportData): Promise<Html | null> {
  if (metrics.length === 0) return null
  const plots: [string, string, Plot | undefined][] = [
    [
      'Loss',
      'Training per logging step, validation per epoch.',
      trainingPlot(metrics, 'Loss', [
        { kind: 'train', key: 'loss', label: 'Training', color: colors.accent },
        { kind: 'validation', key: 'loss', label: 'Validation', color: colors.cancer },
      ]),
    ],
    [
      'Validation figures',
      'Per breast, after every epoch.',
      trainingPlot(
        metrics,
        'Figure',
        [
          { kind: 'validation', key: 'rocAuc', label: 'ROC area', color: colors.accent },
          { kind: 'validation', key: 'pf1', label: 'Probabilistic F1', color: colors.cancer },
        ],
        { domain: [0, 1] },
      ),
    ],
    [
      'Learning rate',
      'As the schedule set it.',
      trainingPlot(metrics, 'Learning rate', [
        { kind: 'train', key: 'lr', label: 'Learning rate', color: colors.accent },
      ]),
    ],
  ]
  const figures = await Promise.all(
    plots.map(([title, caption, plot]) => plot && figure(title, caption, plot, drawing)),
  )
  return html`<section><h2>Training</h2><div class="two">${figures}</div></section>`
}
