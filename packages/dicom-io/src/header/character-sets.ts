/** Specific Character Set (0008,0005): the terms of PS3.3 C.12.1.1.2, and what decodes them. */

/** By the names without and with code extensions; sets that are not here are read as Latin-1. */
export const characterSets: ReadonlyMap<string, string> = new Map([
  ...singleByte(6, 'latin1'),
  ...singleByte(13, 'shift_jis'),
  ...singleByte(100, 'latin1'),
  ...singleByte(101, 'iso-8859-2'),
  ...singleByte(109, 'iso-8859-3'),
  ...singleByte(110, 'iso-8859-4'),
  ...singleByte(126, 'iso-8859-7'),
  ...singleByte(127, 'iso-8859-6'),
  ...singleByte(138, 'iso-8859-8'),
  ...singleByte(144, 'iso-8859-5'),
  ...singleByte(166, 'windows-874'),
  ...singleByte(203, 'iso-8859-15'),
  ['ISO 2022 IR 58', 'gbk'],
  ['ISO 2022 IR 87', 'iso-2022-jp'],
  ['ISO 2022 IR 149', 'euc-kr'],
  ['ISO_IR 192', 'utf-8'],
  ['GB18030', 'gb18030'],
  ['GBK', 'gbk'],
])

/** Sets whose text is that of ASCII unless an escape sequence says otherwise. */
const ascii: ReadonlySet<string> = new Set(['ISO_IR 6', 'ISO 2022 IR 6'])

/** Of several sets the first that is not ASCII; undefined where there is none, or none that is known. */
export function characterSetOf(terms: readonly string[] | undefined): string | undefined {
  return terms?.find((term) => characterSets.has(term) && !ascii.has(term))
}

export function decodeText(bytes: Uint8Array, characterSet: string | undefined): string {
  const label = characterSets.get(characterSet ?? '') ?? 'latin1'
  const text = new TextDecoder(label).decode(bytes)
  // ISO 2022 marks Korean and Chinese text with an escape sequence that EUC-KR and GBK do not have.
  return label === 'euc-kr' || label === 'gbk' ? text.replaceAll('\u001b$)C', '').replaceAll('\u001b$)A', '') : text
}

function singleByte(number: number, label: string): [string, string][] {
  return [
    [`ISO_IR ${number}`, label],
    [`ISO 2022 IR ${number}`, label],
  ]
}
