import { describe, expect, it } from 'vitest';
import { guardTargets, RefusedTarget } from '../../../src/alerts/channels/http/target-guard.js';

const names: Record<string, string[]> = {
  'public.example': ['93.184.215.14'],
  'inside.example': ['10.1.2.3'],
  'both.example': ['93.184.215.14', '10.1.2.3'],
  'six.example': ['fd00::1'],
};
const resolve = async (name: string) => {
  const addresses = names[name];
  if (!addresses) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
  return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
};
const guard = guardTargets([], resolve);

describe('a URL is refused', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://127.0.0.1./',
    'http://169.254.169.254/latest/meta-data/',
    'http://0xa9fea9fe/',
    'http://0/',
    'http://10.0.0.1:8080/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[64:ff9b::a00:1]/',
    'http://１２７.０.０.１/',
    'https://user:password@public.example/',
    'https://user@public.example/',
    'ftp://public.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'public.example/hook',
    '',
  ])('(%s)', (url) => expect(() => guard.read(url)).toThrow(RefusedTarget));

  it.each(['https://inside.example/', 'https://both.example/', 'https://six.example/'])(
    'for what its name resolves to (%s)',
    async (url) => {
      await expect(guard.check(url)).rejects.toThrow(/resolves to .*, which is no public address/);
    },
  );
});

describe('a URL is taken', () => {
  it.each([
    'https://public.example/hook?x=1',
    'http://93.184.215.14:9000/',
    'https://[2606:4700:4700::1111]/',
    // Its name may be made later; each connection asks again.
    'https://unknown.example/',
  ])('(%s)', async (url) => {
    await expect(guard.check(url)).resolves.toBeUndefined();
  });

  it('that is private, where a setting names its network', async () => {
    const open = guardTargets(['10.0.0.0/8', '127.0.0.1/32'], resolve);
    await expect(open.check('https://inside.example/')).resolves.toBeUndefined();
    await expect(open.check('http://127.0.0.1/')).resolves.toBeUndefined();
    await expect(open.check('http://127.0.0.2/')).rejects.toThrow('127.0.0.2 is no public address');
    await expect(open.check('https://six.example/')).rejects.toThrow(RefusedTarget);
  });
});
