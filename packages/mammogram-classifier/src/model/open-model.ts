/** A trained network with what was selected for it, whatever it lies in: a run folder, an exported ONNX file, or this package. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { loadOnnxRuntime } from '@mammokit/onnxruntime-loader'
import { epochName, readSiteCalibration, type SiteCalibration } from '@mammokit/training-run'
import type { ClassifierOptions } from '../classifier.ts'
import { ClassifierError } from '../classifier-error.ts'
import { openRunClassifier } from '../open-run.ts'
import { demonstrationModelPath } from './demonstration-model.ts'
import type { Model } from './model.ts'
import type { ModelDescription } from './model-description.ts'
import { createOnnxModel } from './onnx-model.ts'

/** Which model is opened, and where it runs. */
export interface OpenModelOptions extends Omit<ClassifierOptions, 'batchSize'> {
  /** Run folder. */
  readonly run?: string | undefined
  /** Of the run: the checkpoint of this epoch, without threshold and calibration. @default the selected one */
  readonly epoch?: number | undefined
  /** ONNX file that `mammokit-evaluator export` wrote; without it and `run` the demonstration network that this package brings. */
  readonly file?: string | undefined
  /** File that `mammokit-evaluator calibrate` wrote for these weights: its calibration and threshold in place of the model's own. */
  readonly calibration?: string | undefined
}

/**
 * Opens a model.
 *
 * @throws {ClassifierError} `not-a-model`; `weights-changed` or `selection-differs` for a calibration of other weights or another
 * aggregation; `breast-network` for a run whose network fuses the images of a breast; `bad-input` for an engine other than onnxruntime, the device
 * openvino or a precision with an ONNX file; and for a run whatever `openRunClassifier` throws; {TensorEngineError}
 * @example
 * const model = await openModel({ file: 'runs/default/model.onnx' })
 * await model.classify(image) // 0.03...
 */
export async function openModel({ run, epoch, file, calibration, ...options }: OpenModelOptions = {}): Promise<Model> {
  const model =
    run === undefined
      ? await openOnnxModel(file ?? demonstrationModelPath(), file === undefined ? 'demonstration' : 'file', options)
      : await openRunModel(run, epoch, options)
  if (calibration === undefined) return model
  try {
    return { ...model, description: await calibratedAt(calibration, model.description) }
  } catch (error) {
    await model.dispose()
    throw error
  }
}

/** The same model with a site's calibration and threshold. */
async function calibratedAt(path: string, description: ModelDescription): Promise<ModelDescription> {
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

async function openRunModel(
  run: string,
  chosen: number | undefined,
  options: Omit<ClassifierOptions, 'batchSize'>,
): Promise<Model> {
  const classifier = await openRunClassifier(run, { ...options, epoch: chosen })
  const { config, epoch, checkpointHash, selection, fusion, classify, explain, dispose } = classifier
  if (fusion !== null) {
    await dispose()
    throw new ClassifierError(
      'breast-network',
      `Expected a network of single images in ${run} but received one that fuses the images of a breast (${fusion}). Use predict without --study, select and test.`,
      { run, fusion },
    )
  }
  const { height, width } = config.image
  const { preprocess, preprocessHash } = config
  const checkpoint = epochName(epoch)
  const decision = selection && {
    checkpoint,
    subset: selection.subset,
    aggregation: selection.aggregation,
    threshold: selection.threshold,
    calibration: selection.calibration,
    site: null,
  }
  return {
    description: {
      ...{ source: 'run', name: run, checkpoint, checkpointHash, fileSha256: null, image: { height, width } },
      ...{ preprocess: { ...preprocess, height, width }, preprocessHash, decision },
    },
    classify: async (image) => (await classify([image]))[0]!,
    explain: async (image) => (await explain([image]))[0]!,
    dispose,
  }
}

async function openOnnxModel(
  path: string,
  source: 'file' | 'demonstration',
  { engine = 'onnxruntime', threads, device = 'cpu', precision = 'float32' }: Omit<ClassifierOptions, 'batchSize'>,
): Promise<Model> {
  if (engine !== 'onnxruntime') {
    throw new ClassifierError(
      'bad-input',
      `Expected the engine onnxruntime for the ONNX file ${path} but received ${engine}. Leave the engine out, or open the run folder.`,
      { path, expected: 'onnxruntime', received: engine },
    )
  }
  if (device === 'openvino') {
    throw new ClassifierError(
      'bad-input',
      `Expected a device of ONNX Runtime for the ONNX file ${path} but received openvino, which runs the network of a run folder. Open that, or choose another device.`,
      { path, received: device },
    )
  }
  if (precision !== 'float32') {
    throw new ClassifierError(
      'bad-input',
      `Expected no precision for the ONNX file ${path}, which has its own, but received ${precision}. Export the run with it, or open the run folder.`,
      { path, received: precision },
    )
  }
  const bytes = await readModelFile(path)
  const fileSha256 = createHash('sha256').update(bytes).digest('hex')
  const sessionOptions = { executionProviders: [device], ...(threads !== undefined && { intraOpNumThreads: threads }) }
  return createOnnxModel(
    { bytes, fileSha256, source, name: source === 'file' ? path : source },
    { runtime: loadOnnxRuntime(), device, sessionOptions },
  )
}

async function readModelFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new ClassifierError(
      'not-a-model',
      `Expected a readable ONNX file at ${path} but received ${reason}. Check the path.`,
      { path, reason },
    )
  }
}
