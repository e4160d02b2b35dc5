/** Parts of the archive to files. */

import { PartialFile } from '../disk/partial-file.ts'
import { DownloadError } from '../download-error.ts'
import { differs, readResumably } from '../http/read-resumably.ts'
import { maxCorruptFetches, type Session } from '../session.ts'
import { targetOf } from '../target-of.ts'
import type { Member } from '../zip/member.ts'
import { unpackBytes, unpackFile } from '../zip/unpack-member.ts'
import { type Group, groupMembers } from './group-members.ts'
import type { Archive } from './open-archive.ts'

/** Fetches a group; returns the errors of members that stay damaged, however often they are fetched. */
export async function fetchGroup(archive: Archive, group: Group, session: Session): Promise<DownloadError[]> {
  const errors: DownloadError[] = []
  for (const { member, error } of await fetchOnce(archive, group, session)) {
    let last: DownloadError | undefined = error
    for (let fetches = 1; last && fetches < maxCorruptFetches; fetches++) {
      session.received(member.offset - member.end)
      const [again] = await fetchOnce(archive, groupMembers([member])[0], session)
      last = again?.error
    }
    if (last) errors.push(last)
  }
  return errors
}

interface Damaged {
  readonly member: Member
  readonly error: DownloadError
}

async function fetchOnce(archive: Archive, group: Group, session: Session): Promise<Damaged[]> {
  return group.fitsMemory ? fetchToMemory(archive, group, session) : fetchToDisk(archive, group.members[0], session)
}

async function fetchToMemory(archive: Archive, { start, end, members }: Group, session: Session): Promise<Damaged[]> {
  const buffer = Buffer.allocUnsafe(end - start)
  const damaged: Damaged[] = []
  let next = 0
  for await (const { offset, bytes } of readPart(archive, start, end, session)) {
    bytes.copy(buffer, offset - start)
    session.received(bytes.length)
    // A file is written as soon as its bytes are there: a kill costs those of one file, not of the group.
    for (; next < members.length && members[next].end <= offset + bytes.length; next++) {
      const member = members[next]
      const part = buffer.subarray(member.offset - start, member.end - start)
      const error = await damageOf(() => unpackBytes(part, member, targetOf(session.to, member.path), session.flush))
      if (error) damaged.push({ member, error })
      else session.finished()
      session.signal.throwIfAborted()
    }
  }
  return damaged
}

async function fetchToDisk(archive: Archive, member: Member, session: Session): Promise<Damaged[]> {
  const { version } = archive
  const target = targetOf(session.to, member.path)
  const partial = await PartialFile.open(
    target,
    (found) => found.start === member.offset && !differs(found.version, version),
  )
  try {
    const length = member.end - member.offset
    if (!partial.of || partial.length > length) await partial.restart({ version, start: member.offset, md5: null })
    session.received(partial.length)
    for await (const { offset, bytes } of readPart(archive, member.offset + partial.length, member.end, session)) {
      await partial.write(offset - member.offset, bytes)
      session.received(bytes.length)
    }
    await partial.finish()
    const error = await damageOf(() => unpackFile(partial.path, 0, member, target, session.signal))
    await partial.remove()
    if (error) return [{ member, error }]
    session.finished()
    return []
  } finally {
    await partial.close()
  }
}

function readPart({ remote, version }: Archive, start: number, end: number, { client, newRetries }: Session) {
  return readResumably(remote, { client, retries: newRetries(), start, end, version, isPart: true })
}

/** The error of a file whose bytes are not those that were announced; any other error is thrown. */
async function damageOf(unpack: () => Promise<void>): Promise<DownloadError | undefined> {
  try {
    await unpack()
    return undefined
  } catch (error) {
    if (error instanceof DownloadError && error.code === 'corrupt-file') return error
    throw error
  }
}
