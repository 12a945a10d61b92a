import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { preferredType } from '../../http/media-type.js';
import { addVary } from '../../http/vary.js';
import type { RollupMemory } from '../../store/rollups/rollup-memory.js';
import { csvType, EXPORT_PAGE, exportStream, ndjsonType } from './export-rows.js';
import type { ListSource, SpanFilter } from './list-source.js';
import { readPage, readPages } from './read-pages.js';
import { jsonWriter } from './row-text.js';

/** Rows of a page where the question does not say. */
const PAGE = 50;

export interface ListQuestion<Filter> {
  source: ListSource<Filter>;
  /** What the list is called: its key in the answer, and its name in a file's. */
  name: 'actions' | 'events';
  /** With all that narrows it to what the caller may see. */
  filter: Filter;
  limit: number | undefined;
  memory: RollupMemory;
}

/** Answers with a page of JSON, or with all that matches as CSV or NDJSON, whichever the caller prefers. */
export async function answerList<Filter extends SpanFilter>(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  { source, name, filter, limit, memory }: ListQuestion<Filter>,
): Promise<void> {
  addVary(reply, 'Accept');
  const { reader, seeker } = app.database.pools;
  const from = { reader, seeker, memory };
  const now = app.clock();
  const type = preferredType(request.headers.accept, ['application/json', csvType, ndjsonType]);

  if (type === 'application/json') {
    const most = limit ?? PAGE;
    const page = await app.answers.once(request, name, { ...filter, most }, async () => {
      // One more than asked for tells whether there is a next page.
      const rows = await readPage(source, filter, { from, now, most: most + 1 });
      const shown = rows.slice(0, most);
      const cursor = rows.length > most ? `"${shown.at(-1)?.[0]}"` : 'null';
      return `{"${name}":[${shown.map(jsonWriter(source.fields)).join()}],"next_cursor":${cursor}}`;
    });
    void reply.type('application/json; charset=utf-8').send(page);
    return;
  }

  const extension = type === csvType ? 'csv' : 'ndjson';
  const file = `${name}-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '')}Z.${extension}`;
  reply
    .type(`${type}; charset=utf-8`)
    .header('content-disposition', `attachment; filename="${file}"`)
    // Nobody needs a second copy of a table in a browser's cache.
    .header('cache-control', 'no-store');
  if (request.method === 'HEAD') {
    void reply.send('');
    return;
  }
  const most = limit ?? Number.POSITIVE_INFINITY;
  const pages = readPages(source, filter, { from, now, size: EXPORT_PAGE, most });
  void reply.send(await exportStream(pages, type, source.fields));
}

/** What every such list says of itself in the API's description. */
export const exportNote =
  'With `Accept: text/csv` or `application/x-ndjson`, all that matches comes as a file, newest first, as fast as it is taken; ' +
  '`limit` then counts only where it is given. Cells of CSV that a spreadsheet would take for a formula begin with an apostrophe.';
