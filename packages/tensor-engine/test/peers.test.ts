import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openEngine } from '../src/index.ts'
import { assertNode, loadPeer } from '../src/peers.ts'

const resolve = () => {}
const isInstalled = existsSync(new URL('../../../node_modules/@tensorflow/tfjs-node', import.meta.url))
const major = Number.parseInt(process.versions.node, 10)

describe('an engine of TensorFlow', () => {
  it.skipIf(major >= 23 || isInstalled)('that is not installed says which package to install', async () => {
    await expect(openEngine('tensorflow')).rejects.toMatchObject({
      code: 'engine-missing',
      message:
        'Expected @tensorflow/tfjs-node to be installed for the engine tensorflow but it is not. ' +
        'Run npm install @tensorflow/tfjs-node@4.22.0, or use the engine onnxruntime.',
      details: { engine: 'tensorflow', package: '@tensorflow/tfjs-node' },
    })
    await expect(openEngine('tensorflow-gpu')).rejects.toThrow('npm install @tensorflow/tfjs-node-gpu@4.22.0')
  })

  it.skipIf(major >= 23)('whose native library is broken gives the reason and how to mend it', async () => {
    const load = async () => {
      throw new Error(
        "The Node.js native addon module (tfjs_binding.node) can not be found at path: /a. \nPlease run 'x'.",
      )
    }
    await expect(loadPeer('tensorflow', { resolve, load })).rejects.toMatchObject({
      code: 'engine-broken',
      message:
        'Expected @tensorflow/tfjs-node to load for the engine tensorflow but received: The Node.js native addon module ' +
        '(tfjs_binding.node) can not be found at path: /a. Run its install script, which fetches the native library: ' +
        'npm rebuild @tensorflow/tfjs-node; or use the engine onnxruntime.',
    })
  })

  it.skipIf(major >= 23)('that loads but starts no backend is broken', async () => {
    await expect(loadPeer('tensorflow', { resolve, load: async () => ({}) })).rejects.toMatchObject({
      code: 'engine-broken',
    })
  })

  it('is refused on Node 23 and later, where tfjs-node 4.22 fails in every operator', () => {
    expect(() => assertNode('tensorflow', '24.11.0')).toThrow('Expected Node 20 or 22 for the engine tensorflow')
    expect(() => assertNode('tensorflow', '23.0.0')).toThrow('received Node 23.0.0')
    expect(() => assertNode('tensorflow', '22.21.1')).not.toThrow()
  })
})
