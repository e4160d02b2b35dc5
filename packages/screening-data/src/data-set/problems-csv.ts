import { writeFileAtomic } from '@mammokit/atomic-files'
import { formatCsv } from '@mammokit/strict-csv'
import type { DataSetProblem } from './data-set-image.ts'

/** Writes a row per problem (code, path, line, message), whole or not at all. @throws FileError `cannot-write` */
export async function writeProblemsCsv(path: string, problems: readonly DataSetProblem[]): Promise<void> {
  const rows = problems.map(({ code, path: where, line, message }) => [code, where, line, message])
  await writeFileAtomic(path, formatCsv(['code', 'path', 'line', 'message'], rows))
}
