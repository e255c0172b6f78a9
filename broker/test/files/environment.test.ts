import { describe, expect, it } from 'vitest';

import { jobEnvironment } from '../../src/files/environment.ts';

function job(
  submitted: Record<string, string>,
  asked: string[] = [],
  target: Record<string, string> = {}
): Record<string, string> {
  return jobEnvironment(submitted, asked, target);
}

describe('the environment of a job', () => {
  it('takes what a program needs and nothing else', () => {
    const taken = {
      PATH: '/bin',
      HOME: '/h',
      LANG: 'C',
      LC_ALL: 'C',
      LC_CTYPE: 'C.UTF-8',
      TZ: 'UTC',
      VIRTUAL_ENV: '/v',
      CONDA_PREFIX: '/c',
      CONDA_DEFAULT_ENV: 'base',
      JUPYTER_PATH: '/j',
      LD_LIBRARY_PATH: '/l',
      MODULEPATH: '/m',
      SSL_CERT_FILE: '/ca'
    };
    const left = {
      JUPYTER_TOKEN: 's3cret',
      JPY_API_TOKEN: 's3cret',
      JUPYTERHUB_API_TOKEN: 's3cret',
      JUPYTERLAB_BATCH_RUN: 'another',
      AWS_SECRET_ACCESS_KEY: 's3cret',
      CONDA_TOKEN: 's3cret',
      LC_secret: 's3cret',
      PYTHONPATH: '/p',
      LD_PRELOAD: '/evil.so',
      SSH_AUTH_SOCK: '/s'
    };
    expect(job({ ...taken, ...left })).toEqual(taken);
  });

  it.each([
    ['http://ann:pw@proxy:3128', 'http://proxy:3128'],
    ['http://ann:p@w/x@proxy:3128/', 'http://proxy:3128/'],
    ['ann:pw@proxy:3128', 'proxy:3128'],
    ['http://proxy:3128', 'http://proxy:3128'],
    ['socks5h://a%40b:c@[::1]:1080', 'socks5h://[::1]:1080']
  ])('proxies lose who asks: %s', (address, bare) => {
    for (const name of ['http_proxy', 'HTTPS_PROXY', 'all_proxy']) {
      expect(job({ [name]: address })).toEqual({ [name]: bare });
    }
    expect(job({ no_proxy: 'a,b' })).toEqual({ no_proxy: 'a,b' });
  });

  it('takes what the notebook asks for, never the keys of the server', () => {
    const submitted = { PYTHONPATH: '/p', MY_DATA: '/d', JPY_X: 'k' };
    const asked = ['PYTHONPATH', 'MY_DATA', 'JPY_X', 'NOT_SET'];
    expect(job(submitted, asked)).toEqual({ PYTHONPATH: '/p', MY_DATA: '/d' });
  });

  it('the target has the last word, but not over our own names', () => {
    const target = { PATH: '/t', OMP: '2', JUPYTERLAB_BATCH_RUN: 'x' };
    expect(job({ PATH: '/s' }, [], target)).toEqual({ PATH: '/t', OMP: '2' });
  });

  it('drops what no process can be given', () => {
    expect(job({ HOME: 'a\0b' })).toEqual({});
  });

  it('has no place for a prototype', () => {
    const hostile = JSON.parse('{"__proto__": "x", "PATH": "/b"}') as Record<
      string,
      string
    >;
    expect(job(hostile, ['__proto__'])['PATH']).toBe('/b');
  });
});
