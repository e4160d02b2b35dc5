/** An exported ONNX file on ONNX Runtime, whether that of Node.js or that of a page. */
import type * as ort from 'onnxruntime-common'
import type { ClassifierImage } from '../classifier.ts'
import { ClassifierError } from '../classifier-error.ts'
import type { CellGrid } from '../heatmap/activation-map.ts'
import { normalizeImage } from '../normalize-image.ts'
import type { Model, PendingModel } from './model.ts'
import { describeOnnx, type ModelDescription } from './model-description.ts'

/** The file, and where it is from. */
export interface OnnxFile extends Pick<ModelDescription, 'source' | 'name'> {
  readonly bytes: Uint8Array
  /** Hexadecimal. */
  readonly fileSha256: string
}

/** What runs it. */
export interface OnnxEngine {
  loadRuntime(): Promise<Pick<typeof ort, 'InferenceSession' | 'Tensor'>>
  /** Named in errors. */
  readonly device: string
  readonly sessionOptions: ort.InferenceSession.SessionOptions
}

/**
 * Reads what the file says of itself.
 *
 * @throws {ClassifierError} `not-a-model`, as `load` does
 */
export function readOnnxModel({ bytes, fileSha256, source, name }: OnnxFile, engine: OnnxEngine): PendingModel {
  const { mapGrid, ...described } = describeOnnx(bytes, name)
  const description: ModelDescription = { source, fileSha256, ...described }
  return { description, load: () => loadOnnxModel(bytes, { description, mapGrid }, engine) }
}

async function loadOnnxModel(
  bytes: Uint8Array,
  { description, mapGrid }: { readonly description: ModelDescription; readonly mapGrid: CellGrid | null },
  { loadRuntime, device, sessionOptions }: OnnxEngine,
): Promise<Model> {
  const { name, image: size } = description
  const { height, width } = size
  const { InferenceSession, Tensor } = await loadRuntime()
  const session = await InferenceSession.create(bytes, sessionOptions).catch((error: unknown) => {
    const reason = (error as Error).message.split('\n', 1)[0]
    throw new ClassifierError(
      'not-a-model',
      `Expected an ONNX file that loads on ${device} for the model ${name} but received: ${reason}. Export it again, or choose another device.`,
      { path: name, device, reason },
    )
  })
  async function run(image: ClassifierImage, outputs: readonly string[]) {
    checkSize(image, size)
    const images = new Tensor('float32', normalizeImage(image.data, { mean: 0, std: 1 }), [1, height, width, 1])
    const found = await session.run({ images }, outputs)
    const probability = Number(found.probability!.data[0])
    if (probability >= 0 && probability <= 1) return { probability, map: found.activation_map?.data as Float32Array }
    throw new ClassifierError(
      'not-finite',
      `Expected a probability from ${name} but received ${probability}. The weights diverged in training: export another checkpoint.`,
      { path: name, received: probability },
    )
  }

  return {
    description,
    classify: async (image) => (await run(image, ['probability'])).probability,
    async explain(image) {
      const { probability, map } = await run(image, ['probability', ...(mapGrid ? ['activation_map'] : [])])
      return { probability, map: mapGrid && { ...mapGrid, data: map } }
    },
    dispose: () => session.release(),
  }
}

function checkSize(image: ClassifierImage, { height, width }: { readonly height: number; readonly width: number }) {
  if (image.height === height && image.width === width) return
  const [expected, received] = [`${height}x${width}`, `${image.height}x${image.width}`]
  throw new ClassifierError(
    'bad-input',
    `Expected ${expected} pixels (height x width) for an image but received ${received}. Preprocess it with the model's own options.`,
    { expected, received },
  )
}
