import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { installPacked } from '../src/packages/install-packed.ts'
import { listPackages } from '../src/packages/pack.ts'
import { readReadmeExample, runExample } from '../src/packages/readme-example.ts'

for (const folder of await listPackages()) {
  it(`${folder}: the README's example, run with only what its install line names, packed, prints what the README says`, async () => {
    const project = mkdtempSync(join(tmpdir(), 'mammokit-readme-'))
    try {
      const example = await readReadmeExample(folder)
      expect(example.packages).toContain(`@mammokit/${folder}`)
      await installPacked(example.packages, project)
      expect(await runExample(example, project)).toBe(example.output)
    } finally {
      rmSync(project, { recursive: true })
    }
  })
}
