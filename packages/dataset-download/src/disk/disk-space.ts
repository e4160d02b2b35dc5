/** Room for what is still to be written. */
import { statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { DownloadError } from '../download-error.ts'

/** Free bytes of the disk that holds `folder`, or will hold it. */
export async function freeBytes(folder: string): Promise<number> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path)
      return bavail * bsize
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOENT' || path === dirname(path)) throw error
    }
  }
}

/** @throws {DownloadError} `disk-full` with the bytes that are missing. */
export function assertRoom(needed: number, free: number, folder: string): void {
  if (needed > free) throw diskFull(needed, free, folder)
}

export function diskFull(needed: number, free: number, folder: string): DownloadError {
  const missingBytes = Math.max(0, needed - free)
  const message = `Expected ${size(needed)} free on the disk of ${folder} but received ${size(free)}. Free ${size(missingBytes)} more, or choose another folder, and start again; what is there is kept.`
  return new DownloadError('disk-full', message, { folder, neededBytes: needed, freeBytes: free, missingBytes })
}

/** Whether an error is of a disk without room. */
export function isDiskFull(error: unknown): boolean {
  const { code, details } = (error ?? {}) as { code?: unknown; details?: { systemCode?: unknown } }
  return [code, details?.systemCode].some((one) => one === 'ENOSPC' || one === 'EDQUOT')
}

function size(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}
