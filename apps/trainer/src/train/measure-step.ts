/** Entry of a process of its own, which takes two steps with random images and says how much memory that took; what does not fit ends it alone. */
import { createRandom } from '@mammokit/seeded-random'
import { openEngine } from '@mammokit/tensor-engine'
import type { Config } from '../config/config.ts'
import { createLearner } from './learner.ts'
import { fullestEpoch } from './optimizer.ts'
import { trainingSize } from './patch-batches.ts'
import { peakMemoryMiB } from './peak-memory.ts'
import { createTrainStep } from './train-step.ts'

process.on('disconnect', () => process.exit())
process.once('message', (config: Config) => {
  measure(config).then(
    (memoryMiB) => process.send?.({ memoryMiB }, () => process.exit()),
    (error: Error) => process.send?.({ fault: error.message }, () => process.exit(1)),
  )
})

/** Two steps: what the first one allocates the second one uses again. */
async function measure({ engine: name, threads, device, image, training, ...config }: Config): Promise<number> {
  const { height, width } = image
  const { batchSize, microBatchSize } = training
  const engine = await openEngine(name, { threads, device })
  const learner = createLearner({ ...config, engine: name, threads, device, image, training }, engine)
  const size = trainingSize({ image, training })
  const step = createTrainStep(engine, learner, { ...size, ...training })
  const count = microBatchSize ?? batchSize
  const shape = [count * learner.views, height, width, 1]
  const random = createRandom(13, 'measure-step')
  const randoms = (length: number) => Float32Array.from({ length }, () => random.normal())
  const [images, whole] = [size, image].map((each) => randoms(count * learner.views * each.height * each.width))
  const batch = { images, targets: new Float32Array(count), labels: new Float32Array(count * learner.labels) }
  await step.prepare(fullestEpoch(training))
  const evaluate = await engine.prepare(learner.evaluate, [shape])
  for (let i = 0; i < 2; i++) {
    await step.run(batch, { step: i, share: 1, lr: 1e-6, beta1: 0.9, averageDecay: 0.9 })
    await evaluate.run(whole)
  }
  return peakMemoryMiB()
}
