import { readInputFile } from '@mammokit/atomic-files'
import { parseRunJson } from './parse-run-json.ts'
import { runPaths } from './run-paths.ts'
import { type MetricsLine, metricsLineSchema } from './schema/metrics-line.ts'

/**
 * Reads runs/<run>/metrics.jsonl.
 *
 * @throws FileError not-found; TrainingRunError file-invalid with the line
 */
export async function readMetrics(run: string): Promise<MetricsLine[]> {
  const path = runPaths(run).metrics
  const text = (await readInputFile(path, 'It is written by mammokit-trainer train.')).toString('utf8')
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.map((line, index) => parseRunJson(metricsLineSchema, line, `${path}, line ${index + 1}`))
}
