// A real authorization server, npm's oidc-provider, on loopback: two programs
// that get tokens for themselves, an administrator's tool, and a page that users
// sign in to.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

// The gateway, as the tokens' audience.
export const audience = 'urn:tollgate';

const secret = 'a-secret-of-every-client';
const redirect = 'https://app.example/back';
const program = { client_secret: secret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };

// Users by their names. Ann is in the team red.
const users = { ann: { name: 'ann', groups: ['nobodys', 'red'], customer: 'customer-1' }, eve: { name: 'eve', groups: ['nobodys'] } };

// keys are one of RSA's and one of P-256, under names of their own.
function keys() {
  return [generateKeyPairSync('rsa', { modulusLength: 2048 }), generateKeyPairSync('ec', { namedCurve: 'P-256' })].map(({ privateKey }) => ({
    ...privateKey.export({ format: 'jwk' }),
    kid: randomUUID(),
    use: 'sig',
  }));
}

function configuration(jwks) {
  return {
    jwks: { keys: jwks },
    cookies: { keys: ['cookies of a test'] },
    clients: [
      { client_id: 'red', ...program },
      { client_id: 'nobodys', ...program },
      { client_id: 'poor', ...program },
      { client_id: 'hasty', ...program },
      { client_id: 'operator', ...program },
      { client_id: 'page', client_secret: secret, redirect_uris: [redirect], id_token_signed_response_alg: 'ES256' },
    ],
    scopes: ['openid', 'litellm_proxy_admin', 'call'],
    claims: { openid: ['sub', 'name', 'groups', 'customer'] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...users[id] }) }),
    extraTokenClaims: (_, token) => (token.kind === 'ClientCredentials' ? { team: token.clientId === 'hasty' ? 'red' : token.clientId } : users[token.accountId]),
    ttl: { ClientCredentials: (_, token) => (token.clientId === 'hasty' ? 1 : 600), AccessToken: 600, IdToken: 600, Session: 600, Interaction: 600, Grant: 600 },
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => ({ scope: 'call litellm_proxy_admin', audience: resource, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }),
      },
    },
  };
}

// startProvider starts it. Its clients and users outlive rotate, which replaces
// all keys.
export async function startProvider() {
  let answer;
  const server = createServer((request, response) => answer(request, response));
  await new Promise((up) => server.listen(0, '127.0.0.1', up));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const rotate = () => {
    answer = new Provider(issuer, configuration(keys())).callback();
  };
  rotate();
  const ask = (body) =>
    fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${body.client_id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams(body),
    }).then(async (reply) => {
      const got = await reply.json();
      if (!reply.ok) throw new Error(`${body.client_id}: ${JSON.stringify(got)}`);
      return got;
    });
  return {
    issuer,
    rotate,
    // program is a token that a program gets for itself.
    program: async (client, options) => (await ask({ grant_type: 'client_credentials', client_id: client, resource: audience, scope: 'call', ...options })).access_token,
    // user is what the page gets when a user signs in: an id_token, and an access
    // token for a resource or, without one, an opaque one.
    async user(name, resource) {
      const code = await signIn(issuer, name, resource);
      return ask({ grant_type: 'authorization_code', client_id: 'page', code, redirect_uri: redirect, ...(resource && { resource }) });
    },
    stop: () =>
      new Promise((down) => {
        server.close(down);
        server.closeAllConnections();
      }),
  };
}

// signIn does what a browser does: it signs in, agrees, and comes back with a code.
async function signIn(issuer, name, resource) {
  const jar = new Map();
  const go = async (url, form) => {
    const reply = await fetch(url, {
      redirect: 'manual',
      method: form ? 'POST' : 'GET',
      headers: { cookie: [...jar].map(([k, v]) => `${k}=${v}`).join('; ') },
      body: form && new URLSearchParams(form),
    });
    for (const line of reply.headers.getSetCookie()) {
      const [, k, v] = /^([^=]+)=([^;]*)/.exec(line);
      jar.set(k, v);
    }
    await reply.text();
    return new URL(reply.headers.get('location') ?? url, issuer).href;
  };
  const query = new URLSearchParams({ client_id: 'page', response_type: 'code', scope: 'openid call', redirect_uri: redirect, ...(resource && { resource }) });
  let at = await go(`${issuer}/auth?${query}`);
  for (const form of [{ prompt: 'login', login: name, password: 'any' }, { prompt: 'consent' }]) {
    at = await go(at, form); // the page that asks, answered
    at = await go(at); // back to the server, which asks for more or is done
  }
  const code = new URL(at).searchParams.get('code');
  if (!code) throw new Error(`signing in as ${name} ended at ${at}`);
  return code;
}
