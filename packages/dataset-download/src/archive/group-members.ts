/** Small members of which one follows the other come in one request; what is not wanted is never read over. */
import type { Member } from '../zip/member.ts'

/** Wanted members within `[start, end)` of the archive; one that is large is alone. */
export interface Group {
  readonly start: number
  readonly end: number
  readonly members: readonly Member[]
  /** Whether it is unpacked from memory: nothing of it is on the disk before it is whole. */
  readonly fitsMemory: boolean
}

/** A request of this size hides the time to its first byte. */
const maxGroupBytes = 2 << 20
/** What is larger goes over the disk. */
export const maxMemoryBytes = 8 << 20
const maxUnpackedBytes = 16 << 20

/** @param members in the order of their bytes */
export function groupMembers(members: readonly Member[]): Group[] {
  const groups: { start: number; end: number; members: Member[]; fitsMemory: boolean }[] = []
  for (const member of members) {
    const { offset: start, end, size } = member
    const last = groups.at(-1)
    const fitsMemory = end - start <= maxMemoryBytes && size <= maxUnpackedBytes
    if (last && fitsMemory && last.fitsMemory && start === last.end && end - last.start <= maxGroupBytes) {
      last.members.push(member)
      last.end = end
    } else groups.push({ start, end, members: [member], fitsMemory })
  }
  return groups
}
