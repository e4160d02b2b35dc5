import { readFileSync } from 'node:fs'

/** What tells this start of the machine from another; null where the system does not say. */
export function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return null // no Linux
  }
}
