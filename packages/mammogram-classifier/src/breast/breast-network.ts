/** SE-ResNeXt for images on their own, or with a fusion of the images of a breast before its last layer. */
import {
  createSeResNeXt,
  type ForwardOptions,
  type LoadOptions,
  type SeResNeXt,
  type SeResNeXtConfig,
  type SeResNeXtOptions,
  type StateDict,
} from '@mammokit/seresnext'
import * as tf from '@tensorflow/tfjs-core'
import { type Fusion, fuseVectors } from './fuse-views.ts'
import { createViewAttention, fusionPrefix } from './view-attention.ts'

/** Shape of the network, and how a breast's views are fused. */
export interface NetworkConfig extends SeResNeXtConfig {
  /** null: each image on its own. @default null */
  readonly fusion?: Fusion | null | undefined
}

/** Which tensors of a state are taken over. */
export interface NetworkLoadOptions extends LoadOptions {
  /** Leave the fusion's own tensors as they are, whatever the state holds. @default false */
  readonly keepFusion?: boolean
}

/** SE-ResNeXt, and the fusion of a breast's views where the run has one. */
export interface BreastNetwork extends Pick<SeResNeXt, 'classify' | 'stateDict' | 'dispose'> {
  readonly model: SeResNeXt
  readonly fusion: Fusion | null
  /** Images of a breast in a step of training: 1, or 2 of a fusion. */
  readonly views: number
  /** Every variable by its name in a checkpoint. */
  readonly variables: ReadonlyMap<string, tf.Variable>
  /** Images [N views, H, W, 1], view after view of each breast, to the vectors [N, C] that `classify` takes. */
  vectors(x: tf.Tensor4D, options: ForwardOptions): tf.Tensor2D
  /** Images [N, H, W, 1] to [their logits [N, 1]], with attention also [..., scores [N, 1]]: what `fuseViews` takes. */
  outputs(x: tf.Tensor4D): tf.Tensor2D[]
  loadStateDict(state: StateDict, options?: NetworkLoadOptions): void
}

/**
 * A new network with seeded weights.
 *
 * @throws SeResNeXtError for a configuration that makes no network, or variable names that are in use
 * @example
 * const network = createBreastNetwork({ fusion: 'attention' }, { seed: 13 })
 * network.classify(network.vectors(tf.zeros([4, 64, 64, 1]), { training: false })).shape // [2, 1]: two breasts of two images
 */
export function createBreastNetwork(
  { fusion = null, ...config }: Partial<NetworkConfig>,
  options: SeResNeXtOptions = {},
): BreastNetwork {
  const { seed = 0, scope = '' } = options
  const model = createSeResNeXt(config, options)
  const channels = model.variables.get('fc.weight')?.shape[0] as number
  const attention = fusion === 'attention' ? createViewAttention(channels, { seed, scope }) : undefined
  const views = fusion === null ? 1 : 2
  const imageVectors = (x: tf.Tensor4D, forwardOptions: ForwardOptions) =>
    model.forwardHead(model.forwardFeatures(x, forwardOptions), { ...forwardOptions, preLogits: true })
  return {
    model,
    fusion,
    views,
    variables: new Map([...model.variables, ...(attention?.variables ?? [])]),
    classify: model.classify,
    vectors: (x, forwardOptions) =>
      tf.tidy(() => {
        const vectors = imageVectors(x, forwardOptions)
        return fusion === null ? vectors : fuseVectors(vectors, attention?.scores(vectors), views)
      }),
    outputs: (x) =>
      tf.tidy(() => {
        const vectors = imageVectors(x, { training: false })
        return [model.classify(vectors), ...(attention ? [attention.scores(vectors)] : [])]
      }),
    stateDict: () =>
      new Map([
        ...model.stateDict(),
        ...[...(attention?.variables ?? [])].map(([name, variable]) => {
          const data = Float32Array.from(variable.dataSync())
          return [name, { dtype: 'F32' as const, shape: [...variable.shape], data }] as const
        }),
      ]),
    loadStateDict(state, { keepFusion = false, ...loadOptions } = {}) {
      const isOurs = (name: string) => (keepFusion || attention !== undefined) && name.startsWith(fusionPrefix)
      model.loadStateDict(new Map([...state].filter(([name]) => !isOurs(name))), loadOptions)
      if (!keepFusion) attention?.load(state)
    },
    dispose() {
      model.dispose()
      attention?.dispose()
    },
  }
}
