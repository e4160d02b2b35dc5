/** Options that several commands share. */
import { availableParallelism } from 'node:os'
import { deviceHelp, devices, engineHelp, engineNames, precisions } from '@mammokit/tensor-engine/names'
import { z } from 'zod'

export const text = z.string().min(1)
export const count = z.int().min(1)
/** Of a folder in the run: no path, and none that is hidden. */
export const folderName = text.refine(
  (name) => /^[^./\\][^/\\]*$/.test(name),
  'expected the name of a folder, not a path',
)
export const run = text.describe('run folder, for example runs/default')
export const data = z
  .union([text, z.array(text).min(1)])
  .default('data')
  .describe('data folder, with raw/ and processed/; repeat the flag to use several')
export const inference = {
  engine: z.enum(engineNames).default('onnxruntime').describe(engineHelp),
  device: z.enum(devices).default('cpu').describe(deviceHelp),
  precision: z
    .enum(precisions)
    .default('float32')
    .describe(
      'numbers of the network: float16 computes products in half precision, for webgpu and cuda; bfloat16 is for openvino, on processors that have it',
    ),
  threads: count.default(availableParallelism()).describe('threads of the network'),
  workers: count.default(availableParallelism()).describe('threads that read images'),
  batchSize: count.default(4).describe('images per forward pass'),
}
export const maxLeftOut = z
  .number()
  .min(0)
  .max(1)
  .default(0.1)
  .describe('largest share of the rows of a subset without a processed image')
export const resampling = {
  resamples: count
    .max(1e7)
    .default(1000)
    .describe('bootstrap resamples of patients for the 95 % intervals that need them'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(13)
    .describe('seed of the bootstrap'),
}
