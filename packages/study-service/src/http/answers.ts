/** `GET /api/results/…`: what the spool has of a study. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StudyState } from '../spool/study-state.ts'
import { StudyError } from '../study-error.ts'

export interface PendingAnswer {
  readonly uid: string
  readonly state: 'received' | 'waiting' | 'working'
  /** Images that it has so far. */
  readonly images: number
}

/**
 * The bytes of `result.json`, or how far the study is.
 *
 * @throws {StudyError} `not-found`, `removed`, `not-answered`
 */
export async function readResult(
  uid: string,
  state: StudyState | undefined,
): Promise<{ readonly result: Uint8Array<ArrayBuffer> } | PendingAnswer> {
  const known = assertKnown(state)
  if (isPending(known.state)) return { uid, state: known.state, images: known.objects }
  const { folder } = known
  // A study that lacks images has its earlier answer, which is not one to what was sent last.
  if (folder === null || known.state === 'failed' || known.code === 'incomplete') throw notAnswered(known)
  return { result: await readKept(join(folder, 'result.json')) }
}

/**
 * The bytes of a PNG that a result names.
 *
 * @throws {StudyError} `not-found`, `removed`
 */
export async function readOverlay(state: StudyState | undefined, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const { folder } = assertKnown(state)
  if (folder === null || !/^[0-9a-f]{16}\.png$/.test(name)) throw notFound('an overlay that a result names')
  return await readKept(join(folder, 'overlays', name))
}

/** @throws {StudyError} `not-found`, `removed` */
function assertKnown(state: StudyState | undefined): StudyState {
  if (state === undefined) throw notFound('the UID of a study that was sent here')
  if (state.state === 'expired') throw removed()
  return state
}

function isPending(state: StudyState['state']): state is PendingAnswer['state'] {
  return state === 'received' || state === 'waiting' || state === 'working'
}

/** @throws {StudyError} `removed` */
async function readKept(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw removed()
    throw error
  }
}

function notAnswered({ state, code, reason }: StudyState): StudyError {
  return new StudyError(
    'not-answered',
    `Expected an answer for this study but it ${state === 'failed' ? 'failed' : 'was refused'}: ${reason ?? code}. Send it again to have it tried again.`,
    { state, reason: code },
  )
}

const notFound = (expected: string): StudyError =>
  new StudyError(
    'not-found',
    `Expected ${expected} but received another. Take it from the answer of POST /api/studies.`,
  )

const removed = (): StudyError =>
  new StudyError(
    'removed',
    'Expected a result that is kept but received one whose time is over. Send the study again, or keep results for longer with --keep.',
  )
