/** Options of `serve`: the model, the spool, what it listens on, where it sends. */
import { z } from 'zod'
import { predictSchema } from './config.ts'
import { count, inference, run, text } from './config-values.ts'

const days = z.number().min(0).max(36_500)
const port = z.int().min(0).max(65_535)

/** What the spool of `serve` takes at most, from whatever listener. */
const spoolLimits = z.strictObject({
  objectBytes: count.optional().describe('bytes of a file'),
  spoolBytes: count.optional().describe('bytes of all files together'),
  freeBytes: z.int().min(0).optional().describe('bytes that stay free on the disk, for results'),
  objectsPerStudy: count.optional().describe('files of a study'),
  waitingStudies: count.optional().describe('studies that are not answered yet'),
})

/** What `serve` takes at most over HTTP. */
const httpLimits = z.strictObject({
  partBytes: count.optional().describe('bytes of a file'),
  requestBytes: count.optional().describe('bytes of a request'),
  parts: count.optional().describe('files of a request'),
  requestSeconds: count.optional().describe('seconds for a request'),
  idleSeconds: count.optional().describe('seconds without a byte'),
  uploads: count.optional().describe('requests with files at once'),
  connections: count.optional().describe('connections at once'),
})

/** What `serve` takes at most by C-STORE. */
const dicomLimits = z.strictObject({
  maxAssociations: count.optional().describe('associations at once'),
  idleSeconds: z.number().gt(0).max(86_400).optional().describe('seconds without a PDU'),
  maxPduBytes: z
    .int()
    .min(4096)
    .max(2 ** 20)
    .optional()
    .describe('bytes of a PDU'),
})

export const serveSchema = z.strictObject({
  run: run.optional().describe('run folder whose selected checkpoint answers'),
  model: text
    .optional()
    .describe('ONNX file of export that answers in place of --run; without both the one for demonstration'),
  epoch: count.optional().describe('epoch of --run that answers instead of the selected one'),
  calibration: text.optional().describe('file of calibrate, whose calibration and threshold are used'),
  spool: text.default('spool').describe('folder for studies and their results; one process at a time may use it'),
  spoolLimits: spoolLimits.prefault({}),
  quietSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .default(30)
    .describe('a study is complete when no image came for so long'),
  keep: days.default(7).describe('days that images and overlays stay after an answer; 0 removes them at once'),
  keepResults: days.default(30).describe('days that results stay'),
  keepRecords: days
    .default(365)
    .describe('days, after those, that it stays known that a study was answered, and as which reports'),
  http: z.boolean().default(true).describe('whether to listen for HTTP'),
  httpHost: text.default('127.0.0.1').describe('address for HTTP; beyond loopback a token and TLS are required'),
  httpPort: port.default(8080).describe('port for HTTP, off for none'),
  tokenFile: text
    .optional()
    .describe('file with the token that requests must bring; MAMMOKIT_TOKEN in the environment does the same'),
  tlsCert: text.optional().describe('certificate chain for TLS, PEM'),
  tlsKey: text.optional().describe('private key for TLS, PEM'),
  httpLimits: httpLimits.prefault({}),
  dicom: z.boolean().default(true).describe('whether to listen for C-STORE'),
  dicomHost: text
    .default('127.0.0.1')
    .describe('address for C-STORE; beyond loopback TLS or a list of peers is required'),
  dicomPort: port.default(11_112).describe('port for C-STORE, off for none'),
  aeTitle: text.max(16).default('MAMMOKIT').describe('AE title, which senders must call and receivers are called by'),
  peer: z
    .union([text, z.array(text).min(1)])
    .optional()
    .describe('address or network, such as 10.1.0.0/16, that may send by C-STORE; repeat the flag for several'),
  dicomTlsCert: text.optional().describe('certificate chain for C-STORE over TLS, PEM'),
  dicomTlsKey: text.optional().describe('its private key, PEM'),
  dicomTlsCa: text.optional().describe('certificate of those whom senders must have a certificate of, PEM'),
  dicomLimits: dicomLimits.prefault({}),
  storeTo: z
    .union([text, z.array(text).min(1)])
    .optional()
    .describe(
      'AET@host:port that gets a report of each study and a capture of each overlay; repeat the flag for several',
    ),
  storeToTlsCa: text
    .optional()
    .describe('certificate of the CA of those receivers, PEM: everything goes to them over TLS'),
  storeToTlsCert: text.optional().describe('certificate chain for receivers that ask for one, PEM'),
  storeToTlsKey: text.optional().describe('private key of that certificate, PEM'),
  storeToPlain: z
    .boolean()
    .default(false)
    .describe('send without TLS beyond this machine too, such as within a protected network'),
  studySeconds: z.number().min(1).max(86_400).default(1800).describe('time for a study, after which it fails'),
  check: z.boolean().default(false).describe('ask the service that runs with these flags whether it is ready, and end'),
  admission: predictSchema.shape.admission,
  frame: predictSchema.shape.frame,
  raster: predictSchema.shape.raster,
  engine: inference.engine,
  device: inference.device,
  precision: inference.precision,
  threads: inference.threads,
})

export type ServeConfig = z.input<typeof serveSchema>
