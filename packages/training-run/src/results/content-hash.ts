/** Files that say in `contentSha256` what else is in them. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { parseRunJson } from '../parse-run-json.ts'
import { TrainingRunError } from '../training-run-error.ts'

type HashedSchema = z.ZodObject<Record<string, z.ZodType> & { contentSha256: z.ZodType<string> }>

/** SHA-256 of everything but `contentSha256`, hexadecimal. */
export function hashContent(schema: HashedSchema, content: unknown): string {
  const { contentSha256: _, ...shape } = schema.shape
  return createHash('sha256')
    .update(JSON.stringify(z.object(shape).parse(content)))
    .digest('hex')
}

/** The content with its hash, as it is written. */
export function withContentHash<Schema extends HashedSchema>(
  schema: Schema,
  content: Omit<z.output<Schema>, 'contentSha256'>,
): z.output<Schema> {
  return schema.parse({ ...content, contentSha256: hashContent(schema, content) })
}

/** @throws TrainingRunError `file-invalid`, and `file-altered` where the content is not that of its hash and `checkContent` is not off. */
export function parseHashed<Schema extends HashedSchema>(
  schema: Schema,
  text: string,
  {
    path,
    advice,
    checkContent = true,
  }: { readonly path: string; readonly advice: string; readonly checkContent?: boolean },
): z.output<Schema> {
  const content = parseRunJson(schema, text, path, advice)
  const { contentSha256: expected } = content as { contentSha256: string }
  const received = hashContent(schema, content)
  if (!checkContent || received === expected) return content
  throw new TrainingRunError(
    'file-altered',
    `Expected the content of ${path} as it was written (${expected.slice(0, 16)}) but received other content (${received.slice(0, 16)}). ${advice}`,
    { path, expected, received },
  )
}
