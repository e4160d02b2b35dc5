/** Ids as names of files and folders on every system, no two of them the same. */
import { createHash } from 'node:crypto'

/** What a file system may not take, or takes as something else: it gets a name with a part of its hash. */
const longest = 100

/** Devices of Windows, whatever follows a dot. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/** The end of names that are made here: an id that ends so gets such a name as well, so that none is taken twice. */
const hashedEnd = /-x[0-9a-f]{16}$/i

/**
 * A name for each id. An id that is a safe name keeps it; another one, or one that differs from a second id only by case, gets a part
 * of it and of its SHA-256. Which name an id gets depends on the set of ids, not on their order.
 *
 * @example
 * safeNames(['A/1', 'A 1', 'P7']).get('P7') // 'P7'; the others are 'A_1-x...' with different hashes
 */
export function safeNames(ids: Iterable<string>): Map<string, string> {
  const distinct = new Set(ids)
  const spellings = new Map<string, number>()
  for (const id of distinct) spellings.set(id.toLowerCase(), (spellings.get(id.toLowerCase()) ?? 0) + 1)
  const isFree = (id: string) => isSafe(id) && spellings.get(id.toLowerCase()) === 1
  return new Map([...distinct].map((id) => [id, isFree(id) ? id : hashedName(id)]))
}

function isSafe(id: string): boolean {
  return (
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id) &&
    !id.endsWith('.') &&
    id.length <= longest &&
    !reserved.test(id) &&
    !hashedEnd.test(id)
  )
}

function hashedName(id: string): string {
  const readable = id
    .replace(/[^A-Za-z0-9-]+/g, '_')
    .replace(/^[_-]+|[_-]+$/g, '')
    .slice(0, 40)
  // UTF-8 would make halves of surrogate pairs the same.
  const hash = createHash('sha256').update(Buffer.from(id, 'utf16le')).digest('hex')
  return `${readable || 'id'}-x${hash.slice(0, 16)}`
}
