/** dcmjs-dimse, which writes to the console otherwise, among it what peers send. */
import library from 'dcmjs-dimse'

library.log.disableAll()

export const dimse: typeof library = library
