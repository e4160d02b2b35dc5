/** `select`: the checkpoint and the threshold with the best pF1 on the validation set (the reference's check_metric). */
import { type CommandContext, formatTable, parseConfig, silentContext } from '@mammokit/command-line'
import { bestOf, breastsOf, type Candidate, decisionOf, toCandidate } from '@mammokit/mammogram-classifier/selection'
import { chosenThreshold, f1Differences, figuresOf, statisticsAt } from '@mammokit/pf1-metric'
import { readVerifiedPredictions, type Selection, writeSelection } from '@mammokit/training-run'
import { type SelectConfig, selectSchema } from '../config.ts'
import { EvaluatorError } from '../evaluator-error.ts'
import { openEvaluated } from '../predict/evaluated-run.ts'
import type { EvaluatedRun } from '../predict/network.ts'
import { assertTogether, expectedTogether } from '../predict/network-predictions.ts'
import { resamplingStage } from '../resampling-stage.ts'
import { assertTrueLabels } from '../shuffled-labels.ts'
import { packageVersion } from '../version.ts'
import { selectionNotes } from './selection-notes.ts'
import { thresholdRuleOf } from './threshold-rule.ts'

/** Writes selection.json and returns it. */
export async function select(input: SelectConfig, context: CommandContext = silentContext): Promise<Selection> {
  const { progress, signal } = context
  const { run, data, subset, aggregation, resamples, seed, ...config } = parseConfig(selectSchema, input)
  const thresholdRule = thresholdRuleOf(config)
  const evaluated = await openEvaluated(run, data)
  const { epochs } = evaluated
  assertUnseen(evaluated, subset)
  assertTrueLabels(evaluated)
  const candidates: Candidate[] = []
  progress.start('checkpoints', epochs.length)
  for (const epoch of epochs) {
    signal?.throwIfAborted()
    const predictions = await readVerifiedPredictions(await expectedTogether(evaluated, subset, epoch))
    await assertTogether(evaluated, predictions, epoch)
    candidates.push(toCandidate(epoch, predictions, { aggregation, thresholdRule }))
    progress.update(candidates.length)
  }
  progress.stop()

  const best = bestOf(candidates)
  const { row } = best
  const { pf1AtThreshold, pf1, rocAuc, averagePrecision } = statisticsAt(row.threshold)
  const thresholdInterval = chosenThreshold(thresholdRule)
  const resampling = resamplingStage('bootstrap', 1, { resamples, seed }, context)
  const statistics = { thresholdInterval, pf1AtThreshold, pf1, rocAuc, averagePrecision }
  const figures = await figuresOf(breastsOf(best), statistics, resampling)
  progress.stop()
  const selection = await writeSelection(run, {
    subset,
    aggregation,
    thresholdRule,
    ...decisionOf(candidates),
    ...figures,
    isAboveChance: figures.rocAuc.low === null ? null : figures.rocAuc.low > 0.5,
    f1Differences: differencesOf(candidates, { resamples, seed }),
    bootstrap: { unit: 'patient', resamples, seed, level: 0.95 },
    mammokit: packageVersion(),
  })
  report(selection, progress.line)
  return selection
}

/** The chosen candidate's F1 minus that of each other, on the same resamples of patients. */
function differencesOf(
  candidates: readonly Candidate[],
  options: { readonly resamples: number; readonly seed: number },
) {
  const best = bestOf(candidates)
  const { targets, patients } = best.sample
  const callsOf = ({ probabilities, row }: Candidate) =>
    Uint8Array.from(probabilities, (probability) => Number(probability >= row.threshold))
  const others = candidates.filter(({ epoch }) => epoch !== best.epoch)
  const differences = f1Differences(targets, callsOf(best), others.map(callsOf), patients, options)
  return others.map(({ epoch }, i) => ({ epoch, difference: differences[i]! }))
}

/** @throws EvaluatorError `folds-differ` for what every fold but one was trained on */
function assertUnseen({ run, isOutOfFold }: EvaluatedRun, subset: 'train' | 'val'): void {
  if (!isOutOfFold || subset === 'val') return
  const message = `Expected subset val for ${run}, a run of folds, but received ${subset}. Only val is out of fold.`
  throw new EvaluatorError('folds-differ', message, { run, subset })
}

function report(selection: Selection, line: (text: string) => void): void {
  const digits = (value: number | null) => value?.toFixed(4) ?? '-'
  line(
    formatTable(
      ['checkpoint', 'F1 at threshold', 'threshold', 'pF1', 'ROC AUC', 'average precision'],
      selection.checkpoints.map((row) => [
        `${row.checkpoint}${row.epoch === selection.epoch ? ' *' : ''}`,
        ...[row.pf1AtThreshold, row.threshold, row.pf1, row.rocAuc, row.averagePrecision].map(digits),
      ]),
    ),
  )
  const { value, low, high } = selection.pf1AtThreshold
  line(
    `Selected ${selection.checkpoint} at threshold ${digits(selection.threshold)}: F1 ${digits(value)} (${digits(low)} to ${digits(high)}) ` +
      `on ${selection.breasts} breasts of ${selection.patients} patients, ${selection.positives} with cancer.`,
  )
  for (const note of selectionNotes(selection)) line(note)
}
