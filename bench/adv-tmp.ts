import { findSchemes } from '../src/ingest/redact/find-schemes.js';
import { keyHint } from '../src/ingest/redact/key-rules.js';
import { redactPhrases } from '../src/ingest/redact/redact-phrases.js';
import { scanText } from '../src/ingest/redact/scan-text.js';
import { valueRules } from '../src/ingest/redact/value-rules.js';

const N = 32768;
for (const p of ['A', 'key', '4 ', '4-', 'SG.aaaaaaaaaaaaaaaaaa', 'auth:{', 'passwordpassword']) {
  const t = ('password token key 1234567890123 @ . _ % < : ' + p.repeat(N)).slice(0, N);
  const out: string[] = [];
  const time = (n: string, f: () => void) => {
    f();
    f();
    const s = performance.now();
    f();
    out.push(n + ' ' + (performance.now() - s).toFixed(1));
  };
  valueRules.forEach((r, i) => time('r' + i, () => r.apply(t, () => {})));
  time('hint', () => keyHint.test(t));
  time('scan', () => scanText(t));
  console.log(JSON.stringify(p), out.join('  '));
}
