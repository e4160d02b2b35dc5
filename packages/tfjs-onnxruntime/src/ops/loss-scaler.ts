/**
 * Dynamic loss scaling: gradients in half precision are kept from vanishing by a factor of the loss, which is halved where they overflow.
 *
 * Reference: Micikevicius et al., "Mixed Precision Training", https://arxiv.org/abs/1710.03740, section 3.2; names and defaults of PyTorch's
 * torch.amp.GradScaler.
 */
import * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import { checkNames, checkOption } from '../options.ts'

/** Options of `createLossScaler`. */
export interface LossScalerOptions {
  /** First factor of the loss, > 0. @default 65536 */
  readonly initialScale?: number
  /** Factor of the scale after `growthInterval` finite steps, > 1. @default 2 */
  readonly growthFactor?: number
  /** Factor of the scale after a step whose gradients are not finite, between 0 and 1. @default 0.5 */
  readonly backoffFactor?: number
  /** Finite steps in a row after which the scale grows, >= 1. @default 2000 */
  readonly growthInterval?: number
}

/** Gradients without the scale of the loss, and whether they are finite. */
export interface UnscaledGradients {
  readonly gradients: tf.NamedTensorMap
  /** bool []: all gradients are finite. Pass it to `applyGradients` and `update`. */
  readonly allFinite: tf.Tensor
  /** float32 []: the norm of the whole gradient; not finite where a gradient is not. */
  readonly norm: tf.Tensor
  /** bool [gradients]: which of them are finite, in the order of their names in `gradients`. */
  readonly finite: tf.Tensor
}

/** State of a scaler by name. */
export type LossScalerState = Readonly<Record<'scale' | 'streak' | 'skipped', number>>

/** The scale of the loss, part of a compiled step. */
export interface LossScaler {
  /** float32 []: the factor of the loss in the next step. */
  readonly scale: tf.Variable
  /** Loss times scale: what to take the gradients of. */
  scaleLoss(loss: tf.Tensor): tf.Scalar
  /** Divides gradients, keyed as by tf.variableGrads, by the scale and looks for numbers that are not finite. */
  unscale(gradients: tf.NamedTensorMap): UnscaledGradients
  /** Ends a step: lowers the scale where a gradient is not finite, raises it after enough finite steps. */
  update(allFinite: tf.Tensor): void
  /** Scale, finite steps since it changed, and skipped steps so far. */
  state(): LossScalerState
  /** Restores a state. @throws {EngineError} `bad-state` naming a number that is missing or out of range */
  restore(state: LossScalerState): void
  /** Frees the scaler's variables. */
  dispose(): void
}

const names = ['scale', 'streak', 'skipped'] as const
const largest = 3.4028234663852886e38

let scalers = 0

/**
 * Makes a scaler for a step compiled with `precision: 'float16'`. A step whose gradients are not finite leaves the weights as they are.
 *
 * @example
 * const scaler = createLossScaler()
 * const { value, grads } = tf.variableGrads(() => scaler.scaleLoss(loss()))
 * const { gradients, allFinite } = scaler.unscale(grads)
 * const result = { loss: tf.div(value, scaler.scale), allFinite }
 * adam.applyGradients(gradients, { learningRate, allFinite })
 * scaler.update(allFinite)
 * return result
 */
export function createLossScaler(options: LossScalerOptions = {}): LossScaler {
  const known = { initialScale: true, growthFactor: true, backoffFactor: true, growthInterval: true } as const
  checkNames(options, known, 'createLossScaler')
  const { initialScale = 65536, growthFactor = 2, backoffFactor = 0.5, growthInterval = 2000 } = options
  const isAbove = (limit: number) => (x: unknown) => Number.isFinite(x) && (x as number) > limit
  checkOption({ initialScale }, 'a number above 0', isAbove(0))
  checkOption({ growthFactor }, 'a number above 1', isAbove(1))
  checkOption({ backoffFactor }, 'a number between 0 and 1', (x) => isAbove(0)(x) && (x as number) < 1)
  checkOption({ growthInterval }, 'a whole number of at least 1', (x) => Number.isInteger(x) && isAbove(0)(x))
  const prefix = `loss-scaler${scalers++}`
  const make = (name: string, value: number): tf.Variable =>
    tf.tidy(() => tf.variable(tf.scalar(value), false, `${prefix}/${name}`))
  const variables = { scale: make('scale', initialScale), streak: make('streak', 0), skipped: make('skipped', 0) }
  const { scale, streak, skipped } = variables
  return {
    scale,
    scaleLoss: (loss) => tf.mul(loss, scale) as tf.Scalar,
    unscale(scaled) {
      const keys = Object.keys(scaled)
      const gradients = Object.fromEntries(keys.map((name) => [name, tf.div(scaled[name], scale)]))
      const squares = tf.stack(keys.map((name) => tf.sum(tf.square(gradients[name]))))
      // NaN is not less than anything.
      const finite = tf.lessEqual(squares, largest)
      return { gradients, finite, allFinite: tf.all(finite), norm: tf.sqrt(tf.sum(squares)) }
    },
    update(allFinite) {
      tf.tidy(() => {
        const isTaken = tf.cast(allFinite, 'float32')
        const count = tf.mul(tf.add(streak, 1), isTaken)
        const grows = tf.cast(tf.greaterEqual(count, growthInterval), 'float32')
        const grown = tf.add(1, tf.mul(grows, growthFactor - 1))
        const factor = tf.add(tf.mul(isTaken, grown), tf.mul(tf.sub(1, isTaken), backoffFactor))
        skipped.assign(tf.add(skipped, tf.sub(1, isTaken)))
        streak.assign(tf.mul(count, tf.sub(1, grows)))
        const next = tf.mul(scale, factor)
        // An infinite scale would never shrink again.
        scale.assign(tf.where(tf.lessEqual(next, largest), next, scale))
      })
    },
    state: () => ({ scale: numberOf(scale), streak: numberOf(streak), skipped: numberOf(skipped) }),
    restore(state) {
      for (const name of names) {
        const value = state[name]
        const isGood = Number.isFinite(value) && (name === 'scale' ? value > 0 : value >= 0)
        if (!isGood)
          throw new EngineError(
            'bad-state',
            `Expected a number for ${name} in the state of a loss scaler but received ${value}. Restore what state() returned.`,
            { name, received: value },
          )
      }
      for (const name of names) tf.tidy(() => variables[name].assign(tf.scalar(state[name])))
    },
    dispose() {
      for (const name of names) variables[name].dispose()
    },
  }
}

function numberOf(variable: tf.Variable): number {
  return variable.dataSync()[0]
}
