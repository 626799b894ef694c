/** Which addresses may be connected to: asked for the very address, after the name was resolved, and nothing is sent where none is allowed. */
import { getDefaultAutoSelectFamily, setDefaultAutoSelectFamily } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFetch } from '../../src/api/fetch.js';
import { closedPort, connectProxy, httpServer, httpsServer, rejection, text } from './fixtures/net.js';

const fetch = createFetch({});
const hello = () => httpServer((_request, response) => response.end('hello'));

describe('a name', () => {
  it('is connected to at an address that is allowed, and each one found is asked about', async () => {
    const server = await hello();
    const asked: string[] = [];
    const allowAddress = (address: string): boolean => {
      asked.push(address);
      return address === '127.0.0.1';
    };
    const response = await fetch(`http://localhost:${server.port}/`, { allowAddress });
    expect(await text(response)).toBe('hello');
    expect(asked).toContain('127.0.0.1');
    for (const address of asked) expect(['127.0.0.1', '::1']).toContain(address);
  });

  it.each(['http', 'https'])('is not connected to over %s where none is allowed', async (scheme) => {
    const server = await (scheme === 'http' ? hello() : httpsServer((_request, response) => response.end()));
    let sent = false;
    const promise = fetch(`${scheme}://localhost:${server.port}/`, {
      allowAddress: () => false,
      onSent: () => {
        sent = true;
      },
    });
    expect(await rejection(promise)).toMatchObject({
      name: 'TransportError',
      code: 'ADDRESS_REFUSED',
      sent: false,
    });
    expect([server.connections, sent]).toEqual([0, false]);
  });

  it('is connected to where Node asks for one address only, as Node 18 does', async () => {
    const isAuto = getDefaultAutoSelectFamily();
    onTestFinished(() => setDefaultAutoSelectFamily(isAuto));
    setDefaultAutoSelectFamily(false);
    const server = await hello();
    const url = `http://localhost:${server.port}/`;
    const allowAddress = (address: string): boolean => address === '127.0.0.1';
    expect(await text(await fetch(url, { allowAddress }))).toBe('hello');
    const refused = await rejection(fetch(url, { allowAddress: () => false }));
    expect([refused.code, server.connections]).toEqual(['ADDRESS_REFUSED', 1]);
  });

  it('never gets the addresses that are not allowed', async () => {
    const server = await hello();
    // Only the IPv6 one of this machine, where nothing listens: the server on 127.0.0.1 must not be the way out.
    const promise = fetch(`http://localhost:${server.port}/`, {
      allowAddress: (address) => address.includes(':'),
    });
    expect(await rejection(promise)).toMatchObject({ sent: false });
    expect(server.connections).toBe(0);
  });
});

it('a name that cannot be is reported as that', async () => {
  // A label of a name has at most 63 characters: no name server is asked.
  const promise = fetch(`http://${'a'.repeat(64)}.test/`, { allowAddress: () => true });
  const { code, sent } = await rejection(promise);
  expect([/^(ENOTFOUND|EAI_\w+)$/.test(String(code)), sent]).toEqual([true, false]);
});

describe('an address that is spelled out', () => {
  it.each(['127.0.0.1', '2130706433', '0x7f.1'])('%s', async (host) => {
    const server = await hello();
    const asked: string[] = [];
    const allowAddress = (address: string): boolean => {
      asked.push(address);
      return false;
    };
    const url = `http://${host}:${server.port}/`;
    expect(await rejection(fetch(url, { allowAddress }))).toMatchObject({
      code: 'ADDRESS_REFUSED',
      sent: false,
    });
    expect([server.connections, asked]).toEqual([0, ['127.0.0.1']]);
    expect(await text(await fetch(url, { allowAddress: () => true }))).toBe('hello');
  });

  it('IPv6 is asked about without brackets', async () => {
    const asked: string[] = [];
    const allowAddress = (address: string): boolean => {
      asked.push(address);
      return false;
    };
    const promise = fetch(`http://[::1]:${await closedPort()}/`, { allowAddress });
    expect(await rejection(promise)).toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(asked).toEqual(['::1']);
  });
});

it('behind a proxy the proxy resolves: nobody is asked about a name', async () => {
  const server = await hello();
  const proxy = await connectProxy();
  const asked: string[] = [];
  const allowAddress = (address: string): boolean => {
    asked.push(address);
    return true;
  };
  const through = createFetch({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` });
  const response = await through(`http://pictures.test:${server.port}/`, { allowAddress });
  expect([await text(response), asked, proxy.heads.length]).toEqual(['hello', [], 1]);
});
