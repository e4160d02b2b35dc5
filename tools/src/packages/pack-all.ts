/** `npm run pack`: writes the tarball of everything that is published to `tarballs/`, and names each. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { packAll, workspaceRoot } from './pack.ts'

const folder = join(workspaceRoot, 'tarballs')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder)
for (const tarball of await packAll(folder)) console.log(tarball)
