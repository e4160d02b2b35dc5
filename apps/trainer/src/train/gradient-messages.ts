/** Gradients as few messages: large ones where they lie, small ones side by side, since each message waits for the network once. */
import * as tf from '@tensorflow/tfjs-core'

/** Numbers from which a gradient is a message of its own. */
const largeSize = 2 ** 16

export interface GradientMessages {
  readonly messages: readonly Float32Array[]
  /** Gives the gradients what is in the messages now. */
  unpack(): void
}

/** The gradients of variables whose values are where tfjs stores them; `isEmpty` for zeros in their place. */
export function gradientMessages(variables: readonly tf.Variable[], isEmpty = false): GradientMessages {
  const values = variables.map((variable) =>
    isEmpty ? new Float32Array(variable.size) : (variable.dataSync() as Float32Array),
  )
  const small = values.filter(({ length }) => length < largeSize)
  const packed = new Float32Array(small.reduce((sum, { length }) => sum + length, 0))
  const places = placesOf(small)
  small.forEach((numbers, index) => {
    packed.set(numbers, places[index])
  })
  return {
    messages: [packed, ...values.filter(({ length }) => length >= largeSize)],
    unpack() {
      small.forEach((numbers, index) => {
        numbers.set(packed.subarray(places[index], places[index] + numbers.length))
      })
      // Assigned even where the array is the variable's own: a device that has a copy sees that it is outdated.
      variables.forEach((variable, index) => {
        tf.tidy(() => variable.assign(tf.tensor(values[index], variable.shape)))
      })
    },
  }
}

function placesOf(arrays: readonly Float32Array[]): number[] {
  let place = 0
  return arrays.map(({ length }) => {
    place += length
    return place - length
  })
}
