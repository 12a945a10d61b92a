// @ts-check
import { createInterface } from 'node:readline';
import { EnginePanic } from './stand-in-engine.mjs';
import { UserFacingError } from './user-facing-error.mjs';

/** The native engine's code for «see the data field». */
const ERROR_CODE = 4466;

/**
 * Answers JSON-RPC 2.0, a message a line, one request after the other, until the input ends. The other way there is one request, `print`,
 * whose acknowledgement (a line without a method) is read over.
 * @param {NodeJS.ReadableStream} input
 * @param {NodeJS.WritableStream} output
 * @param {import('./stand-in-engine.mjs').StandInEngine} engine
 */
export async function serveRequests(input, output, engine) {
  let printed = 0;
  const send = (/** @type {object} */ message) =>
    output.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const print = (/** @type {string} */ content) => {
    printed += 1;
    send({ id: printed, method: 'print', params: { content } });
  };
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const { id, method, params } = JSON.parse(line);
    if (method === undefined) continue;
    try {
      send({ id, result: (await engine.call(method, params ?? {}, print)) ?? {} });
    } catch (error) {
      send({ id, error: errorObject(error) });
    }
  }
}

/** @param {unknown} error */
function errorObject(error) {
  const { code, message } = UserFacingError.from(error);
  // A panic's `data.message` is shown as its trace, `data.error.message` as its text.
  const data =
    error instanceof EnginePanic
      ? { is_panic: true, message: error.stack, error: { message } }
      : { is_panic: false, message, ...(code && { error_code: code }), meta: null };
  return { code: ERROR_CODE, message: 'An error happened. Check the data field for details.', data };
}
