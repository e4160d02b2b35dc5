/** One image of a batch, from its file to network input: what a worker thread does. */
import { type AugmentationOptions, augment } from '@mammokit/augmentation'
import { decodeGrayPng, type GrayImage, PreprocessError } from '@mammokit/mammogram-preprocess/png'
import { cutPatch, type PatchPlace } from '../patches/cut-patch.ts'
import { type ImageFault, readBytes } from './read-bytes.ts'

export interface ImageTask {
  readonly path: string
  /** SHA-256 that the file must have, hexadecimal; not looked at where it is absent. */
  readonly sha256?: string
  /** Size that the file must have. */
  readonly height: number
  readonly width: number
  /** Values decoded earlier; then the file is not read. */
  readonly decoded?: Uint16Array
  /** Send the decoded values back, in shared memory. */
  readonly keepDecoded: boolean
  /** A part of the image in place of all of it. */
  readonly patch?: { readonly size: number; readonly place: PatchPlace }
  readonly augmentation: AugmentationOptions
  readonly seed: number
  readonly mean: number
  readonly std: number
  /** One number: not 0 once nobody waits for the result. */
  readonly canceled: Int32Array
}

export type ImageResult =
  | {
      readonly status: 'ok'
      /** (value / 65535 - mean) / std, row by row. */
      readonly image: Float32Array
      readonly decoded?: Uint16Array
    }
  | { readonly status: 'canceled' }
  | ImageFault
  | { readonly status: 'wrong-size'; readonly height: number; readonly width: number }

export async function makeImage(task: ImageTask): Promise<ImageResult> {
  if (Atomics.load(task.canceled, 0) !== 0) return { status: 'canceled' }
  const { height, width, mean, std } = task
  const source = task.decoded ? { data: task.decoded, height, width } : await decode(task.path, task.sha256)
  if ('status' in source) return source
  if (source.height !== height || source.width !== width) {
    return { status: 'wrong-size', height: source.height, width: source.width }
  }
  const image = task.patch
    ? scaled(cutPatch(source, task.patch.size, task.patch.place, task), mean, std)
    : normalize(source, task.augmentation, task.seed, mean, std)
  if (!task.keepDecoded || task.decoded) return { status: 'ok', image }
  const decoded = new Uint16Array(new SharedArrayBuffer(source.data.byteLength))
  decoded.set(source.data)
  return { status: 'ok', image, decoded }
}

/** The image, or what is wrong with its file. */
export async function decode(path: string, sha256: string | undefined): Promise<GrayImage | ImageFault> {
  const bytes = await readBytes(path, sha256)
  if ('status' in bytes) return bytes
  try {
    return await decodeGrayPng(bytes)
  } catch (error) {
    const reason = error instanceof PreprocessError ? error.details.reason : error
    return { status: 'unreadable', reason: String(reason) }
  }
}

function normalize(
  { data, width, height }: GrayImage,
  augmentation: AugmentationOptions,
  seed: number,
  mean: number,
  std: number,
): Float32Array {
  const values = new Float32Array(data.length)
  if (Object.keys(augmentation).length === 0) {
    for (let index = 0; index < values.length; index++) values[index] = (data[index]! / 65_535 - mean) / std
    return values
  }
  for (let index = 0; index < values.length; index++) values[index] = data[index]! / 65_535
  const augmented = augment({ data: values, width, height }, augmentation, seed).data
  return scaled(augmented, mean, std)
}

function scaled(values: Float32Array, mean: number, std: number): Float32Array {
  for (let index = 0; index < values.length; index++) values[index] = (values[index]! - mean) / std
  return values
}
