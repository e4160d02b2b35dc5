/** Any YOLOv5 ONNX export as a detector: images in, boxes in their own pixels out. */
import { onnxMetadata } from '@mammokit/onnxruntime-loader/metadata'
import type { InferenceSession, Tensor } from 'onnxruntime-common'
import { halfTensor, loadRuntime, readModel } from '#platform'
import { RoiError } from '../roi-error.ts'
import type { DetectorImage } from './detector-image.ts'
import { type Fit, fitInput, type Placement } from './fit-input.ts'
import { fromFloat16, toFloat16 } from './float16.ts'
import { type Anchors, cocoAnchors, decodeHead, recognizeOutputs, type TensorShape } from './heads.ts'
import { nonMaxSuppression, type SuppressionOptions } from './non-max-suppression.ts'

/** How the input is fitted and the output decoded. */
export interface Yolov5DetectorOptions extends SuppressionOptions {
  /** Letterbox keeps the aspect in a gray frame, squash does not. @default the model's metadata `fit`, else 'letterbox' */
  readonly fit?: Fit
  /** Size of a dynamic input, pixels. @default the model's metadata `imgsz`, else 640 */
  readonly inputSize?: number
  /** Anchor sizes of raw heads, pixels of the input. @default the model's metadata `anchors`, else those of COCO */
  readonly anchors?: Anchors
  /** @default the model's metadata `strides`, else [8, 16, 32] */
  readonly strides?: readonly number[]
  /** Threads of ONNX Runtime, 0 for its own choice. @default 0 */
  readonly threads?: number
}

/** A box in pixels of the image (fractions kept, inside the frame), with score 0 to 1 and class. */
export interface Detection {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly score: number
  readonly classIndex: number
}

/** A loaded YOLOv5 model. */
export interface Yolov5Detector {
  readonly inputWidth: number
  readonly inputHeight: number
  readonly channels: 1 | 3
  readonly classes: number
  readonly fit: Fit
  /** Which kind of output was recognized. */
  readonly output: 'decoded' | 'raw'
  /** What the exporter wrote into the file. */
  readonly metadata: ReadonlyMap<string, string>
  /** Detections of each image, best first. */
  detect(images: readonly DetectorImage[], options?: SuppressionOptions): Promise<Detection[][]>
  dispose(): Promise<void>
}

/**
 * Loads a YOLOv5 model from a file (in a page: a URL) or its bytes: float32 or float16, decoded output or three raw heads, one or many
 * classes, fixed or dynamic batch.
 *
 * @throws RoiError `model-unreadable`, `not-yolov5` with the shapes that were found, `invalid-option`, in a page `runtime-missing`; OnnxRuntimeLoaderError
 * @example
 * const detector = await loadYolov5Detector('yolov5n.onnx')
 * const [detections] = await detector.detect([{ data, width: 810, height: 1080, channels: 3 }])
 */
export async function loadYolov5Detector(
  model: string | Uint8Array,
  options: Yolov5DetectorOptions = {},
): Promise<Yolov5Detector> {
  const { InferenceSession, Tensor } = await loadRuntime()
  const { bytes, session } = await open(model, (data) =>
    InferenceSession.create(data, { intraOpNumThreads: options.threads ?? 0, logSeverityLevel: 3 }),
  )
  const metadata = onnxMetadata(bytes)
  const input = readInput(session, metadata, options)
  const strides = options.strides ?? parseJson<number[]>(metadata, 'strides') ?? [8, 16, 32]
  const anchors = options.anchors ?? parseJson<Anchors>(metadata, 'anchors') ?? cocoAnchors
  if (anchors.length !== strides.length) {
    throw new RoiError(
      'invalid-option',
      `Expected one set of anchors for each of the ${strides.length} strides but received ${anchors.length}. Pass as many as strides.`,
      { strides: strides.length, anchors: anchors.length },
    )
  }
  const geometry = { width: input.width, height: input.height, strides, anchors }
  const layout = recognizeOutputs(session.outputMetadata.map(toShape), geometry)
  const fit = options.fit ?? (metadata.get('fit') === 'squash' ? 'squash' : 'letterbox')
  const plane = input.width * input.height * input.channels

  const runBatch = async (images: readonly DetectorImage[]) => {
    const count = input.batch > 0 ? input.batch : images.length
    const planes = new Float32Array(count * plane)
    const placements = images.map((image, i) => {
      assertImage(image)
      return fitInput(image, input, fit, planes.subarray(i * plane, (i + 1) * plane))
    })
    const shape = [count, input.channels, input.height, input.width]
    const feed = input.isHalf ? halfTensor(Tensor, toFloat16(planes), shape) : new Tensor('float32', planes, shape)
    return { placements, outputs: await session.run({ [input.name]: feed }) }
  }
  const rowsOf = (outputs: Record<string, Tensor>, index: number, count: number): Float32Array[] => {
    if (layout.kind === 'decoded') return [slice(outputs[layout.output], index, count)]
    return layout.heads.map(({ name, isSplit }, head) =>
      decodeHead(
        slice(outputs[name], index, count),
        { stride: strides[head], anchors: anchors[head], isSplit, classes: layout.classes },
        geometry,
      ),
    )
  }
  return {
    inputWidth: input.width,
    inputHeight: input.height,
    channels: input.channels,
    classes: layout.classes,
    fit,
    output: layout.kind,
    metadata,
    detect: async (images, overrides = {}) => {
      const found: Detection[][] = []
      const step = input.batch > 0 ? input.batch : Math.max(1, images.length)
      for (let start = 0; start < images.length; start += step) {
        const batch = images.slice(start, start + step)
        const { placements, outputs } = await runBatch(batch)
        const count = input.batch > 0 ? input.batch : batch.length
        batch.forEach((image, i) => {
          const rows = concatenate(rowsOf(outputs, i, count))
          const kept = nonMaxSuppression(rows, layout.classes, { ...options, ...overrides })
          found.push(kept.map((candidate) => toDetection(candidate, placements[i], image)))
        })
      }
      return found
    },
    dispose: () => session.release(),
  }
}

