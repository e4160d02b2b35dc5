import { execFileSync, spawnSync } from 'node:child_process'
import process from 'node:process'
import { expect, test } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'

const mayMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0

test.skipIf(!mayMount)(
  'on a full disk the old files stay, nothing lies beside them, and the error says so (needs unshare)',
  () => {
    const script = `
    import { execFileSync } from 'node:child_process'
    import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
    import { join } from 'node:path'
    import { replaceFolderAtomic, writeFileAtomic } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)}
    const [disk] = process.argv.slice(1)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk])
    const big = Buffer.alloc(100_000)
    await writeFileAtomic(join(disk, 'file'), 'old')
    await replaceFolderAtomic(join(disk, 'folder'), (folder) => writeFileAtomic(join(folder, 'a'), 'old'))
    const text = ({ code, message, details }) => ({ code, message, systemCode: details.systemCode })
    const errors = [
      await writeFileAtomic(join(disk, 'file'), big).catch(text),
      await replaceFolderAtomic(join(disk, 'folder'), async (folder) => writeFileSync(join(folder, 'a'), big)).catch(text),
    ]
    const names = readdirSync(disk, { recursive: true }).sort()
    const contents = ['file', 'folder/a'].map((name) => readFileSync(join(disk, name), 'utf8'))
    console.log(JSON.stringify({ errors, names, contents }))`
    const disk = temporaryFolder()
    const node = [process.execPath, '--input-type=module', '-e', script, disk]
    const { errors, names, contents } = JSON.parse(execFileSync('unshare', ['-rm', ...node], { encoding: 'utf8' }))
    expect(names).toEqual(['file', 'folder', 'folder/a'])
    expect(contents).toEqual(['old', 'old'])
    expect(errors).toHaveLength(2)
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'cannot-write', systemCode: 'ENOSPC' })
      expect(error.message).toMatch(/received ENOSPC\. The disk is full: free some space and start again\.$/)
    }
  },
)
