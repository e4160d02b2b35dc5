/** Worker thread: writes the patients whose indices it is sent, and exits on request. */
import { parentPort, workerData } from 'node:worker_threads'
import { writePatient } from './patient-writer.ts'
import { PhantomError } from './phantom-error.ts'
import type { DataSetRecipe } from './phantom-options.ts'

const { outputDir, recipe } = workerData as { outputDir: string; recipe: DataSetRecipe }

parentPort?.on('message', async (message: number | 'end') => {
  if (message === 'end') return parentPort?.close()
  try {
    parentPort?.postMessage({ index: message, files: await writePatient(outputDir, recipe, message) })
  } catch (error) {
    // Structured cloning of an error between threads keeps only its message.
    const fault = error instanceof PhantomError && { code: error.code, message: error.message, details: error.details }
    parentPort?.postMessage({ index: message, error, ...(fault && { fault }) })
  }
})