async function open(model: string | Uint8Array, create: (bytes: Uint8Array) => Promise<InferenceSession>) {
  const name = typeof model === 'string' ? model : `${model.length} bytes`
  try {
    const bytes = typeof model === 'string' ? await readModel(model) : model
    return { bytes, session: await create(bytes) }
  } catch (error) {
    if (error instanceof RoiError) throw error
    const reason = (error as Error).message.split('\n', 1)[0].replace(/\.$/, '')
    throw new RoiError(
      'model-unreadable',
      `Expected an ONNX model in ${name} but received this from ONNX Runtime: ${reason}. Check the path and the file.`,
      { model: name, reason },
    )
  }
}

/** Sizes of the one input `[N, channels, height, width]`. */
function readInput(session: InferenceSession, metadata: Map<string, string>, options: Yolov5DetectorOptions) {
  const inputs = session.inputMetadata.map((entry) => ({ ...toShape(entry), type: entry.isTensor ? entry.type : '' }))
  const [{ name, shape, type }] = inputs
  const channels = shape[1]
  if (inputs.length !== 1 || shape.length !== 4 || (channels !== 1 && channels !== 3) || !/^float(16|32)$/.test(type)) {
    const found = inputs.map((input) => `${input.name} ${input.type} [${input.shape.join(', ')}]`).join(', ')
    throw new RoiError(
      'not-yolov5',
      `Expected one input [N, 1 or 3, height, width] of float32 or float16 but received ${found}. Export the model with YOLOv5's export.py.`,
      { inputs },
    )
  }
  const dynamic = options.inputSize ?? parseJson<number>(metadata, 'imgsz') ?? 640
  return {
    name,
    batch: shape[0],
    channels: channels as 1 | 3,
    height: shape[2] > 0 ? shape[2] : dynamic,
    width: shape[3] > 0 ? shape[3] : dynamic,
    isHalf: type === 'float16',
  }
}

function toShape(entry: InferenceSession.ValueMetadata): TensorShape {
  const shape = entry.isTensor ? entry.shape.map((size) => (typeof size === 'number' && size > 0 ? size : -1)) : []
  return { name: entry.name, shape }
}

function parseJson<Value>(metadata: Map<string, string>, key: string): Value | undefined {
  const text = metadata.get(key)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Value
  } catch {
    throw new RoiError(
      'not-yolov5',
      `Expected JSON in the model's metadata ${key} but received ${text}. Export the model again.`,
      {
        key,
        text,
      },
    )
  }
}

function slice(tensor: Tensor, index: number, count: number): Float32Array {
  const size = tensor.data.length / count
  const part = (tensor.data as Float32Array | Uint16Array).subarray(index * size, (index + 1) * size)
  if (part instanceof Float32Array) return part
  return fromFloat16(new Uint16Array(part.buffer, part.byteOffset, part.length))
}

function concatenate(parts: Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function toDetection(
  box: { left: number; top: number; right: number; bottom: number; score: number; classIndex: number },
  { scaleX, scaleY, padX, padY }: Placement,
  { width, height }: DetectorImage,
): Detection {
  const clip = (value: number, limit: number) => Math.min(limit, Math.max(0, value))
  const x = clip((box.left - padX) / scaleX, width)
  const y = clip((box.top - padY) / scaleY, height)
  return {
    x,
    y,
    width: clip((box.right - padX) / scaleX, width) - x,
    height: clip((box.bottom - padY) / scaleY, height) - y,
    score: box.score,
    classIndex: box.classIndex,
  }
}

function assertImage({ data, width, height, channels = 1 }: DetectorImage): void {
  if (data.length === width * height * channels) return
  throw new RoiError(
    'invalid-image',
    `Expected ${width * height * channels} values (${width} x ${height} x ${channels}) but received ${data.length}. Pass one value per pixel and channel.`,
    { received: data.length },
  )
}
