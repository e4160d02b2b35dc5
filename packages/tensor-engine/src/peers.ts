/** The optional packages with TensorFlow's native library, loaded on demand. */
import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs-core'
import type { EngineName } from './names.ts'
import { TensorEngineError } from './tensor-engine-error.ts'

type PeerEngine = Exclude<EngineName, 'onnxruntime'>

const peers = { tensorflow: '@tensorflow/tfjs-node', 'tensorflow-gpu': '@tensorflow/tfjs-node-gpu' } as const
const version = '4.22.0'

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 took out. */
const firstUnsupportedNode = 23

/** How packages are found and loaded: a test has its own. */
interface Loader {
  /** @throws where the package is not installed */
  resolve(name: string): unknown
  load(name: string): Promise<unknown>
}

const nodeLoader: Loader = { resolve: createRequire(import.meta.url).resolve, load: (name) => import(name) }

/**
 * Loads the package of an engine and makes its backend the current one.
 *
 * @throws {TensorEngineError} `node-unsupported`, `engine-missing`, `engine-broken`
 */
export async function loadPeer(engine: PeerEngine, { resolve, load }: Loader = nodeLoader): Promise<void> {
  const peer = peers[engine]
  assertNode(engine, process.versions.node)
  try {
    resolve(peer)
  } catch {
    const message = `Expected ${peer} to be installed for the engine ${engine} but it is not. Run npm install ${peer}@${version}, or use the engine onnxruntime.`
    throw new TensorEngineError('engine-missing', message, { engine, package: peer })
  }
  try {
    await load(peer)
    if (!(await tf.setBackend('tensorflow'))) throw new Error('TensorFlow did not start')
  } catch (error) {
    const reason = (error as Error).message
      .trim()
      .split('\n')[0]
      .replace(/[.\s]+$/, '')
    const message = `Expected ${peer} to load for the engine ${engine} but received: ${reason}. Run its install script, which fetches the native library: npm rebuild ${peer}; or use the engine onnxruntime.`
    throw new TensorEngineError('engine-broken', message, { engine, package: peer, reason })
  }
}

/** @throws {TensorEngineError} `node-unsupported` */
export function assertNode(engine: PeerEngine, node: string): void {
  if (Number.parseInt(node, 10) < firstUnsupportedNode) return
  throw new TensorEngineError(
    'node-unsupported',
    `Expected Node 20 or 22 for the engine ${engine} but received Node ${node}, on which ${peers[engine]} ${version} fails in every operator. Use the engine onnxruntime, or another Node.`,
    { engine, package: peers[engine], node },
  )
}
