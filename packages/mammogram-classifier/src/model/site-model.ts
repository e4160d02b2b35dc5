/** A model with the calibration and threshold that a site's own cases gave. */
import { readSiteCalibration, type SiteCalibration } from '@mammokit/training-run'
import { ClassifierError } from '../classifier-error.ts'
import type { ModelDescription } from './model-description.ts'

/** The same model with a site's calibration and threshold. */
export async function calibratedAt(path: string, description: ModelDescription): Promise<ModelDescription> {
  const { name, checkpoint, decision, checkpointHash, preprocessHash } = description
  if (decision === null) {
    throw new ClassifierError(
      'selection-differs',
      `Expected the selected checkpoint for the calibration ${path} but received ${checkpoint} of ${name}, which has no selection. Leave the epoch or the calibration out.`,
      { path, name, received: checkpoint },
    )
  }
  const { aggregation } = decision
  const of = { name, checkpointHash, preprocessHash, aggregation }
  const { site, calibration, threshold } = await readCalibrationOf(path, of)
  return { ...description, decision: { ...decision, site, calibration, threshold } }
}

/** What a calibration is of. */
type Calibrated = Pick<SiteCalibration, 'checkpointHash' | 'preprocessHash' | 'aggregation'>

/**
 * A file of `mammokit-evaluator calibrate`, which must be of these weights, this preprocessing and this aggregation.
 *
 * @param model whose weights they are; `name` is only named in errors
 * @throws {ClassifierError} `weights-changed`, `selection-differs`; FileError, TrainingRunError as `readSiteCalibration`
 */
export async function readCalibrationOf(
  path: string,
  { name, ...model }: Calibrated & { readonly name: string },
): Promise<SiteCalibration> {
  const calibration = await readSiteCalibration(path)
  if (calibration.checkpointHash !== model.checkpointHash)
    throw weightsChanged(path, name, calibration.checkpointHash, model.checkpointHash)
  for (const key of ['preprocessHash', 'aggregation'] as const) {
    const [expected, received] = [calibration[key], model[key]]
    if (expected === received) continue
    throw new ClassifierError(
      'selection-differs',
      `Expected the ${key} that ${path} calibrates, ${expected}, but received ${received} in ${name}. Calibrate again: mammokit-evaluator calibrate.`,
      { path, key, expected, received },
    )
  }
  return calibration
}

function weightsChanged(path: string, name: string, expected: string, received: string): ClassifierError {
  return new ClassifierError(
    'weights-changed',
    `Expected the weights that ${path} calibrates, ${expected}, but received ${received} in ${name}. Calibrate these: mammokit-evaluator calibrate.`,
    { path, expected, received },
  )
}
