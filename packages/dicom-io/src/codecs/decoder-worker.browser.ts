/** The web worker of `decodeInThread`: decodes the frames that it is sent, one at a time. */
import { answerTask } from './decode-task.ts'

self.onmessage = ({ data }) => answerTask(data, (answer, transfer) => self.postMessage(answer, transfer))
