/** config.json beside timm's weights: which network they are of, and what images they were trained on. */
import type { ModelName } from '@mammokit/seresnext'
import { modelNames } from '@mammokit/seresnext'
import { z } from 'zod'
import { PretrainedWeightsError } from './pretrained-weights-error.ts'

const three = z.tuple([z.number(), z.number(), z.number()])
const size = z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)])

const schema = z.object({
  architecture: z.string(),
  num_classes: z.int().min(1),
  pretrained_cfg: z.object({
    mean: three,
    std: three.refine((values) => values.every((value) => value > 0), 'must be positive'),
    input_size: size,
    interpolation: z.string(),
    crop_pct: z.number().positive().optional(),
    first_conv: z.string(),
    license: z.string().nullish(),
  }),
})

/** What config.json says of the weights. */
export interface WeightsConfig {
  readonly architecture: ModelName
  readonly numClasses: number
  /** Of red, green and blue in 0..1; images are less the mean, divided by the deviation. */
  readonly mean: readonly [number, number, number]
  readonly std: readonly [number, number, number]
  /** [channels, height, width] of the images they were trained on. */
  readonly inputSize: readonly [number, number, number]
  /** How images were resized to it: `bicubic`, `bilinear`. */
  readonly interpolation: string
  /** Share of the shorter side that was kept of a resized image in evaluation. */
  readonly cropPct: number | null
  /** The stem's first convolution, `conv1`. */
  readonly firstConv: string
  /** SPDX name in lower case, `apache-2.0`; null where the file has none. */
  readonly license: string | null
}

/** @throws {PretrainedWeightsError} `bad-config`, which names the file and the key */
export function parseWeightsConfig(text: string, path: string): WeightsConfig {
  const { architecture, num_classes, pretrained_cfg } = read(text, path)
  const known = modelNames.find((name) => name === architecture)
  if (known === undefined) throw badConfig(path, `one of ${modelNames.join(', ')} for architecture`, architecture)
  return {
    architecture: known,
    numClasses: num_classes,
    mean: pretrained_cfg.mean,
    std: pretrained_cfg.std,
    inputSize: pretrained_cfg.input_size,
    interpolation: pretrained_cfg.interpolation,
    cropPct: pretrained_cfg.crop_pct ?? null,
    firstConv: pretrained_cfg.first_conv,
    license: pretrained_cfg.license ?? null,
  }
}

function read(text: string, path: string): z.output<typeof schema> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw badConfig(path, 'JSON', text.slice(0, 40))
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], json)
  throw badConfig(path, `${issue.path.join('.') || 'an object'} as timm writes it`, value)
}

function badConfig(path: string, expected: string, received: unknown): PretrainedWeightsError {
  const shown = JSON.stringify(received) ?? 'nothing'
  const message = `Expected ${expected} in ${path} but received ${shown}. Fetch timm's config.json of the weights again.`
  return new PretrainedWeightsError('bad-config', message, { path, expected, received })
}
