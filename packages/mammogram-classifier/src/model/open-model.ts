/** A trained network with what was selected for it, whatever it lies in: a run folder, an exported ONNX file, or this package. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { loadOnnxRuntime } from '@mammokit/onnxruntime-loader'
import type { ClassifierOptions } from '../classifier.ts'
import { ClassifierError } from '../classifier-error.ts'
import { demonstrationModelPath } from './demonstration-model.ts'
import type { Model, PendingModel } from './model.ts'
import { readOnnxModel } from './onnx-model.ts'

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
export async function openModel(options: OpenModelOptions = {}): Promise<Model> {
  return (await readModel(options)).load()
}

/**
 * What `openModel` opens, before its network is loaded: images can be prepared meanwhile. A run folder is loaded at once.
 *
 * @throws as `openModel`; what is wrong with the network of a file, from `load`
 * @example
 * const pending = await readModel({ file: 'runs/default/model.onnx' })
 * const model = await pending.load()
 */
export async function readModel({
  run,
  epoch,
  file,
  calibration,
  ...options
}: OpenModelOptions = {}): Promise<PendingModel> {
  const pending = run === undefined ? await readModelFile(file, options) : await readRun(run, epoch, options)
  if (calibration === undefined) return pending
  const { calibratedAt } = await import('./site-model.ts')
  try {
    const description = await calibratedAt(calibration, pending.description)
    return { description, load: async () => ({ ...(await pending.load()), description }) }
  } catch (error) {
    if (run !== undefined) await (await pending.load()).dispose()
    throw error
  }
}

/** Engines are loaded for a run folder alone: an exported file needs ONNX Runtime only. */
async function readRun(
  run: string,
  epoch: number | undefined,
  options: Omit<ClassifierOptions, 'batchSize'>,
): Promise<PendingModel> {
  const { openRunModel } = await import('./run-model.ts')
  const model = await openRunModel(run, epoch, options)
  return { description: model.description, load: async () => model }
}

async function readModelFile(
  file: string | undefined,
  { engine = 'onnxruntime', threads, device = 'cpu', precision = 'float32' }: Omit<ClassifierOptions, 'batchSize'>,
): Promise<PendingModel> {
  const path = file ?? demonstrationModelPath()
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
      `Expected no precision for the ONNX file ${path}, which has its own, but received ${precision}. ${precision === 'float16' ? 'Export the run with it, or open the run folder' : 'Leave it out, or open the run folder on the device openvino'}.`,
      { path, received: precision },
    )
  }
  const bytes = await readBytes(path)
  const fileSha256 = createHash('sha256').update(bytes).digest('hex')
  const sessionOptions = { executionProviders: [device], ...(threads !== undefined && { intraOpNumThreads: threads }) }
  const from =
    file === undefined
      ? ({ source: 'demonstration', name: 'demonstration' } as const)
      : ({ source: 'file', name: file } as const)
  return readOnnxModel(
    { bytes, fileSha256, ...from },
    { loadRuntime: async () => loadOnnxRuntime(), device, sessionOptions },
  )
}

async function readBytes(path: string): Promise<Uint8Array> {
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
