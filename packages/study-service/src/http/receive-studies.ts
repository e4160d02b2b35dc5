/** `POST /api/studies`: the files of a form go to the spool once all of them came and are sound; a limit of the spool stops at the file that meets it. */
import type { IncomingMessage } from 'node:http'
import { uidOf } from '../dicom/uid.ts'
import { nameFacts } from '../files/name-facts.ts'
import type { Spool } from '../spool/open-spool.ts'
import type { StagedObject } from '../spool/staged-object.ts'
import { StudyError } from '../study-error.ts'
import { type ReceivedPart, receiveParts, type UploadLimits } from './receive-parts.ts'

/**
 * UIDs of the studies that the files are of. The pictures of a request, which name none, are one study: its UID is made of them, so that
 * the same pictures are the same study.
 *
 * @throws {StudyError} `bad-request`, `bad-object`, `too-large`, `too-slow`, and the others of `Spool.receive`
 */
export async function receiveStudies(
  request: IncomingMessage,
  spool: Pick<Spool, 'stage'>,
  limits: UploadLimits,
): Promise<string[]> {
  const staged = await receiveParts(request, limits, {
    receive: (part) => stage(part, spool),
    discard: (object) => object.discard(),
  })
  const pictures = uidOf('pictures', ...new Set(staged.map(({ name }) => name).sort()))
  const uids = new Set<string>()
  const left = [...staged]
  try {
    for (const object of staged) {
      const { studyInstanceUid } = await object.commit(object.studyInstanceUid ?? pictures)
      uids.add(studyInstanceUid)
      left.shift()
    }
  } catch (error) {
    for (const object of left) await object.discard()
    throw error
  }
  return [...uids]
}

async function stage(
  { number, fields, fileName, stream }: ReceivedPart,
  spool: Pick<Spool, 'stage'>,
): Promise<StagedObject> {
  const facts = { ...nameFacts(fileName), ...sideOf(fields) }
  try {
    return await spool.stage(stream, facts)
  } catch (error) {
    if (!(error instanceof StudyError)) throw error
    throw new StudyError(error.code, error.message, { ...error.details, part: number })
  }
}

/** @throws {StudyError} `bad-request` */
function sideOf({ laterality, view }: ReceivedPart['fields']): { laterality?: 'L' | 'R'; view?: string } {
  if (laterality !== undefined && laterality !== 'L' && laterality !== 'R') throw badField('L or R', 'laterality')
  if (view !== undefined && !/^[A-Z]{2,4}$/.test(view)) throw badField('a view such as CC or MLO', 'view')
  return { ...(laterality && { laterality }), ...(view && { view }) }
}

const badField = (expected: string, field: string): StudyError =>
  new StudyError(
    'bad-request',
    `Expected ${expected} for the field ${field} but received another value. Send the field before the files that it is of.`,
    { field },
  )
