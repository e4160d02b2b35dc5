/** What a model says of itself: how its images are made, what was selected on the validation set, and the hashes of both. */
import { onnxMetadata } from '@mammokit/onnxruntime-loader/metadata'
import { type Selection, selectionSchema, siteCalibrationSchema } from '@mammokit/training-run/schema'
import { ClassifierError } from '../classifier-error.ts'
import type { CellGrid } from '../heatmap/activation-map.ts'

/** Threshold, aggregation and calibration; all three hold for breasts. */
export type BreastDecision = Pick<Selection, 'checkpoint' | 'subset' | 'aggregation' | 'threshold' | 'calibration'> & {
  /** Whose cases threshold and calibration were held against; null: those of `subset` alone. */
  readonly site: string | null
}

/** What a model is and where it comes from, as results name it. */
export interface ModelDescription {
  readonly source: 'run' | 'file' | 'demonstration'
  /** Path of the run folder or of the file; `demonstration` for the one that this package brings. */
  readonly name: string
  /** Such as `epoch-003`. */
  readonly checkpoint: string
  /** Of the weights, as prediction files name it. */
  readonly checkpointHash: string
  /** SHA-256 of the ONNX file, hexadecimal; null for a run folder. */
  readonly fileSha256: string | null
  /** Size of the images, pixels. */
  readonly image: { readonly height: number; readonly width: number }
  /** Options of mammogram-preprocess that its images were made with. */
  readonly preprocess: Readonly<Record<string, unknown>>
  readonly preprocessHash: string
  /** Null where an epoch was chosen in place of the selected one. */
  readonly decision: BreastDecision | null
}

const decisionSchema = selectionSchema
  .pick({
    checkpoint: true,
    subset: true,
    aggregation: true,
    threshold: true,
    calibration: true,
  })
  .extend({ site: siteCalibrationSchema.shape.site.nullable().default(null) })

export interface OnnxDescription extends Omit<ModelDescription, 'source' | 'fileSha256'> {
  /** Of the output `activation_map`; null where the file has none. */
  readonly mapGrid: CellGrid | null
}

/**
 * Reads the metadata of an ONNX file that `mammokit-evaluator export` wrote.
 *
 * @throws {ClassifierError} `not-a-model` for any other file
 */
export function describeOnnx(bytes: Uint8Array, name: string): OnnxDescription {
  const metadata = onnxMetadata(bytes)
  const kind = metadata.get('mammokit.kind')
  if (kind !== 'mammogram-classifier')
    throw notModel(name, 'mammokit.kind mammogram-classifier in its metadata', kind ?? 'none')
  const text = (key: string): string => {
    const value = metadata.get(`mammokit.${key}`)
    if (value) return value
    throw notModel(name, `mammokit.${key} in its metadata`, 'none')
  }
  const object = (key: string): Record<string, unknown> => {
    try {
      const value: unknown = JSON.parse(text(key))
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
    } catch (error) {
      if (error instanceof ClassifierError) throw error
    }
    throw notModel(name, `a JSON object for mammokit.${key} in its metadata`, text(key).slice(0, 80))
  }
  const { height, width } = object('input')
  if (!(isCount(height) && isCount(width)))
    throw notModel(name, 'height and width in mammokit.input', JSON.stringify(object('input')))
  const decision = decisionSchema.safeParse(object('selection'))
  if (!decision.success)
    throw notModel(name, 'threshold, aggregation and calibration in mammokit.selection', text('selection').slice(0, 80))
  return {
    name,
    checkpoint: decision.data.checkpoint,
    checkpointHash: text('checkpointHash'),
    image: { height, width },
    preprocess: object('preprocess'),
    preprocessHash: text('preprocessHash'),
    decision: decision.data,
    mapGrid: metadata.has('mammokit.activationMap') ? gridOf(object('activationMap'), name) : null,
  }
}

function gridOf(value: Record<string, unknown>, name: string): CellGrid {
  const { height, width, offset, stride } = value
  if (isCount(height) && isCount(width) && Number.isFinite(offset) && isCount(stride))
    return { height, width, offset: offset as number, stride }
  throw notModel(name, 'height, width, offset and stride in mammokit.activationMap', JSON.stringify(value).slice(0, 80))
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 1

function notModel(name: string, expected: string, received: string): ClassifierError {
  return new ClassifierError(
    'not-a-model',
    `Expected ${expected} for the model ${name} but received ${received}. Write the file with mammokit-evaluator export.`,
    { name, expected, received },
  )
}
