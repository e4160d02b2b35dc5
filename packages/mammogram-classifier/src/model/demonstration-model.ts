import { fileURLToPath } from 'node:url'

/**
 * Path of the demonstration network: trained on phantoms alone, see `models/model-card.md` beside it.
 *
 * @example
 * demonstrationModelPath() // '/home/me/node_modules/@mammokit/mammogram-classifier/models/demonstration.onnx'
 */
export function demonstrationModelPath(): string {
  return fileURLToPath(new URL('../../models/demonstration.onnx', import.meta.url))
}
