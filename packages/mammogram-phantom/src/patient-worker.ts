/** Worker thread: writes the patients whose indices it is sent, and ends when it is told to. */
import { parentPort, workerData } from 'node:worker_threads'
import { writePatient } from './patient-writer.ts'
import type { DataSetRecipe } from './phantom-options.ts'

const { outputDir, recipe } = workerData as { outputDir: string; recipe: DataSetRecipe }

parentPort?.on('message', async (message: number | 'end') => {
  if (message === 'end') return parentPort?.close()
  try {
    parentPort?.postMessage({ index: message, files: await writePatient(outputDir, recipe, message) })
  } catch (error) {
    parentPort?.postMessage({ index: message, error })
  }
})
