/** test-history.jsonl: how often, when and with which result a run was tested. */
import { open, readFile, stat } from 'node:fs/promises'
import { explainFileError } from '@mammokit/atomic-files'
import { evaluationLock, withFolderLock } from '../lock/lock-folder.ts'
import { parseRunJson } from '../parse-run-json.ts'
import { runPaths } from '../run-paths.ts'
import { type TestHistoryLine, testHistoryLineSchema } from '../schema/test-history.ts'
import { type TestedSubset, type TestResult, testResultSchema } from '../schema/test-result.ts'
import { TrainingRunError } from '../training-run-error.ts'
import { hashLine, hashTests, historyLine, historyPlace } from './history-line.ts'
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
  if (pending === undefined) return lines
  return withFolderLock(run, { doing: 'completes test-history.jsonl', name: evaluationLock }, () =>
    completeTestHistory(run),
  )
}

/** As `readTestHistory`, for the owner of the evaluation's lock. */
export async function completeTestHistory(run: string): Promise<TestHistoryLine[]> {
  const { lines, pending } = await inspectHistory(run)
  if (pending !== undefined) await append(runPaths(run).testHistory, pending)
  return lines
}

/** What a kill kept out of the file. */
interface Pending {
  /** Length of the whole lines, in bytes: what stands after them is the beginning of the next line. */
  readonly wholeBytes: number
  readonly text: string
}

/** The tests of a run, and what the file lacks of them. */
async function inspectHistory(run: string): Promise<{ lines: TestHistoryLine[]; pending: Pending | undefined }> {
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
    const { mtime } = await stat(resultPath)
    const line = lineOf(resultText, lines, mtime, [resultPath, path]) ?? lineIfOutdated(resultText, lines, mtime)
    if (line === undefined) continue
    if (line.test === lines.length + 1 && isStartOf(tail, line)) {
      pending += `${JSON.stringify(line)}\n`
      lines.push(line)
      tail = ''
    }
    assertRecorded(line, lines, resultPath, path)
  }
  if (tail !== '') throw altered(path, lines.length + 1, 'a whole line', 'an incomplete one')
  const wholeBytes = Buffer.byteLength(text.slice(0, end))
  return { lines, pending: pending === '' ? undefined : { wholeBytes, text: pending } }
}

/** Whether a line that a kill cut short is this one; its time may have been another. */
function isStartOf(tail: string, line: TestHistoryLine): boolean {
  const at = /"at":"([^"]*)/.exec(tail)?.[1] ?? ''
  return JSON.stringify({ ...line, at: at + line.at.slice(at.length) }).startsWith(tail)
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

/** The line of a result of this version; undefined for another or a changed file, which must not become history and which its own reader refuses. */
function lineOf(
  text: string,
  lines: readonly TestHistoryLine[],
  writtenAt: Date,
  [resultPath, path]: readonly [string, string],
): TestHistoryLine | undefined {
  const result = parseJson(text, testResultSchema)
  if (result === undefined) return undefined
  const { test, earlier, sha256 } = result.history
  if (historyPlace(result, result.history).sha256 !== sha256) return undefined
  const before = lines.slice(0, test - 1)
  if (before.length < test - 1) {
    throw altered(path, test, `the line of the test in ${resultPath}`, `${lines.length} lines`)
  }
  if (hashTests(before) !== earlier) throw altered(path, test - 1, `the tests before that in ${resultPath}`, 'others')
  return historyLine(result, before, writtenAt)
}

/** A result that a version without a history wrote counts as the first test. */
function lineIfOutdated(text: string, lines: readonly TestHistoryLine[], writtenAt: Date): TestHistoryLine | undefined {
  return lines.length > 0 ? undefined : lineOfEarlierVersion(text, writtenAt)
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
  if (hashTests([recorded]) !== hashTests([line])) {
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

async function append(path: string, { wholeBytes, text }: Pending): Promise<void> {
  try {
    const file = await open(path, 'a')
    try {
      await file.truncate(wholeBytes)
      await file.appendFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw explainFileError('cannot-write', path, error)
  }
}
