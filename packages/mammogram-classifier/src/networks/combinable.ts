/** Which networks may be combined. */
import { assertSamePreprocessing, type RunConfig, runPaths } from '@mammokit/training-run'
import { ClassifierError } from '../classifier-error.ts'

/** A run by its folder, and its configuration. */
export interface ConfiguredRun {
  readonly run: string
  readonly config: RunConfig
}

/**
 * Networks see the same pictures, and none was trained on patients that another one is validated or tested on.
 *
 * @throws TrainingRunError `preprocess-mismatch`; ClassifierError `members-differ`
 */
export function assertCombinable(one: ConfiguredRun, other: ConfiguredRun): void {
  const [a, b] = [one.config, other.config]
  assertSamePreprocessing(a.preprocessHash, runPaths(one.run).config, b.preprocessHash, runPaths(other.run).config)
  for (const key of ['height', 'width'] as const) {
    if (a.image[key] !== b.image[key])
      throw differ(`images of ${key} ${a.image[key]}, as ${one.run} has,`, `${b.image[key]}`, other.run, '')
  }
  const leak = ' Patients whom one network is tested or validated on may be training patients of the other.'
  if (a.data.splitsSha256 !== b.data.splitsSha256) {
    const [expected, received] = [a, b].map(({ data }) => data.splitsSha256.slice(0, 16))
    throw differ(`the split ${expected}, as ${one.run} has,`, received!, other.run, leak)
  }
  const [expected, received] = [a, b].map(({ data }) => data.fold ?? 'none')
  if (expected !== received)
    throw differ(
      `fold ${expected}, as ${one.run} has,`,
      `fold ${received}`,
      other.run,
      `${leak} Folds of one run are combined by their own folder.`,
    )
}

function differ(expected: string, received: string, run: string, why: string): ClassifierError {
  return new ClassifierError(
    'members-differ',
    `Expected ${expected} in all runs of an ensemble but received ${received} in ${run}.${why} Combine runs of one split and one preprocessing.`,
    { run, expected, received },
  )
}
