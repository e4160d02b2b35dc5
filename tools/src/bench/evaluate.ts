/** `select`, `test` and `report` of ten checkpoints on all of RSNA's images, as processes; and the figures of a test against scikit-learn. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  aggregateByBreast,
  averagePrecision,
  brierScore,
  logLoss,
  probabilitiesOf,
  rocAucDifference,
  sensitivityAtSpecificityInterval,
  sweepThresholds,
  targetsOf,
} from '@mammokit/pf1-metric'
import { readPredictions, runPaths } from '@mammokit/training-run'
import type { Benchmark } from './benchmark.ts'
import { type EvaluatedFolders, writeEvaluatedRun } from './evaluated-run.ts'
import { startCommand } from './measured-process.ts'
import { startPythonPeer } from './python-peer.ts'

const epochs = 10
const resamples = 100

/** @param args how many images, a multiple of four; default 54,704 */
export async function evaluateBenchmarks([count = '54704']: readonly string[] = []): Promise<readonly Benchmark[]> {
  const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'mammokit-evaluate-'))
  process.once('exit', () => rmSync(folder, { recursive: true }))
  const folders = await writeEvaluatedRun(folder, Number(count), epochs)
  const { run, data } = folders
  const command = (name: string, does: string, flags: readonly string[] = []): Benchmark => ({
    name: `evaluate-${name}`,
    shape: `${name} of ${count} predictions by ${epochs} checkpoints, twelve attributes: ${does}`,
    rounds: 3,
    ours: async () => startCommand('evaluator', [name, '--run', run, '--data', data, ...flags]),
    peers: [],
  })
  return [
    command('select', 'reads and checks them, chooses, and gives intervals'),
    command('test', 'computes a sample again, figures, subgroups and their permutation tests', [
      '--subset',
      'val',
      '--again',
    ]),
    command('report', 'the whole page without heatmaps'),
    {
      name: 'evaluate-figures',
      shape: `two prediction files of ${count} images to figures of breasts, with ${resamples} resamples of patients for the difference of ROC areas and the sensitivity at 90 % specificity`,
      rounds: 5,
      ours: async () => ({
        name: 'mammokit',
        round: async () => {
          const start = performance.now()
          await figuresOf(folders)
          return (performance.now() - start) / 1000
        },
        close: async () => undefined,
      }),
      peers: [
        () => {
          const files = [1, 2].map((epoch) => runPaths(run).predictions('val', epoch))
          return startPythonPeer('scikit-learn', 'evaluate.py', [...files, String(resamples)])
        },
      ],
    },
  ]
}

async function figuresOf({ run }: EvaluatedFolders) {
  const [breasts, others] = await Promise.all(
    [1, 2].map(async (epoch) => aggregateByBreast((await readPredictions(run, 'val', epoch)).images)),
  )
  const [targets, probabilities] = [targetsOf(breasts), probabilitiesOf(breasts)]
  const patients = breasts.map(({ patientId }) => patientId)
  const options = { resamples, seed: 13 }
  return {
    threshold: sweepThresholds(targets, probabilities).threshold,
    averagePrecision: averagePrecision(targets, probabilities),
    brier: brierScore(targets, probabilities),
    logLoss: logLoss(targets, probabilities),
    difference: rocAucDifference(targets, probabilities, probabilitiesOf(others), patients, options),
    sensitivity: await sensitivityAtSpecificityInterval(targets, probabilities, patients, 0.9, options),
  }
}
