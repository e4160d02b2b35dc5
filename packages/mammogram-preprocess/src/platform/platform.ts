import type { ImageFile } from '../image-file.ts'
import type { RasterFile } from '../raster/decode-with-sharp.ts'
import type { RasterFormat } from '../raster/raster-format.ts'
import type { FileStart } from './file-start.ts'

/** What Node.js and a page each have in their own way. */
export interface Platform {
  /** Undefined where the file cannot be read: the reader of its format says why. */
  readFileStart(file: ImageFile): Promise<FileStart | undefined>
  readWholeFile(file: ImageFile): Promise<Uint8Array>
  /** SHA-256, hexadecimal. */
  hashFile(file: ImageFile): Promise<string>
  /** PNG, JPEG and TIFF. */
  openRasterFile(file: ImageFile, format: Exclude<RasterFormat, 'pgm'>): Promise<RasterFile>
}

/** The same of hashes, apart from files: a configuration needs no decoders. */
export interface Hashing {
  /** SHA-256, hexadecimal. */
  hashText(text: string): string | Promise<string>
  /** SHA-256 of a detector's file, hexadecimal. */
  hashModel(model: string): string
}
