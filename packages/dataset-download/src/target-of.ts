import { join } from 'node:path'

/** Where a file of a source goes; its name was checked by `assertSafeNames`. */
export function targetOf(folder: string, path: string): string {
  return join(folder, ...path.split('/'))
}
