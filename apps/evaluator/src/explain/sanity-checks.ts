/**
 * Whether heatmaps depend on what was learned: their similarity to those of networks that learned nothing.
 *
 * Reference: Adebayo et al., "Sanity Checks for Saliency Maps", https://arxiv.org/abs/1810.03292, sections 3 and 4.
 */
import type { ClassifierImage, MapOptions, RunClassifier } from '@mammokit/mammogram-classifier'
import { openClassifier } from '@mammokit/mammogram-classifier'
import { createSeResNeXt, type StateDict } from '@mammokit/seresnext'
import type { RunConfig } from '@mammokit/training-run'
import { rankCorrelation } from './rank-correlation.ts'

/** Mean rank correlation with the maps of the run; null where every map is constant. */
export interface Similarity {
  /** With the sign. */
  readonly signed: number | null
  /** Of absolute values. */
  readonly absolute: number | null
}

export interface Cascade extends Similarity {
  /** The layers that have random weights: these and all above. */
  readonly down: string
}

type Maps = readonly Float32Array[]

/** Similarity of two lists of maps of the same images. */
export function similarityOf(a: Maps, b: Maps): Similarity {
  const over = (change: (value: number) => number): number | null => {
    const found = a
      .map((map, i) => rankCorrelation(map.map(change), b[i]!.map(change)))
      .filter((value) => !Number.isNaN(value))
    return found.length === 0 ? null : found.reduce((sum, value) => sum + value, 0) / found.length
  }
  return { signed: over((value) => value), absolute: over(Math.abs) }
}

interface Network {
  readonly config: RunConfig
  readonly weights: StateDict
  readonly images: readonly ClassifierImage[]
  readonly options: MapOptions
  readonly engine: Parameters<typeof openClassifier>[1]
}

/** Replaces the weights by random ones from the last layer down, group by group, and compares the maps after each with those of the run. */
export async function cascade(
  { config, weights, images, options, engine }: Network,
  onStep: (done: number) => void,
): Promise<Cascade[]> {
  const random = randomWeights(config)
  const classifier = await openClassifier(config, engine)
  try {
    await classifier.load(weights)
    const own = (await classifier.explain(images, options)).map(({ map }) => map.data)
    const mixed = new Map(weights)
    const steps: Cascade[] = []
    for (const down of groupsFromTop(weights)) {
      for (const [name, tensor] of random) if (groupOf(name) === down) mixed.set(name, tensor)
      await classifier.load(mixed)
      const maps = (await classifier.explain(images, options)).map(({ map }) => map.data)
      steps.push({ down, ...similarityOf(own, maps) })
      onStep(steps.length)
    }
    return steps
  } finally {
    await classifier.dispose()
  }
}

/** Maps of the same images by another run, such as one that was trained on shuffled labels. */
export async function mapsOf(
  classifier: Pick<RunClassifier, 'explain'>,
  images: readonly ClassifierImage[],
  options: MapOptions,
): Promise<Maps> {
  return (await classifier.explain(images, options)).map(({ map }) => map.data)
}

function randomWeights({ model }: RunConfig): StateDict {
  // Of a network of single images the configuration says that nothing is fused; the network itself knows no such key.
  const { fusion: _, ...single } = model
  const network = createSeResNeXt(single, { seed: 1, scope: 'sanity' })
  try {
    return network.stateDict()
  } finally {
    network.dispose()
  }
}

/** `fc`, `layer4`, ..., `layer1`, `stem`. */
function groupsFromTop(weights: StateDict): string[] {
  const stages = [...new Set([...weights.keys()].map(groupOf))].filter((group) => group.startsWith('layer'))
  return ['fc', ...stages.sort().reverse(), 'stem']
}

function groupOf(name: string): string {
  if (/^(fc|last_linear)\./.test(name)) return 'fc'
  if (name.startsWith('global_pool')) return 'fc'
  return /^layer[1-9]/.exec(name)?.[0] ?? 'stem'
}
