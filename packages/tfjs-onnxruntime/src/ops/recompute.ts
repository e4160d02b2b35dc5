/**
 * Segments of a function that are computed again in the backward pass, so that their intermediate values need no memory in between.
 *
 * Reference: Chen et al., "Training Deep Nets with Sublinear Memory Cost", https://arxiv.org/abs/1604.06174.
 */
import * as tf from '@tensorflow/tfjs-core'
import { hasKernel, runKernel } from './custom-kernel.ts'
import { type FirstPass, repeatPass, watchPass } from './recompute-pass.ts'

type Result = tf.Tensor | tf.Tensor[]

/** The private part of tfjs's engine that also customGrad calls; `inputs` are read after `forwardFunc` has returned. */
interface Engine {
  runKernelFunc(call: {
    readonly inputs: Record<string, tf.Tensor>
    forwardFunc(backend: unknown, save: (tensors: tf.Tensor[]) => void): Result
    backwardsFunc(dy: Result, saved: readonly tf.Tensor[]): Record<string, () => tf.Tensor>
  }): Result
}

/**
 * The same function, whose intermediate values are not kept for its gradient but computed again when the gradient needs them.
 *
 * Gradients are those of `fn`, for its inputs, for the variables and for other tensors that it reads. Assignments to variables happen once, and the second
 * computation draws the same random numbers. Outside of a gradient it is `fn` itself. `fn` must not take gradients itself.
 *
 * @example
 * const block = recompute((x) => tf.relu(tf.matMul(tf.relu(tf.matMul(x, a)), b)))
 * tf.variableGrads(() => tf.mean(block(x)))
 */
export function recompute<Inputs extends tf.Tensor[], Output extends Result>(
  fn: (...inputs: Inputs) => Output,
): (...inputs: Inputs) => Output {
  return (...inputs) => {
    const { gradientDepth, kernelDepth } = tf.engine().state
    const isTapeOn = gradientDepth > 0 && kernelDepth === 0
    return isTapeOn ? (runSegment(fn as never, inputs) as Output) : fn(...inputs)
  }
}

function runSegment(fn: (...inputs: tf.Tensor[]) => Result, inputs: readonly tf.Tensor[]): Result {
  let pass: FirstPass
  const tracked: Record<string, tf.Tensor> = {}
  return (tf.engine() as unknown as Engine).runKernelFunc({
    inputs: tracked,
    forwardFunc(_, save) {
      pass = watchPass(fn, inputs)
      pass.sources.forEach(({ original }, i) => {
        tracked[i] = original
      })
      save(pass.sources.map(({ value }) => value))
      return pass.result
    },
    backwardsFunc(dy, saved) {
      const sources = pass.sources.map(({ original }, i) => ({
        original,
        value: original instanceof tf.Variable ? saved[i] : separate(saved[i], [dy].flat()[0]),
      }))
      const gradients = gradientsOf(() => repeatPass(fn, inputs, sources, pass.seeds), sources, [dy].flat())
      return Object.fromEntries(
        gradients.map((gradient, i) => [i, () => (gradient === undefined ? tf.zerosLike(saved[i]) : end(gradient))]),
      )
    },
  })
}

/** A tensor from which nothing is computed before `dy` is known; what is computed from it is not merged with what the first pass computed. */
function separate(x: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  if (!hasKernel('Recompute') || x.dtype !== 'float32' || x.size === 0) return x
  registerGradientsOnce()
  const after = tf.reshape(tf.slice(tf.reshape(dy, [-1]), [0], [1]), [])
  return runKernel('Recompute', { x, after }, {})[0]
}

/** A gradient that is to be computed before the next segment is computed again. */
function end(gradient: tf.Tensor): tf.Tensor {
  return hasKernel('RecomputeEnd') && gradient.size > 0 ? runKernel('RecomputeEnd', { x: gradient }, {})[0] : gradient
}

function registerGradientsOnce(): void {
  if (tf.getGradient('Recompute') != null) return
  const gradFunc = (dy: tf.Tensor | tf.Tensor[]) => ({
    x: () => tf.clone(dy as tf.Tensor),
    after: () => tf.scalar(0),
  })
  for (const kernelName of ['Recompute', 'RecomputeEnd']) tf.registerGradient({ kernelName, gradFunc })
}

function gradientsOf(
  run: () => Result,
  sources: readonly { readonly value: tf.Tensor }[],
  dys: readonly tf.Tensor[],
): (tf.Tensor | undefined)[] {
  const engine = tf.engine()
  const xs = sources.map(({ value }) => value)
  // A gradient at depth 0 would end the tape of the one around it, whose backward pass this is.
  const { gradientDepth, activeTape } = engine.state
  try {
    return engine.gradients(() => weightedSum([run()].flat(), dys), xs, dys.length === 1 ? dys[0] : undefined, true)
      .grads
  } finally {
    if (gradientDepth === 0) engine.state.activeTape = activeTape
  }
}

/** One tensor for all results, whose gradient with respect to each is its own `dy`. */
function weightedSum(results: readonly tf.Tensor[], dys: readonly tf.Tensor[]): tf.Tensor {
  if (results.length === 1) return results[0]
  const parts = results.flatMap((result, i) => (result.dtype === 'float32' ? [tf.sum(tf.mul(result, dys[i]))] : []))
  return tf.addN(parts)
}
