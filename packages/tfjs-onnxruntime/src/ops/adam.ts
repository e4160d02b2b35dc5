/**
 * Adam with learning rate and beta1 as tensors, so that a schedule can change them at each step of a compiled function.
 *
 * Reference: Kingma and Ba, "Adam: A Method for Stochastic Optimization", https://arxiv.org/abs/1412.6980, algorithm 1, in the form of
 * PyTorch 2's torch.optim.Adam: epsilon outside the square root, bias correction 1 - beta1 ** step with the current beta1. Decoupled weight
 * decay: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", https://arxiv.org/abs/1711.05101, in the form of torch.optim.AdamW.
 */

import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import { AdamMemory } from '../memory/adam-memory.ts'
import { checkNames, checkOption } from '../options.ts'
import { hasKernel, runKernel } from './custom-kernel.ts'

/** Options of `Adam`. */
export interface AdamOptions {
  /** Decay of the mean of squared gradients, in [0, 1). @default 0.999 */
  readonly beta2?: number
  /** Added to the root of the second moment, > 0. @default 1e-8 */
  readonly epsilon?: number
  /** L2 penalty added to the gradients (`weight_decay` of PyTorch's Adam), >= 0. @default 0 */
  readonly weightDecay?: number
  /** Weights shrink by learning rate x this before each update (`weight_decay` of PyTorch's AdamW), >= 0. @default 0 */
  readonly decoupledWeightDecay?: number
}

/** Values that change from step to step: scalars, or tensors, which a compiled step takes as inputs. */
export interface AdamStep {
  readonly learningRate: tf.Tensor | number
  /** Decay of the mean of gradients, in [0, 1). @default 0.9 */
  readonly beta1?: tf.Tensor | number
  /** bool []: where it is false the step is not taken, and variables, moments and the count of steps stay. @default true */
  readonly allFinite?: tf.Tensor
}

/** State of the optimizer by name: `step`, `<variable>/m`, `<variable>/v`. */
export type AdamState = Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>

/** Adam, or AdamW, whose update is part of a compiled step. */
export interface Adam {
  /** Updates the variables with their gradients, keyed as by tf.variableGrads. */
  applyGradients(gradients: tf.NamedTensorMap, step: AdamStep): void
  /** The optimizer's own variables: the count of steps, first and second moments. */
  readonly variables: ReadonlyMap<string, tf.Variable>
  /** A copy of the optimizer's state. */
  state(): AdamState
  /** Restores a state. @throws naming what is missing or has another shape */
  restore(state: AdamState): void
  /** Frees the optimizer's variables, not those that it trains. */
  dispose(): void
}

/**
 * Makes an Adam optimizer for float32 variables.
 *
 * @throws {EngineError} `bad-variable` for one of another type, or one that comes twice; `bad-input` for an option out of its range
 * @example
 * const adam = createAdam([weights])
 * const { value, grads } = tf.variableGrads(loss)
 * adam.applyGradients(grads, { learningRate: 1e-3 })
 */
export function createAdam(variables: readonly tf.Variable[], options: AdamOptions = {}): Adam {
  const names = { beta2: true, epsilon: true, weightDecay: true, decoupledWeightDecay: true } as const
  checkNames(options, names, 'createAdam')
  const { beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, decoupledWeightDecay = 0 } = options
  checkOption({ beta2 }, 'a number from 0 to below 1', (x) => (x as number) >= 0 && (x as number) < 1)
  checkOption({ epsilon }, 'a number above 0', (x) => (x as number) > 0)
  for (const decay of [{ weightDecay }, { decoupledWeightDecay }])
    checkOption(decay, 'a number of at least 0', (x) => (x as number) >= 0)
  assertTrainable(variables)
  const own = makeVariables(variables)
  const step = own.get('step')!
  return {
    variables: own,
    applyGradients(gradients, given) {
      checkNames(given, { learningRate: true, beta1: true, allFinite: true }, 'applyGradients')
      const { learningRate, beta1 = 0.9, allFinite } = given
      tf.tidy(() => {
        step.assign(tf.add(step, allFinite === undefined ? 1 : tf.cast(allFinite, 'float32')))
        const decay = toScalar(beta1)
        // With c = sqrt(1 - beta2^t), m / (sqrt(v) / c + epsilon) is c m / (sqrt(v) + c epsilon): one pass less over each variable.
        // expm1 keeps the precision that 1 - beta2^t loses.
        const correction = tf.sqrt(tf.neg(tf.expm1(tf.mul(step, Math.log(beta2)))))
        const rate = tf.div(tf.mul(toScalar(learningRate), correction), tf.sub(1, tf.pow(decay, step)))
        const floor = tf.mul(correction, epsilon)
        const shrink = decoupledWeightDecay > 0 && {
          shrink: tf.sub(1, tf.mul(toScalar(learningRate), decoupledWeightDecay)),
        }
        for (const variable of variables) {
          const raw = gradients[variable.name]
          if (raw == null) continue
          const gradient = weightDecay === 0 ? raw : tf.add(raw, tf.mul(variable, weightDecay))
          const m = own.get(`${variable.name}/m`)!
          const v = own.get(`${variable.name}/v`)!
          const take = allFinite && { take: allFinite }
          const next = update({ variable, m, v, gradient, decay, rate, floor, ...shrink, ...take }, beta2)
          for (const [i, target] of [variable, m, v].entries()) target.assign(next[i])
        }
      })
    },
    state() {
      return Object.fromEntries(
        [...own].map(([name, variable]) => [
          name,
          { shape: variable.shape, data: (variable.dataSync() as Float32Array).slice() },
        ]),
      )
    },
    restore(state) {
      for (const [name, variable] of own) {
        const entry = state[name]
        if (entry === undefined)
          throw new EngineError(
            'bad-state',
            `Expected ${name} in the optimizer's state but received ${Object.keys(state).length} other entries. Restore the state of the same variables.`,
            { name },
          )
        if (!tf.util.arraysEqual([...entry.shape], variable.shape))
          throw new EngineError(
            'bad-state',
            `Expected shape [${variable.shape}] for ${name} but received [${entry.shape}]. Restore the state of the same variables.`,
            { name, expected: variable.shape, received: entry.shape },
          )
        tf.tidy(() => variable.assign(tf.tensor(copyOf(entry.data, variable), variable.shape, 'float32')))
      }
    },
    dispose() {
      for (const variable of own.values()) variable.dispose()
    },
  }
}

