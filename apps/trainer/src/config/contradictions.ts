/** What options must not say beside each other. */
import { resolvePreprocessOptions } from '@mammokit/mammogram-preprocess/options'
import type { z } from 'zod'
import type { imageSchema, preprocessSchema } from './image-config.ts'
import type { modelSchema } from './model-config.ts'
import { freezableStages, type trainingSchema } from './training-config.ts'

interface Options {
  readonly fitBatch: boolean
  readonly memoryMiB: number | null
  readonly preprocess: z.infer<typeof preprocessSchema>
  readonly model: z.infer<typeof modelSchema>
  readonly image: z.infer<typeof imageSchema>
  readonly training: z.infer<typeof trainingSchema>
}

interface Contradiction {
  /** Keys down to the option. */
  readonly path: string[]
  readonly message: string
}

export function contradictionsOf(options: Options): Contradiction[] {
  const { fitBatch, memoryMiB, model, image, training } = options
  const found: Contradiction[] = []
  const excluded = excludedByPatches(options)
  if (excluded !== undefined) {
    found.push({
      path: ['training', 'patches'],
      message: `Expected ${excluded} beside training.patches, which have labels and shares of their own.`,
    })
  }
  if (model.layers.length !== model.channels.length) {
    found.push({
      path: ['model', 'channels'],
      message: `Expected as many stages as in model.layers, ${model.layers.length}, but received ${model.channels.length}.`,
    })
  }
  const stages = ['none', ...freezableStages.slice(0, 1 + model.layers.length)]
  if (!stages.includes(training.freeze.upTo)) {
    found.push({
      path: ['training', 'freeze', 'upTo'],
      message: `Expected a stage of the network, ${stages.join(', ')}, for training.freeze.upTo but received ${training.freeze.upTo}. Name one of these, or give model.layers more stages.`,
    })
  }
  if (model.inputNormalization !== null && !(image.mean === 0 && image.std === 1)) {
    found.push({
      path: ['model', 'inputNormalization'],
      message: `Expected image.mean 0 and image.std 1 beside model.inputNormalization, which takes gray values as they are, but received ${image.mean} and ${image.std}.`,
    })
  }
  if (fitBatch && training.microBatchSize !== null) {
    found.push({
      path: ['training', 'microBatchSize'],
      message: `Expected training.microBatchSize null beside --batch-size auto (fitBatch), which finds it, but received ${training.microBatchSize}. Leave one out: --option training.microBatchSize=null takes back what a configuration has.`,
    })
  }
  if (memoryMiB !== null && !fitBatch) {
    found.push({
      path: ['memoryMiB'],
      message: `Expected --batch-size auto (fitBatch) beside memoryMiB but received ${memoryMiB} alone.`,
    })
  }
  return [...found, ...preprocessFaults(options.preprocess)]
}

/** What patches do not go together with, and has to be as it says. */
function excludedByPatches({ model, training }: Options): string | undefined {
  if (training.patches === null) return undefined
  if (model.fusion !== null) return 'model.fusion null'
  if (training.auxiliary !== null) return 'training.auxiliary null'
  if (training.shuffleLabels) return 'training.shuffleLabels false'
  return training.sampling === 'shuffle' ? undefined : 'training.sampling shuffle'
}

function preprocessFaults(preprocess: Options['preprocess']): Contradiction[] {
  const size = ['height', 'width'].find((name) => Object.hasOwn(preprocess, name))
  if (size !== undefined) {
    return [{ path: ['preprocess', size], message: `Expected image.${size} but received preprocess.${size}.` }]
  }
  if (Object.keys(preprocess).length === 0) return [] // the shipped detector need not be hashed
  try {
    resolvePreprocessOptions(preprocess)
    return []
  } catch (error) {
    return [{ path: ['preprocess'], message: (error as Error).message }]
  }
}
