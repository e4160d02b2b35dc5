/** Worker thread: says that it is loaded, then writes the patients whose indices it is sent. */
import { parentPort, workerData } from 'node:worker_threads'
import { writePatient } from './patient-writer.ts'
import type { DataSetRecipe } from './phantom-options.ts'

const { outputDir, recipe } = workerData as { outputDir: string; recipe: DataSetRecipe }

parentPort?.on('message', async (index: number) => {
  try {
    parentPort?.postMessage({ index, files: await writePatient(outputDir, recipe, index) })
  } catch (error) {
    parentPort?.postMessage({ index, error })
  }
})
parentPort?.postMessage('loaded')
