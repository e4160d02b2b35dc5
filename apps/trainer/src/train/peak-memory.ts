import { readFileSync } from 'node:fs'

/**
 * The most memory that this process held at once, MiB. On Linux `process.resourceUsage().maxRSS` would also count what the process that
 * started it held: it outlives the start of another program.
 */
export function peakMemoryMiB(): number {
  return (ownPeakKiB() ?? process.resourceUsage().maxRSS) / 1024
}

function ownPeakKiB(): number | undefined {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    return kibibytes === undefined ? undefined : Number(kibibytes)
  } catch {
    return undefined // not Linux
  }
}