/** The values in the memory reserved for a moment, or in a new array. */
function copyOf(numbers: Float32Array, moment: tf.Variable): Float32Array {
  const { backend } = tf.engine().state.tensorInfo.get(moment.dataId)!
  const before = moment.dataSync() as Float32Array
  if (!AdamMemory.of(before).holds(before) || backend.refCount(moment.dataId) !== 1) return numbers.slice()
  before.set(numbers)
  return before
}

interface Update {
  readonly variable: tf.Tensor
  readonly m: tf.Tensor
  readonly v: tf.Tensor
  readonly gradient: tf.Tensor
  readonly decay: tf.Tensor
  readonly rate: tf.Tensor
  readonly floor: tf.Tensor
  /** Factor of the variable before the update; 1 where it is absent. */
  readonly shrink?: tf.Tensor
  /** Whether to update at all; yes where it is absent. */
  readonly take?: tf.Tensor
}

/** The new variable, m and v. */
function update(inputs: Update, beta2: number): tf.Tensor[] {
  if (hasKernel('AdamUpdate')) return runKernel('AdamUpdate', { ...inputs }, { beta2 })
  const { variable, m, v, gradient, decay, rate, floor, shrink, take } = inputs
  const shrunk = shrink === undefined ? variable : tf.mul(variable, shrink)
  const nextM = tf.add(tf.mul(m, decay), tf.mul(gradient, tf.sub(1, decay)))
  const nextV = tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2))
  const next = [tf.sub(shrunk, tf.mul(tf.div(nextM, tf.add(tf.sqrt(nextV), floor)), rate)), nextM, nextV]
  return take === undefined ? next : [variable, m, v].map((before, i) => tf.where(take, next[i], before))
}

function assertTrainable(variables: readonly tf.Variable[]): void {
  const isRepeated = (variable: tf.Variable, i: number) => variables.indexOf(variable) !== i
  const bad = variables.find((variable, i) => variable.dtype !== 'float32' || isRepeated(variable, i))
  if (bad === undefined) return
  const received = bad.dtype === 'float32' ? `${bad.name} twice` : `${bad.dtype} of ${bad.name}`
  throw new EngineError(
    'bad-variable',
    `Expected float32 variables, each once, for createAdam but received ${received}. Leave it out.`,
    { variable: bad.name },
  )
}

let optimizers = 0

function makeVariables(variables: readonly tf.Variable[]): Map<string, tf.Variable> {
  const prefix = `adam${optimizers++}`
  const memory = new AdamMemory([1, ...variables.flatMap(({ size }) => [size, size])])
  const zeros = (shape: number[], name: string): tf.Variable =>
    tf.tidy(() => tf.variable(tf.tensor(memory.zeros(tf.util.sizeFromShape(shape)), shape), false, `${prefix}/${name}`))
  const own = new Map([['step', zeros([], 'step')]])
  for (const variable of variables)
    for (const name of [`${variable.name}/m`, `${variable.name}/v`]) own.set(name, zeros(variable.shape, name))
  return own
}

function toScalar(value: tf.Tensor | number): tf.Tensor {
  return typeof value === 'number' ? tf.scalar(value) : value
}
