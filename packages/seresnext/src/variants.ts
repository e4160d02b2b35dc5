/** The networks that timm has a name for (timm 1.0.31, models/resnet.py and models/senet.py). */
import type { SeResNeXtConfig } from './config.ts'
import { createSeResNeXt, type SeResNeXt, type SeResNeXtOptions } from './seresnext.ts'
import { SeResNeXtError } from './seresnext-error.ts'

const deep = { stemType: 'deep', stemWidth: 32, avgDown: true } as const
const tiered = { ...deep, stemType: 'deep_tiered' } as const

/** What each differs in from seresnext50_32x4d. */
export const variants = {
  seresnet50: { cardinality: 1, baseWidth: 64 },
  resnext50_32x4d: { squeezeExcite: false },
  seresnext26d_32x4d: { ...deep, layers: [2, 2, 2, 2] },
  seresnext26t_32x4d: { ...tiered, layers: [2, 2, 2, 2] },
  seresnext50_32x4d: {},
  seresnext101_32x4d: { layers: [3, 4, 23, 3] },
  seresnext101_32x8d: { layers: [3, 4, 23, 3], baseWidth: 8 },
  seresnext101_64x4d: { layers: [3, 4, 23, 3], cardinality: 64 },
  seresnextaa101d_32x8d: { ...deep, layers: [3, 4, 23, 3], baseWidth: 8, antiAlias: 'average' },
  legacy_seresnext50_32x4d: { family: 'legacy', seDivisor: 1, dropRate: 0.2 },
} as const satisfies Readonly<Record<string, Partial<SeResNeXtConfig>>>

/** A name that `createModel` takes. */
export type ModelName = keyof typeof variants

/** Every name that `createModel` takes. */
export const modelNames = Object.keys(variants) as readonly ModelName[]

/** Options of the network and of its creation together. */
export type ModelOptions = Partial<SeResNeXtConfig> & SeResNeXtOptions

/**
 * A network by timm's name, for one gray channel and one logit unless `inChannels` and `numClasses` say otherwise.
 *
 * @throws {SeResNeXtError} `unknown-model`, and what `createSeResNeXt` throws
 * @example
 * const model = createModel('seresnext26d_32x4d', { numClasses: 2, globalPool: 'gem', dropPathRate: 0.1, seed: 13 })
 * model.forward(tf.zeros([2, 64, 64, 1]), { training: false }).shape // [2, 2]
 */
export function createModel(name: ModelName, { seed, ops, scope, ...config }: ModelOptions = {}): SeResNeXt {
  const options = { ...(seed !== undefined && { seed }), ...(ops && { ops }), ...(scope !== undefined && { scope }) }
  return createSeResNeXt({ ...modelConfig(name), ...config }, options)
}

/** What a named network differs in from the default configuration. @throws {SeResNeXtError} `unknown-model` */
export function modelConfig(name: ModelName): Partial<SeResNeXtConfig> {
  if (Object.hasOwn(variants, name)) return variants[name]
  const message = `Expected one of ${modelNames.join(', ')} for the model but received ${JSON.stringify(name)}. Give another configuration to createSeResNeXt.`
  throw new SeResNeXtError('unknown-model', message, { name, known: modelNames })
}
