/** Runs that were trained on shuffled labels: their maps are a comparison, and nothing is chosen from them. */
import type { RunConfig } from '@mammokit/training-run'
import { EvaluatorError } from './evaluator-error.ts'

/** Whether the labels that a run was trained on were permuted among breasts. */
export function hasShuffledLabels({ training }: Pick<RunConfig, 'training'>): boolean {
  return training.shuffleLabels === true
}

/** @throws EvaluatorError `shuffled-labels` */
export function assertTrueLabels({ run, config }: { readonly run: string; readonly config: RunConfig }): void {
  if (!hasShuffledLabels(config)) return
  const message = `Expected a run that was trained on the labels of its images for ${run} but received one with training.shuffleLabels. It is for mammokit-evaluator explain --against ${run} alone.`
  throw new EvaluatorError('shuffled-labels', message, { run })
}
