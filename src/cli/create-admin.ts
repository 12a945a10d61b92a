import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { createAccount } from '../access/accounts.js';
import { LEAST_ADMIN_PASSWORD, makeUpPassword } from '../access/ensure-first-admin.js';
import { hashPassword } from '../access/passwords.js';
import { emailSchema } from '../contract/account.js';
import { openDatabase } from '../store/database.js';
import { runCommand, UsageError } from './command.js';
import { databaseUrl } from './database-url.js';

const help = `Creates an admin in the service's database: the one of DATABASE_URL, or the embedded one of a service that runs from
this folder (DATA_DIR/database-url).

  npm run create-admin -- --email ayse@example.com
      makes up a password and prints it once
  npm run create-admin -- --email ayse@example.com < password.txt
      takes the password from standard input (a trailing line break is dropped)
  npm run create-admin -- --email ayse@example.com --password 'correct horse battery staple'
      takes it from the command line, where other users of this machine can see it

Options
  --email      address to sign in with
  --password   at least ${LEAST_ADMIN_PASSWORD} characters
  --help       this text
`;

async function main(): Promise<void> {
  const { values } = parseArguments();
  if (values.help === true) {
    process.stdout.write(help);
    return;
  }
  if (values.email === undefined) throw new UsageError(`--email is missing.\n\n${help}`);
  const email = emailSchema.safeParse(values.email);
  if (!email.success) throw new UsageError('--email is no e-mail address.');

  const given = values.password ?? (await pipedPassword());
  if (given !== undefined && given.length < LEAST_ADMIN_PASSWORD) {
    throw new UsageError(`The password must have at least ${LEAST_ADMIN_PASSWORD} characters.`);
  }
  const password = given ?? makeUpPassword();
  const url = await databaseUrl();
  const log = { warn: (_fields: object, message: string) => process.stderr.write(`${message}\n`) };
  const database = openDatabase({ url, writers: 1, log });
  try {
    const password_hash = await hashPassword(password);
    await createAccount(database.reader, { email: email.data, password_hash, role: 'admin' }, Date.now());
  } finally {
    await database.close();
  }
  process.stdout.write(`Created the admin ${email.data}\n`);
  if (given === undefined) process.stdout.write(`Password   ${password}   (shown this once)\n`);
}

function parseArguments() {
  try {
    return parseArgs({
      options: {
        email: { type: 'string' },
        password: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  }
}

/** Undefined at a terminal, and where nothing is piped. */
async function pipedPassword(): Promise<string | undefined> {
  if (process.stdin.isTTY) return undefined;
  const piped = (await text(process.stdin)).replace(/\r?\n$/, '');
  return piped === '' ? undefined : piped;
}

await runCommand(main);
