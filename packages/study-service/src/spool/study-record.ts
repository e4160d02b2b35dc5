/** `study.json` of a study in the spool: what was done with its objects. It names no patient, and no UID but those of reports. */
import { readFile } from 'node:fs/promises'
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

/** A new record where there is none, or where a bad disk has spoiled it: the study is then answered again, with the same UIDs. */
export async function readRecord(path: string): Promise<StudyRecord> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  try {
    return recordSchema.parse(JSON.parse(text))
  } catch {
    return newRecord
  }
}

export async function writeRecord(path: string, record: StudyRecord): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(record)}\n`)
}
