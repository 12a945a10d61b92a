import { describe, expect, it } from 'vitest';
import { isAllowedOrigin } from '../../src/live/is-allowed-origin.js';

const listed = ['https://admin.example.com'];

describe('a page may open the live feed', () => {
  it.each<[string | undefined, string | undefined, string]>([
    [undefined, 'api.example.com', 'no browser'],
    ['https://api.example.com', 'api.example.com', 'the same origin behind a proxy that ends TLS'],
    ['http://localhost:8000', 'localhost:8000', 'the same origin with a port'],
    ['https://api.example.com', 'api.example.com:443', 'the same origin, its port spelt out'],
    ['https://admin.example.com', 'api.example.com', 'a listed origin'],
  ])('from %s at %s (%s)', (origin, host) => {
    expect(isAllowedOrigin(origin, host, listed)).toBe(true);
  });

  it.each<[string | undefined, string | undefined, string]>([
    ['https://evil.example', 'api.example.com', 'another host'],
    ['https://api.example.com.evil.example', 'api.example.com', 'a host that begins alike'],
    ['https://api.example.com:8443', 'api.example.com', 'another port'],
    ['http://admin.example.com', 'api.example.com', 'the listed host over plain HTTP'],
    ['null', 'api.example.com', 'a sandboxed frame'],
    ['file://', 'api.example.com', 'a file'],
    ['', 'api.example.com', 'an empty header'],
    ['https://api.example.com', undefined, 'a request without a host'],
  ])('but not from %s at %s (%s)', (origin, host) => {
    expect(isAllowedOrigin(origin, host, listed)).toBe(false);
  });
});
