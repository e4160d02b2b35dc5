/** Gradients that tfjs lacks. They are registered for all of tfjs's backends, where a newer tfjs does not have its own. */
import * as tf from '@tensorflow/tfjs-core'

type Gradients = Record<string, () => tf.Tensor>

const missing: readonly tf.GradConfig[] = [
  { kernelName: 'Einsum', saveAllInputs: true, gradFunc: einsumGradient as unknown as tf.GradFunc },
  { kernelName: 'TopK', inputsToSave: ['x'], outputsToSave: [false, true], gradFunc: topkGradient as tf.GradFunc },
  { kernelName: 'EluGrad', inputsToSave: ['dy', 'y'], gradFunc: eluSecondGradient as tf.GradFunc },
]

let isMended = false

/** Registers what is missing, and mends second derivatives; later calls do nothing. */
export function registerMissingGradients(): void {
  for (const gradient of missing) if (tf.getGradient(gradient.kernelName) == null) tf.registerGradient(gradient)
  if (isMended) return
  isMended = true
  linkSavedOutputs()
}

interface TapeNode {
  readonly outputs: readonly tf.Tensor[]
  readonly inputs: Readonly<Record<string, tf.Tensor>>
}

interface Taping {
  addTapeNode(name: string, inputs: object, outputs: readonly tf.Tensor[], ...rest: unknown[]): void
}

/**
 * Makes gradients of gradients follow the outputs that a kernel saves, as the gradient of tanh saves y.
 *
 * tfjs 4.22 records the copies of these outputs before the kernel that makes them, so that they seem to depend on nothing, and
 * the second derivative of tanh, sigmoid, exp, softmax and others loses a term (tensorflow/tfjs#3252). Here the copies follow the kernel. Comparisons,
 * most of which have no gradient, are not recorded.
 */
function linkSavedOutputs(): void {
  const engine = tf.engine()
  const { addTapeNode } = engine as unknown as Taping
  ;(engine as unknown as Taping).addTapeNode = function (this: typeof engine, name, inputs, outputs, ...rest) {
    if (isDecision(name, inputs, outputs, this.state.activeTape as unknown as TapeNode[])) return
    addTapeNode.call(this as never, name, inputs, outputs, ...rest)
    const tape = this.state.activeTape as unknown as TapeNode[]
    const isMade = (input: tf.Tensor | undefined): boolean => outputs.some(({ id }) => id === input?.id)
    const isCopy = (node: TapeNode): boolean => Object.values(node.inputs).some(isMade)
    if (tape.length === 1 || !isCopy(tape[tape.length - 2])) return
    const node = tape.pop()!
    const copies: TapeNode[] = []
    // They are the last ones before it, one for each output at most.
    for (let i = 0; i < outputs.length && tape.length > 0 && isCopy(tape[tape.length - 1]); i++)
      copies.unshift(tape.pop()!)
    tape.push(node, ...copies)
  }
}

/** Whether a kernel without a gradient compares numbers, or joins comparisons: gradients choose by it, and none passes through it. */
function isDecision(name: string, inputs: object, outputs: readonly tf.Tensor[], tape: readonly TapeNode[]): boolean {
  const isTruth = ({ dtype }: tf.Tensor): boolean => dtype === 'bool'
  if (!outputs.every(isTruth) || tf.getGradient(name) != null) return false
  const truths = Object.values(inputs).filter(isTruth)
  return (
    truths.length === 0 || truths.some(({ id }) => tape.some((node) => node.outputs.some((made) => made.id === id)))
  )
}

/** For each operand: dy and the other operand, summed over what the operand lacks and repeated along what only it has. */
function einsumGradient(dy: tf.Tensor, saved: tf.Tensor[], { equation }: tf.EinsumAttrs): Gradients {
  const [left, right] = equation.replace(/\s/g, '').split('->')
  const terms = left.split(',')
  const gradients = terms.map((term, i): [string, () => tf.Tensor] => {
    const others = terms.filter((_, j) => j !== i)
    const tensors = saved.filter((_, j) => j !== i)
    const letters = Array.from(term)
    const kept = letters.filter((letter) => right.includes(letter) || others.some((other) => other.includes(letter)))
    return [
      `${i}`,
      () => {
        const product = contract([right, ...others], [dy, ...tensors], kept)
        const { shape } = saved[i]
        const thin = letters.map((letter, axis) => (kept.includes(letter) ? shape[axis] : 1))
        return tf.broadcastTo(tf.reshape(product, thin), shape as [number])
      },
    ]
  })
  return Object.fromEntries(gradients)
}

/** An Einstein sum; tfjs's cpu backend is wrong where letters of one factor alone are summed, so they are summed first. */
function contract(terms: readonly string[], factors: readonly tf.Tensor[], output: readonly string[]): tf.Tensor {
  const isNeeded = (letter: string, i: number): boolean =>
    output.includes(letter) || terms.some((term, j) => j !== i && term.includes(letter))
  const left = terms.map((term, i) => Array.from(term).filter((letter) => isNeeded(letter, i)))
  const summed = factors.map((factor, i) => {
    const axes = Array.from(terms[i]).flatMap((letter, axis) => (isNeeded(letter, i) ? [] : [axis]))
    return axes.length === 0 ? factor : tf.sum(factor, axes)
  })
  return tf.einsum(`${left.map((letters) => letters.join('')).join(',')}->${output.join('')}`, ...summed)
}

/** Each of the largest numbers gets its own dy. */
function topkGradient(dys: tf.Tensor[], [x, indices]: tf.Tensor[]): Gradients {
  return {
    x: () => {
      const length = x.shape[x.rank - 1]
      const places = tf.cast(tf.equal(tf.expandDims(indices, -1), tf.range(0, length, 1, 'int32')), 'float32')
      return tf.sum(tf.mul(places, tf.expandDims(dys[0], -1)), -2)
    },
  }
}

/** elu' as a function of its output y is 1 above 0, and y + 1 below. */
function eluSecondGradient(ddx: tf.Tensor, [dy, y]: tf.Tensor[]): Gradients {
  const isBelow = (): tf.Tensor => tf.cast(tf.less(y, 0), 'float32')
  return {
    dy: () => tf.mul(ddx, tf.add(1, tf.mul(isBelow(), y))),
    y: () => tf.mul(isBelow(), tf.mul(ddx, dy)),
  }
}
