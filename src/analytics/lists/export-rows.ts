import { Readable } from 'node:stream';
import type { Field } from '../../store/row-fields.js';
import { csvRecord, jsonWriter, type ListedRow } from './row-text.js';

export const csvType = 'text/csv';
export const ndjsonType = 'application/x-ndjson';
export type ExportType = typeof csvType | typeof ndjsonType;

/**
 * Rows of one statement of an export: a quarter of a megabyte of text, which Node takes 3 ms to write, so that other requests wait no longer. Two pages are
 * held: the one on its way to the client and the one that PostgreSQL makes meanwhile. A slow client holds no connection and no
 * transaction: the next page is asked for when the last but one is gone.
 */
export const EXPORT_PAGE = 500;

type Pages = AsyncGenerator<ListedRow[], void, undefined>;

/**
 * Pages as the text of a file, that is sent as fast as the client takes it. The first page is read before there is a stream, so that a database that does
 * not answer is still a 503. A client that goes away destroys the stream, and no further page is asked for.
 */
export async function exportStream(
  pages: Pages,
  type: ExportType,
  fields: readonly Field[],
): Promise<Readable> {
  const first = await pages.next();
  const header = type === csvType ? csvRecord(fields.map(({ name }) => name)) : '';
  const write = type === csvType ? csvRecord : ndjsonLine(fields);
  return Readable.from(texts(first, pages, header, write), { objectMode: false });
}

function ndjsonLine(fields: readonly Field[]): (row: ListedRow) => string {
  const toJson = jsonWriter(fields);
  return (row) => `${toJson(row)}\n`;
}

async function* texts(
  first: IteratorResult<ListedRow[], void>,
  pages: Pages,
  header: string,
  write: (row: ListedRow) => string,
): AsyncGenerator<string, void, undefined> {
  try {
    if (header !== '') yield header;
    let page = first;
    while (!page.done) {
      const next = pages.next();
      // It may fail while this page is still being taken; it is awaited, and so reported, below.
      next.catch(() => undefined);
      let text = '';
      for (const row of page.value) text += write(row);
      if (text !== '') yield text;
      page = await next;
    }
  } finally {
    await pages.return();
  }
}
