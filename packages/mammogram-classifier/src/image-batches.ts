/** Images in batches, and what may come of them. */
import { ClassifierError } from './classifier-error.ts'
import { type Normalization, normalizeImage } from './normalize-image.ts'

interface Size {
  readonly height: number
  readonly width: number
}

interface Batches {
  readonly image: Size & Normalization
  readonly batchSize: number
}

/** Runs something on images in normalized batches float32 [batchSize, height, width, 1]. @throws {ClassifierError} `bad-input` */
export async function inBatches<Result>(
  images: readonly (Size & { readonly data: Uint16Array })[],
  { image, batchSize }: Batches,
  run: (batch: Float32Array, count: number) => Promise<Result[]>,
): Promise<Result[]> {
  const { height, width } = image
  const wrong = images.find((each) => each.height !== height || each.width !== width)
  if (wrong) throw badInput('an image', `${height}x${width} pixels (height x width)`, `${wrong.height}x${wrong.width}`)
  const pixels = height * width
  const found: Result[] = []
  for (let first = 0; first < images.length; first += batchSize) {
    const some = images.slice(first, first + batchSize)
    const batch = new Float32Array(batchSize * pixels)
    some.forEach(({ data }, slot) => {
      batch.set(normalizeImage(data, image), slot * pixels)
    })
    found.push(...(await run(batch, some.length)))
  }
  return found
}

/** @throws {ClassifierError} `bad-input` */
export function assertBatchSize(batchSize: number): void {
  if (Number.isInteger(batchSize) && batchSize >= 1) return
  throw badInput('batchSize', 'a whole number of at least 1', batchSize)
}

/** @throws {ClassifierError} `bad-input` */
export function assertBatch(images: Float32Array, count: number, shape: readonly [number, number, number, 1]): void {
  const [batchSize, height, width] = shape
  const length = batchSize * height * width
  if (images.length !== length) throw badInput('images', `${length} numbers, [${shape.join(', ')}],`, images.length)
  if (!(Number.isInteger(count) && count >= 0 && count <= batchSize))
    throw badInput('count', `a whole number up to the batch size of ${batchSize}`, count)
}

/** @throws {ClassifierError} `not-finite` */
export function assertFinite(logits: Float32Array): number[] {
  const image = logits.findIndex((value) => !Number.isFinite(value))
  if (image < 0) return Array.from(logits)
  throw new ClassifierError(
    'not-finite',
    `Expected a finite logit for image ${image} of the batch but received ${logits[image]}. The weights diverged in training: choose another checkpoint.`,
    { image, received: logits[image] },
  )
}

function badInput(name: string, expected: string, received: unknown): ClassifierError {
  const message = `Expected ${expected} for ${name} but received ${String(received)}.`
  return new ClassifierError('bad-input', message, { name, expected, received })
}
