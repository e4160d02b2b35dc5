/** Whether this machine has OpenVINO and koffi: tests that need them are skipped by name elsewhere. */
import { loadOpenVino, OpenVinoError } from '../src/index.ts'

/** Why tests with OpenVINO cannot run. */
export const obstacle = findObstacle()

function findObstacle(): string | undefined {
  try {
    loadOpenVino()
    return undefined
  } catch (error) {
    if (error instanceof OpenVinoError) return error.message
    throw error
  }
}
