/** timm's two files with their real names and sizes; of the weights only the stem's filters are not zero, so that the file is sparse. */
import { createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const fixture = new URL('../../seresnext/test/fixtures/seresnext50-32x4d.json', import.meta.url)
const { parameters } = JSON.parse(readFileSync(fixture, 'utf8')) as { parameters: Record<string, number[]> }

export const name = 'seresnext50_32x4d.racm_in1k'
export const repository = `timm/${name}`

/** timm 1.0.31's configuration of the weights, as its hub writes it. */
export const config = {
  architecture: 'seresnext50_32x4d',
  num_classes: 1000,
  num_features: 2048,
  pretrained_cfg: {
    tag: 'racm_in1k',
    custom_load: false,
    input_size: [3, 224, 224],
    test_input_size: [3, 288, 288],
    fixed_input_size: false,
    interpolation: 'bicubic',
    crop_pct: 0.875,
    test_crop_pct: 0.95,
    crop_mode: 'center',
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    num_classes: 1000,
    pool_size: [7, 7],
    first_conv: 'conv1',
    classifier: 'fc',
    license: 'apache-2.0',
  },
}

export interface HubFile {
  readonly path: string
  readonly sizeBytes: number
  /** SHA-256 of a large file, git's SHA-1 of a small one. */
  readonly etag: string
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'pretrained-weights-'))
}

export function stemFilter(index: number): number {
  return Math.sin(index + 1)
}

/** model.safetensors of 110 MB and config.json. */
export async function makeWeightsFiles(): Promise<Record<'model.safetensors' | 'config.json', HubFile>> {
  const folder = temporaryFolder()
  const model = join(folder, 'model.safetensors')
  const shapes = { ...parameters, 'conv1.weight': [64, 3, 7, 7], 'fc.weight': [1000, 2048], 'fc.bias': [1000] }
  const header: Record<string, object> = {}
  let end = 0
  for (const [tensor, shape] of Object.entries(shapes)) {
    const isCount = tensor.endsWith('num_batches_tracked')
    const start = end
    end += shape.reduce((a, b) => a * b, 1) * (isCount ? 8 : 4)
    header[tensor] = { dtype: isCount ? 'I64' : 'F32', shape, data_offsets: [start, end] }
  }
  const text = JSON.stringify(header)
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  const file = openSync(model, 'w')
  writeSync(
    file,
    Buffer.concat([
      length,
      padded,
      Buffer.from(Float32Array.from({ length: 64 * 3 * 49 }, (_, i) => stemFilter(i)).buffer),
    ]),
  )
  const sizeBytes = 8 + padded.length + end
  ftruncateSync(file, sizeBytes)
  closeSync(file)
  const configPath = join(folder, 'config.json')
  const configBytes = Buffer.from(JSON.stringify(config, null, 2))
  writeFileSync(configPath, configBytes)
  const blob = createHash('sha1').update(`blob ${configBytes.length}\0`).update(configBytes)
  return {
    'model.safetensors': { path: model, sizeBytes, etag: await sha256(model) },
    'config.json': { path: configPath, sizeBytes: configBytes.length, etag: blob.digest('hex') },
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
