import { readInputFile } from '@mammokit/atomic-files'
import { parseRunJson } from '../parse-run-json.ts'
import { runPaths } from '../run-paths.ts'
import { type MetricsLine, metricsLineSchema } from '../schema/metrics-line.ts'

/**
 * Reads runs/<run>/metrics.jsonl; a line that training is writing at this moment is left out.
 *
 * @throws FileError not-found; TrainingRunError file-invalid with the line
 */
export async function readMetrics(run: string): Promise<MetricsLine[]> {
  const path = runPaths(run).metrics
  const text = (await readInputFile(path, 'It is written by mammokit-trainer train.')).toString('utf8')
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)
  return lines.map((line, index) => parseRunJson(metricsLineSchema, line, `${path}, line ${index + 1}`))
}
