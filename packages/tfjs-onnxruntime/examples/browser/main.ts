/** The page: trains on WebAssembly, then on WebGPU where there is an adapter, and shows both curves. */
import { type Training, train } from './train.ts'

const status = document.querySelector('#status')!
const trainings: Training[] = []

for (const executionProviders of [['wasm'], ['webgpu', 'wasm']]) {
  status.textContent = `training on ${executionProviders[0]} ...`
  const training = await train(executionProviders, 24)
  trainings.push(training)
  const { executionProvider, fallbacks, losses, secondsPerStep } = training
  const row = document.querySelector('tbody')!.insertRow()
  const reason = fallbacks.map((fallback) => ` (${fallback.executionProvider}: ${fallback.reason})`).join('')
  for (const text of [
    executionProvider + reason,
    losses[0].toFixed(3),
    losses[losses.length - 1].toFixed(3),
    `${(1000 * secondsPerStep).toFixed(1)} ms`,
  ])
    row.insertCell().textContent = text
}
status.textContent = 'done'
dispatchEvent(new CustomEvent('trained', { detail: trainings }))
