/** Skips the tests of a file, by name, where WebGPU has no adapter. */
import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeEach } from 'vitest'
import { compile } from '../../src/index.ts'
import { provider } from '../provider.ts'

const probe = await compile((x: tf.Tensor) => tf.neg(x), [{ shape: [1] }], { executionProviders: [provider, 'cpu'] })
const reason = probe.fallbacks[0]?.reason
await probe.dispose()

beforeEach((context) => {
  if (reason !== undefined) context.skip(`no adapter: ${reason.slice(0, 200)}`)
})
