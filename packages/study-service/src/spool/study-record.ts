/** `study.json` of a study in the spool: what was done with its objects. It names no patient, and no UID but those of reports. */
import { readFile, rename } from 'node:fs/promises'
import { basename } from 'node:path'
import { writeFileAtomic } from '@mammokit/atomic-files'
import { z } from 'zod'

const objects = z.array(z.string()).describe('names of files in the folder of objects')
const text = z.string()

const recordSchema = z.strictObject({
  recordVersion: z.literal(1),
  attempt: z
    .strictObject({ objects, tries: z.int().min(1), startedAt: z.iso.datetime() })
    .nullable()
    .describe('work that was begun and has not ended'),
  answer: z
    .strictObject({
      number: z.int().min(1).describe('of its folder'),
      outcome: z.enum(['answered', 'refused']),
      reason: text.nullable(),
      objects,
      answeredAt: z.iso.datetime(),
      removed: z.enum(['nothing', 'pixels', 'everything']).describe('what the time of keeping has taken'),
    })
    .nullable(),
  failure: z
    .strictObject({ objects, state: z.enum(['failed', 'refused']), code: text, reason: text, at: z.iso.datetime() })
    .nullable()
    .describe('why these objects get no answer'),
  reports: z
    .array(z.strictObject({ sopInstanceUid: text, seriesInstanceUid: text, predecessors: z.array(text) }))
    .describe('of its answers, of which a new report names its predecessor'),
})

export type StudyRecord = z.output<typeof recordSchema>

export const newRecord: StudyRecord = { recordVersion: 1, attempt: null, answer: null, failure: null, reports: [] }

/** Code of the failure of a study whose record was spoiled. */
export const unreadableRecord = 'unreadable-record'

/**
 * A new record where there is none. One that cannot be read, as a bad disk or a person has spoiled it, is kept aside under another name, and
 * the study has failed: what was answered and sent is not known, so that nothing is answered or sent anew until somebody sends the study again.
 */
export async function readRecord(path: string, objectNames: () => readonly string[]): Promise<StudyRecord> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return newRecord
  const record = recordSchema.safeParse(parseJson(text))
  if (record.success) return record.data
  const now = new Date()
  const aside = `${path}.unreadable-${now.getTime()}`
  const reason = `The record of what was done with this study could not be read; it is kept as ${basename(aside)}. Send the study again.`
  const failure = {
    objects: [...objectNames()],
    state: 'failed' as const,
    code: unreadableRecord,
    reason,
    at: now.toISOString(),
  }
  await rename(path, aside)
  await writeRecord(path, { ...newRecord, failure })
  return { ...newRecord, failure }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export async function writeRecord(path: string, record: StudyRecord): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(record)}\n`)
}
