/** test-history.jsonl: how often, when and with which result a run was tested. */
import { appendFile, readFile, stat } from 'node:fs/promises'
import { explainFileError } from '@mammokit/atomic-files'
import { evaluationLock, withFolderLock } from '../lock/lock-folder.ts'
import { parseRunJson } from '../parse-run-json.ts'
import { runPaths } from '../run-paths.ts'
import { type TestHistoryLine, testHistoryLineSchema } from '../schema/test-history.ts'
import { type TestedSubset, type TestResult, testResultSchema } from '../schema/test-result.ts'
import { TrainingRunError } from '../training-run-error.ts'
import { hashLine, historyLine } from './history-line.ts'
import { lineOfEarlierVersion } from './outdated-result.ts'

const subsets: readonly TestedSubset[] = ['test', 'val']

/**
 * Reads every test of a run, in order, and checks that none was removed or changed. A line that a kill kept from being appended after its
 * result was written is appended now.
 *
 * @throws TrainingRunError history-altered, which names the line; run-in-use where another process tests the run now
 */
export async function readTestHistory(run: string): Promise<TestHistoryLine[]> {
  const { lines, pending } = await inspectHistory(run)
  if (pending === '') return lines
  return withFolderLock(run, { doing: 'completes test-history.jsonl', name: evaluationLock }, () =>
    completeTestHistory(run),
  )
}

/** As `readTestHistory`, for the owner of the evaluation's lock. */
export async function completeTestHistory(run: string): Promise<TestHistoryLine[]> {
  const { lines, pending } = await inspectHistory(run)
  if (pending !== '') await append(runPaths(run).testHistory, pending)
  return lines
}

/** The tests of a run, and what the file lacks of them. */
async function inspectHistory(run: string): Promise<{ lines: TestHistoryLine[]; pending: string }> {
  const path = runPaths(run).testHistory
  const text = (await readIfPresent(path)) ?? ''
  const end = text.lastIndexOf('\n') + 1
  const lines = parseLines(text.slice(0, end), path)
  let tail = text.slice(end)
  let pending = ''
  for (const subset of subsets) {
    const resultPath = runPaths(run).test(subset)
    const resultText = await readIfPresent(resultPath)
    if (resultText === undefined) continue
    const line = lineOf(resultText, lines) ?? (await lineIfOutdated(resultText, resultPath, lines))
    if (line === undefined) continue
    if (line.test === lines.length + 1 && JSON.stringify(line).startsWith(tail)) {
      pending += `${JSON.stringify(line).slice(tail.length)}\n`
      lines.push(line)
      tail = ''
    }
    assertRecorded(line, lines, resultPath, path)
  }
  if (tail !== '') throw altered(path, lines.length + 1, 'a whole line', 'an incomplete one')
  return { lines, pending }
}

function parseLines(text: string, path: string): TestHistoryLine[] {
  const lines: TestHistoryLine[] = []
  for (const [index, raw] of text.split('\n').slice(0, -1).entries()) {
    const line = parseRunJson(testHistoryLineSchema, raw, `${path}, line ${index + 1}`, advice)
    const previous = lines.length === 0 ? null : hashLine(lines[index - 1])
    if (JSON.stringify(line) !== raw || line.test !== index + 1) {
      throw altered(path, index + 1, `test ${index + 1} as it was written`, `another line (test ${line.test})`)
    }
    if (line.previous !== previous) {
      throw altered(path, index + 1, `${line.previous ?? 'no line'} as hash of the line before`, previous ?? 'no line')
    }
    lines.push(line)
  }
  return lines
}

/** The line of a result of this version; undefined for another file, which its own reader refuses. */
function lineOf(text: string, lines: readonly TestHistoryLine[]): TestHistoryLine | undefined {
  const result = parseJson(text, testResultSchema)
  if (result === undefined) return undefined
  const line = historyLine(result, result.history)
  const isNext = line.test === lines.length + 1
  const previous = lines.length === 0 ? null : hashLine(lines.at(-1)!)
  // A changed result must not become history.
  return hashLine(line) === result.history.sha256 && (!isNext || line.previous === previous) ? line : undefined
}

/** A result that a version without a history wrote counts as the first test. */
async function lineIfOutdated(
  text: string,
  path: string,
  lines: readonly TestHistoryLine[],
): Promise<TestHistoryLine | undefined> {
  if (lines.length > 0) return undefined
  return lineOfEarlierVersion(text, (await stat(path)).mtime)
}

function assertRecorded(
  line: TestHistoryLine,
  lines: readonly TestHistoryLine[],
  resultPath: string,
  path: string,
): void {
  const recorded = lines[line.test - 1]
  if (recorded === undefined) {
    throw altered(path, line.test, `the line of the test in ${resultPath}`, `${lines.length} lines`)
  }
  if (hashLine(recorded) !== hashLine(line)) {
    throw altered(path, line.test, `the line of the test in ${resultPath}`, 'another one')
  }
  const last = lines.findLast(({ subset }) => subset === line.subset)!
  if (last.test !== line.test) {
    throw altered(path, last.test, `test ${last.test} in ${resultPath}`, `test ${line.test}`)
  }
}

const advice = 'Restore the file from a backup: without it nobody can tell how often the test set was used.'

function altered(path: string, line: number, expected: string, received: string): TrainingRunError {
  return new TrainingRunError(
    'history-altered',
    `Expected ${expected} for line ${line} of ${path} but received ${received}. ${advice}`,
    { path, line },
  )
}

function parseJson(text: string, schema: typeof testResultSchema): TestResult | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw explainFileError('cannot-read', path, error)
  }
}

async function append(path: string, text: string): Promise<void> {
  try {
    await appendFile(path, text, { flush: true })
  } catch (error) {
    throw explainFileError('cannot-write', path, error)
  }
}
