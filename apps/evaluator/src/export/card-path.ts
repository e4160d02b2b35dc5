import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'

/** Where the card of an ONNX file goes: `model-card.md` beside it, or `NAME.model-card.md` where that is another file's card. */
export async function cardPathOf(model: string): Promise<string> {
  const card = join(dirname(model), 'model-card.md')
  const isFree = !existsSync(card) || (await readFile(card, 'utf8')).includes(`- \`${basename(model)}\`: `)
  return isFree ? card : join(dirname(model), `${basename(model, extname(model))}.model-card.md`)
}
