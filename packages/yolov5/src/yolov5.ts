/** YOLOv5 with seeded weights, for images whose sides are multiples of 32. */
import * as tf from '@tensorflow/tfjs-core'
import { planArchitecture } from './architecture.ts'
import { resolveConfig, type Yolov5Config } from './config.ts'
import { initialValues } from './initial-values.ts'
import type { Parameter } from './layers.ts'
import { defaultOps, type Yolov5Ops } from './ops.ts'
import { exportState, importState, type LoadResult, type StateDict, tfjsShape, toTfjsLayout } from './state-dict.ts'
import { Yolov5Error } from './yolov5-error.ts'

/** Options of the network. */
export interface Yolov5Options {
  /** Whole number from 0 to 2^53 - 1; the same seed gives the same weights on every machine. @default 0 */
  readonly seed?: number
  /** Operations of an engine in place of the plain compositions. */
  readonly ops?: Partial<Yolov5Ops>
  /** Prefix of the tfjs variables' names; a second network in one process needs one. @default '' */
  readonly scope?: string
}

/** A YOLOv5 network: its variables and its forward pass. */
export interface Yolov5 {
  readonly config: Yolov5Config
  /** Every variable by YOLOv5's name, running statistics included. */
  readonly variables: ReadonlyMap<string, tf.Variable>
  readonly trainableVariables: readonly tf.Variable[]
  /**
   * Images [N, H, W, inChannels] of 0 to 1 to raw heads [N, H / s, W / s, anchors * (5 + numClasses)] for s of 8, 16, 32; each anchor
   * has x, y, width, height, objectness, classes, as logits. In training, batches are normalized by their own statistics, and the
   * running ones are updated by assignment.
   */
  forward(x: tf.Tensor4D, options: { readonly training: boolean }): tf.Tensor4D[]
  /** Copies of all values, YOLOv5's names, PyTorch's layout. */
  stateDict(): StateDict
  /** Replaces values; nothing is changed when it throws. @throws {Yolov5Error} */
  loadStateDict(state: StateDict, options?: { readonly strict?: boolean }): LoadResult
  dispose(): void
}

/**
 * A new YOLOv5 with seeded weights; the default is nano for one channel and one class.
 *
 * @throws {Yolov5Error} for a configuration that makes no network, or variable names that are in use.
 * @example
 * const model = createYolov5({ widthMultiple: 0.125 }, { seed: 13 })
 * model.forward(tf.zeros([2, 256, 256, 1]), { training: false })[0].shape // [2, 32, 32, 18]
 */
export function createYolov5(config: Partial<Yolov5Config> = {}, options: Yolov5Options = {}): Yolov5 {
  const resolved = resolveConfig(config)
  const { parameters, forward } = planArchitecture(resolved)
  const variables = createVariables(parameters, resolved, options)
  const ops = { ...defaultOps, ...options.ops }
  return {
    config: resolved,
    variables,
    trainableVariables: [...variables.values()].filter((variable) => variable.trainable),
    forward: (x, { training }) => {
      assertImages(x, resolved.inChannels)
      return tf.tidy(() => forward({ variables, ops, training }, x))
    },
    stateDict: () => exportState(parameters, variables),
    loadStateDict: (state, { strict = true } = {}) => importState(parameters, variables, state, strict),
    dispose: () => {
      for (const variable of variables.values()) variable.dispose()
    },
  }
}

function createVariables(parameters: readonly Parameter[], config: Yolov5Config, options: Yolov5Options) {
  const { seed = 0, scope = '' } = options
  const variables = new Map<string, tf.Variable>()
  for (const parameter of parameters) {
    const name = scope === '' ? parameter.name : `${scope}/${parameter.name}`
    const trainable = parameter.kind !== 'mean' && parameter.kind !== 'variance'
    const tensor = tf.tensor(toTfjsLayout(parameter, initialValues(parameter, config, seed)), tfjsShape(parameter))
    try {
      variables.set(parameter.name, tf.variable(tensor, trainable, name))
    } catch (cause) {
      for (const variable of variables.values()) variable.dispose()
      if (!String(cause).includes('already registered')) throw cause
      const message = `Expected free tfjs variable names but received ${name}, which is in use. Dispose the other network, or give this one a scope.`
      throw new Yolov5Error('name-in-use', message, { name, scope })
    } finally {
      tensor.dispose()
    }
  }
  return variables
}

function assertImages(x: tf.Tensor4D, channels: number): void {
  const [, height, width, found] = x.shape
  if (x.rank === 4 && found === channels && height % 32 === 0 && width % 32 === 0 && x.dtype === 'float32') return
  const received = `${x.dtype} [${(x.shape as number[]).join(', ')}]`
  const message = `Expected float32 [N, H, W, ${channels}] with H and W multiples of 32 for images but received ${received}. Letterbox or squash them first.`
  throw new Yolov5Error('invalid-input', message, { channels, received })
}
