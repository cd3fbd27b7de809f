// Builds and runs the programs under test: the fake upstream and the gateway.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { config } from './config.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

// Keys in a developer's shell would add providers to the gateway; it must not
// keep anything among a developer's data.
const clean = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/(_API_KEY|_API_BASE|_TOKEN|_proxy|_PROXY)$/.test(name)),
);
clean.TOLLGATE_DATA = 'memory';

// standIn is a program that the gateway is replaced by: infra/whole, which runs
// functions whatever mode it is started in.
export const standIn = process.env.TOLLGATE_PROGRAM;

function build(into, pkg, tags = []) {
  if (pkg === './local' && standIn) return standIn;
  execFileSync('go', ['build', '-o', into, ...tags, pkg], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  return into;
}

// start runs a program; its standard error goes to a file that failures quote.
function start(command, args, log) {
  const child = spawn(command, args, { env: clean, stdio: ['ignore', 'pipe', openSync(log, 'w')] });
  const exited = new Promise((done) => child.once('exit', done));
  return {
    child,
    failure: (what) => new Error(`${what}\n${readFileSync(log, 'utf8')}`),
    async stop() {
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(kill);
    },
  };
}

async function startUpstream(dir) {
  const program = build(join(dir, 'upstream'), './providers/providertest/upstream/cmd');
  const running = start(program, [], join(dir, 'upstream.log'));
  const lines = createInterface({ input: running.child.stdout });
  const { value: url } = await lines[Symbol.asyncIterator]().next();
  if (!url?.startsWith('http://')) throw running.failure('the fake upstream did not start');
  const control = async (path, method = 'GET') => {
    const reply = await fetch(`${url}/control/${path}`, { method });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${path}: ${text}`);
    return text && JSON.parse(text);
  };
  return {
    url,
    stop: running.stop,
    requests: (model) => control(`requests?model=${model}`),
    logUntil: async (until, model) => (await control(`log?model=${model}&until=${until}`)).at(-1),
    release: (token) => control(`release/${token}`, 'POST'),
    reset: () => control('reset', 'POST'),
  };
}

async function startGateway(program, dir, name, args) {
  const port = await freePort();
  const all = ['serve', '--host', '127.0.0.1', '--port', String(port), ...args];
  const running = start(program, all, join(dir, `${name}.log`));
  running.child.stdout.resume();
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 30_000;
  while (!(await alive(url))) {
    if (running.child.exitCode !== null || Date.now() > deadline) throw running.failure('the gateway did not start');
    await new Promise((again) => setTimeout(again, 50));
  }
  return { url, stop: running.stop };
}

async function alive(url) {
  try {
    return (await fetch(`${url}/health/liveliness`)).ok;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}

// workshop makes a folder for programs and logs, and starts the fake upstream.
// Its gateway method starts the gateway in one of its modes, with the sections of
// the configuration that it is given instead of those that described makes.
export async function workshop(described = config) {
  const dir = mkdtempSync(join(tmpdir(), 'tollgate-clients-'));
  const upstream = await startUpstream(dir);
  return {
    upstream,
    gateway(mode, sections = {}) {
      const program = build(join(dir, 'tollgate'), './local');
      const file = join(mkdtempSync(join(dir, 'config-')), 'config.yaml');
      writeFileSync(file, JSON.stringify({ ...described(upstream.url), ...sections })); // JSON is YAML
      const config = ['--config', file];
      const args = mode === 'lambda' ? ['--mode=lambda', '--bootstraps', buildFunctions(dir)] : [];
      return startGateway(program, dir, mode, [...config, ...args]);
    },
    async stop() {
      await upstream.stop();
      rmSync(dir, { recursive: true });
    },
  };
}

// bare starts the gateway without a configuration, a key or a network.
export async function bare() {
  const dir = mkdtempSync(join(tmpdir(), 'tollgate-bare-'));
  const gateway = await startGateway(build(join(dir, 'tollgate'), './local'), dir, 'bare', []);
  return {
    url: gateway.url,
    async stop() {
      await gateway.stop();
      rmSync(dir, { recursive: true });
    },
  };
}

function buildFunctions(dir) {
  const into = join(dir, 'bootstraps');
  for (const name of readdirSync(join(root, 'functions'))) {
    if (!existsSync(join(root, 'functions', name, 'main.go'))) continue;
    build(join(into, name, 'bootstrap'), `./functions/${name}`, ['-tags', 'lambda.norpc']);
  }
  return into;
}
