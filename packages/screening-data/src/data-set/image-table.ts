/** Images as a table: the columns that every set has, and the set's own beside them under their own names. */
import type { CsvColumn } from '@mammokit/strict-csv'
import type { DataSetImage } from './data-set-image.ts'

type Value = string | number | boolean | null

/** A column that every set has. */
export interface StandardColumn<Image> {
  /** Its name, and what its cells may hold. */
  readonly column: CsvColumn
  readonly value: (image: Image) => Value
  /** Whether it is there where no image has a value. @default false */
  readonly always?: boolean
}

export interface ImageTable {
  readonly header: readonly string[]
  /** A row per image. */
  readonly rows: readonly (readonly string[])[]
}

export interface ImageTableOptions {
  /** Names that the table needs for something else. @default none */
  readonly reserved?: readonly string[]
  /** Whether the set's own columns come first, in their order. @default false */
  readonly ownFirst?: boolean
}

/** A column of the table. */
interface Column<Image> {
  readonly name: string
  readonly cell: (image: Image) => string
}

/**
 * The standard columns and the set's own. An own column with the name of a standard one is that column, as the set wrote it, where it says
 * the same of every image; else it is kept as `own_<name>`, as is one with a name of `reserved`.
 */
export function imageTable<Image extends Pick<DataSetImage, 'columns'>>(
  images: readonly Image[],
  standard: readonly StandardColumn<Image>[],
  { reserved = [], ownFirst = false }: ImageTableOptions = {},
): ImageTable {
  const own = new Set<string>()
  for (const { columns } of images) for (const name in columns) own.add(name)
  const verbatim = new Set(standard.filter((one) => own.has(one.column.name) && agrees(images, one)).map(nameOf))
  const taken = new Set([...standard.map(nameOf), ...reserved])

  const shown = standard.filter(
    (one) => own.has(nameOf(one)) || one.always || images.some((image) => textOf(one.value(image)) !== ''),
  )
  const ofStandard = shown.map((one): Column<Image> => {
    const name = nameOf(one)
    const isVerbatim = verbatim.has(name)
    return { name, cell: (image) => (isVerbatim ? image.columns[name] : undefined) ?? textOf(one.value(image)) }
  })
  const ofSet = [...own].map((name): Column<Image> => {
    if (verbatim.has(name)) return ofStandard.find((column) => column.name === name)!
    return { name: taken.has(name) ? freeName(name, own) : name, cell: ({ columns }) => columns[name] ?? '' }
  })
  const columns = [...new Set(ownFirst ? [...ofSet, ...ofStandard] : [...ofStandard, ...ofSet])]
  return {
    header: columns.map(({ name }) => name),
    rows: images.map((image) => columns.map(({ cell }) => cell(image))),
  }
}

const nameOf = <Image>({ column }: StandardColumn<Image>): string => column.name

/** Whether the set's own cells mean what the standard column says. */
function agrees<Image extends Pick<DataSetImage, 'columns'>>(
  images: readonly Image[],
  { column: { name, schema }, value }: StandardColumn<Image>,
): boolean {
  const known = new Map<string, unknown>()
  const parse = (cell: string): unknown => {
    if (!known.has(cell)) known.set(cell, schema.safeParse(cell).data)
    return known.get(cell)
  }
  return images.every((image) => {
    const cell = image.columns[name]?.trim()
    return cell === undefined || cell === textOf(value(image)) || parse(cell) === value(image)
  })
}

function textOf(value: Value): string {
  return typeof value === 'boolean' ? String(Number(value)) : String(value ?? '')
}

function freeName(name: string, own: ReadonlySet<string>): string {
  const free = `own_${name}`
  return own.has(free) ? freeName(free, own) : free
}
