/** What the machine can do at best on two threads, the bounds of `train-step`: products of large matrices, and passes over memory. */
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-layers'
import { compile } from '@mammokit/tfjs-onnxruntime'
import * as tf from '@tensorflow/tfjs-core'
import type { Benchmark, Contender } from './benchmark.ts'
import { startPythonPeer } from './python-peer.ts'

const threads = 2
const matrixLength = 2048
/** Rows and columns of an array that is far larger than the caches. */
const arrayShape = [1024, 65536]

export const machine: readonly Benchmark[] = [
  {
    name: 'machine',
    shape: `product of two matrices of ${matrixLength} x ${matrixLength} and its rows' sums, float32, ${threads} threads`,
    work: { amount: (2 * matrixLength ** 3) / 1e9, unit: 'GFLOP' },
    rounds: 15,
    ours: () => startOurs((x) => tf.sum(tf.matMul(x, x), 1), [matrixLength, matrixLength]),
    peers: [() => startPythonPeer('pytorch', 'machine.py', ['product', ...peerArgs(matrixLength, matrixLength)])],
  },
  {
    name: 'machine',
    shape: `sums of the rows of ${arrayShape.join(' x ')}, float32, ${threads} threads: memory is read once`,
    work: { amount: (4 * arrayShape[0] * arrayShape[1]) / 1e9, unit: 'GB' },
    rounds: 15,
    ours: () => startOurs((x) => tf.sum(x, 1), arrayShape),
    peers: [() => startPythonPeer('pytorch', 'machine.py', ['sums', ...peerArgs(arrayShape[0], arrayShape[1])])],
  },
]

function peerArgs(rows: number, columns: number): string[] {
  return [rows, columns, threads].map(String)
}

async function startOurs(f: (x: tf.Tensor2D) => tf.Tensor, shape: number[]): Promise<Contender> {
  tf.enableProdMode()
  await tf.setBackend('cpu')
  const compiled = await compile(f, [{ shape }], { intraOpNumThreads: threads })
  const x = new Float32Array(tf.util.sizeFromShape(shape)).fill(1e-3)
  return {
    name: 'mammokit',
    round: async () => {
      const start = performance.now()
      await compiled.run(x)
      return (performance.now() - start) / 1000
    },
    close: () => compiled.dispose(),
  }
}
