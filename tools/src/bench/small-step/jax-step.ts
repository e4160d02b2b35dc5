import { init, jit, lax, nn, numpy as np, valueAndGrad } from '@jax-js/jax'
import { batch, classes, filterData, filterShapes, imageData, labels, learningRate, size } from './problem.ts'

const pool = (x: np.Array) => lax.reduceWindow(x, (window) => np.max(window), [2, 2], [2, 2])

/** Owned by whoever is called with them, as all arrays of jax-js are. */
type Filters = [np.Array, np.Array, np.Array]

function lossOf([first, second, last]: Filters, images: np.Array, targets: np.Array): np.Array {
  const low = pool(nn.relu(lax.conv(images, first, [1, 1], 'VALID')))
  const high = pool(nn.relu(lax.conv(low, second, [1, 1], 'VALID')))
  const logits = lax.conv(high, last, [1, 1], 'VALID').reshape([batch, classes])
  return np.mean(np.sum(nn.logSoftmax(logits, -1).mul(targets), -1)).mul(-1)
}

/** The step in jax-js, compiled, on WebAssembly; gives the loss before it. */
export async function createJaxStep(): Promise<() => Promise<number>> {
  await init('wasm')
  const images = np.array(imageData, { shape: [batch, 1, size, size] })
  const targets = nn.oneHot(np.array(labels), classes)
  let filters = filterShapes.map((shape, i) => np.array(filterData[i]!, { shape: [...shape] })) as Filters
  const step = jit((given: Filters, x: np.Array, y: np.Array): [np.Array, Filters] => {
    const [loss, gradients] = valueAndGrad(lossOf)(given.map((filter) => filter.ref) as Filters, x, y)
    return [loss, given.map((filter, i) => filter.sub(gradients[i]!.mul(learningRate))) as Filters]
  })
  return async () => {
    const [loss, next] = step(filters, images.ref, targets.ref)
    filters = next
    return (await loss.data())[0]!
  }
}
