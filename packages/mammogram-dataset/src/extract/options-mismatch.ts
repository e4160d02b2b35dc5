/** Images that were made with other options: which options differ, and what to do. */
import { readFile } from 'node:fs/promises'
import type { ResolvedPreprocessOptions } from '@mammokit/mammogram-preprocess'
import { DatasetError } from '../dataset-error.ts'

/** What preprocess.json says about the images beside it; nothing where it is not there or cannot be read. */
interface EarlierSettings {
  readonly preprocessHash?: string
  readonly options?: object
}

/** Reads preprocess.json. */
export async function readSettings(path: string): Promise<EarlierSettings> {
  try {
    const settings = JSON.parse(await readFile(path, 'utf8')) as EarlierSettings | null
    return settings ?? {}
  } catch {
    return {}
  }
}

/** @param others how many images have `found`, or undefined where it is not known */
export function optionsMismatch(
  { found, others }: { readonly found: string; readonly others: number | undefined },
  expected: { readonly hash: string; readonly options: ResolvedPreprocessOptions },
  earlier: EarlierSettings,
): DatasetError {
  const differences = differingOptions(earlier.options ?? {}, expected.options)
  const which = earlier.options && differences.length > 0 ? ` They differ in ${differences.join(', ')}.` : ''
  const images = others ?? 'images'
  return new DatasetError(
    'preprocess-mismatch',
    `Expected images made with preprocess hash ${expected.hash} but received ${images} made with ${found}.${which} ` +
      'Set redo to make them again, or choose another output folder.',
    { expected: expected.hash, received: found, images: others, differences },
  )
}

function differingOptions(before: object, now: object, prefix = ''): string[] {
  const old = before as Record<string, unknown>
  const current = now as Record<string, unknown>
  return [...new Set([...Object.keys(old), ...Object.keys(current)])].sort().flatMap((key) => {
    const [a, b] = [old[key], current[key]]
    if (a && b && typeof a === 'object' && typeof b === 'object') return differingOptions(a, b, `${prefix}${key}.`)
    return JSON.stringify(a) === JSON.stringify(b)
      ? []
      : [`${prefix}${key} (${JSON.stringify(a)}, now ${JSON.stringify(b)})`]
  })
}
