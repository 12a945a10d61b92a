import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import pg from 'pg';
import { type CopyStreamQuery, from as copyFrom } from 'pg-copy-streams';
import { type PartitionedTable, partitionOf } from '../../src/store/partitions.js';

/** Bytes a write: each becomes one message of the protocol, whose cost is then spread over some 400 rows. */
const CHUNK = 256 * 1_024;

/**
 * Fills one table, day after day. A day's partition is made, filled and attached in one transaction: without indexes while it is filled (attaching
 * builds them at once, a third of the time), without WAL where `wal_level` is minimal, and with rows that are frozen already. It ends as
 * `ensurePartitions` makes it, which attaches too. A partition that is there already, of a load that was stopped, is
 * dropped, or with `add` filled as it is. Two connections take turns, so that one day's
 * indexes are built while the next day's rows come.
 */
export class PartitionLoader {
  readonly #url: string;
  readonly #table: PartitionedTable;
  readonly #columns: string;
  readonly #add: boolean;
  #day:
    | { partition: string; client: pg.Client; stream: CopyStreamQuery; attach: string | undefined }
    | undefined;
  #text: string[] = [];
  #size = 0;
  #attaching: Promise<void> = Promise.resolve();

  constructor(url: string, table: PartitionedTable, columns: string, add = false) {
    this.#add = add;
    this.#url = url;
    this.#table = table;
    this.#columns = columns;
  }

  /** Rows of one day, as COPY's text format has them. */
  async write(time: number, text: string): Promise<void> {
    const { name } = partitionOf(this.#table, time);
    if (name !== this.#day?.partition) {
      await this.#endDay();
      await this.#beginDay(time);
    }
    this.#text.push(text);
    this.#size += text.length;
    if (this.#size >= CHUNK) await this.#send();
  }

  async end(): Promise<void> {
    await this.#endDay();
    await this.#attaching;
  }

  async #beginDay(time: number): Promise<void> {
    const { name, from, to } = partitionOf(this.#table, time);
    const client = new pg.Client({ connectionString: this.#url });
    await client.connect();
    await client.query("SET maintenance_work_mem = '256MB'");
    if (!this.#add) await client.query(`DROP TABLE IF EXISTS ${name}`);
    const { rows } = await client.query(`SELECT to_regclass($1) IS NOT NULL AS there`, [name]);
    const there = rows[0]?.there === true;
    await client.query('BEGIN');
    if (!there) {
      await client.query(
        `CREATE TABLE ${name} (LIKE ${this.#table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`,
      );
    }
    const stream = client.query(
      copyFrom(`COPY ${name} (${this.#columns}) FROM STDIN ${there ? '' : 'WITH (FREEZE)'}`),
    );
    const attach = `ALTER TABLE ${this.#table} ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`;
    this.#day = { partition: name, client, stream, attach: there ? undefined : attach };
  }

  async #send(): Promise<void> {
    const text = this.#text.join('');
    this.#text = [];
    this.#size = 0;
    if (this.#day && !this.#day.stream.write(text)) await once(this.#day.stream, 'drain');
  }

  async #endDay(): Promise<void> {
    if (!this.#day) return;
    await this.#send();
    const { client, stream, attach } = this.#day;
    this.#day = undefined;
    stream.end();
    await finished(stream, { readable: false });
    await this.#attaching;
    this.#attaching = (async () => {
      if (attach !== undefined) await client.query(attach);
      await client.query('COMMIT');
      await client.end();
    })();
    // Awaited a day later; until then a failure must not end the process.
    this.#attaching.catch(() => undefined);
  }
}
