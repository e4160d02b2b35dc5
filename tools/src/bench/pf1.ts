/** The best threshold for RSNA's 54,706 predictions: our exact sweep against one pF1 for each of 1,001 thresholds in NumPy. */
import { sweepThresholds } from '@mammokit/pf1-metric'
import type { Benchmark } from './benchmark.ts'
import { startPythonPeer } from './python-peer.ts'

const predictions = 54_706
const gridThresholds = 1_001

export const pf1: Benchmark = {
  name: 'pf1',
  shape: `${predictions} predictions; exact sweep against a grid of ${gridThresholds} thresholds; 1 thread`,
  rounds: 7,
  ours: async () => {
    const { targets, probabilities } = makePredictions(predictions)
    return {
      name: 'mammokit',
      round: async () => {
        const start = performance.now()
        sweepThresholds(targets, probabilities)
        return (performance.now() - start) / 1000
      },
      close: async () => undefined,
    }
  },
  peers: [() => startPythonPeer('numpy', 'pf1.py', [String(predictions), String(gridThresholds)])],
}

/** Probabilities around 0.2 for negatives and 0.5 for the 2.1 % of positives, no two alike. */
function makePredictions(count: number) {
  const targets = new Uint8Array(count)
  const probabilities = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    targets[i] = i % 48 === 0 ? 1 : 0
    const spread = ((i * 2_654_435_761) % 2 ** 32) / 2 ** 32
    probabilities[i] = 0.4 * spread + 0.3 * targets[i]
  }
  return { targets, probabilities }
}
