// Tokens of a real authorization server, npm's oidc-provider, against the gateway
// as people run it: teams, users, budgets, administrators, keys that change and
// tokens that end.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { masterKey } from '../node/config.mjs';
import { workshop } from '../node/processes.mjs';
import { audience, startProvider } from './provider.mjs';

let provider, shop, jwt, userinfo, brief;
before(async () => {
  provider = await startProvider();
  shop = await workshop((upstream) => ({
    model_list: ['gpt', 'secret'].map((model_name) => ({
      model_name,
      litellm_params: { model: 'openai/text', api_base: `${upstream}/v1`, api_key: 'sk-any', input_cost_per_token: 0.000001, output_cost_per_token: 0.000001 },
      model_info: { max_input_tokens: 1000, max_output_tokens: 100 },
    })),
    router_settings: { num_retries: 0, disable_cooldowns: true },
    general_settings: {
      master_key: masterKey,
      enable_jwt_auth: true,
      litellm_jwtauth: {
        user_id_jwt_field: 'name',
        user_id_upsert: true,
        team_id_jwt_field: 'team',
        team_ids_jwt_field: 'groups',
        end_user_id_jwt_field: 'customer',
        public_key_ttl: 2,
      },
    },
    environment_variables: { JWT_ISSUER: provider.issuer, JWT_AUDIENCE: `${audience},page` },
  }));
  jwt = await shop.gateway('process');
  brief = await provider.program('hasty');
  for (const team of [{ team_id: 'red', models: ['gpt'] }, { team_id: 'poor', max_budget: 0.0001 }]) {
    assert.equal((await post(jwt, '/team/new', masterKey, team)).status, 200);
  }
});
after(async () => {
  await jwt?.stop();
  await userinfo?.stop();
  await shop?.stop();
  await provider?.stop();
});

// post and get give a reply's status and JSON.
async function reply(sent) {
  const got = await sent;
  return { status: got.status, body: await got.json() };
}

function post(gateway, path, token, body) {
  return reply(fetch(gateway.url + path, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) }));
}

function get(gateway, path, token) {
  return reply(fetch(gateway.url + path, { headers: { authorization: `Bearer ${token}` } }));
}

const chat = (token, model = 'gpt', gateway = jwt) =>
  post(gateway, '/v1/chat/completions', token, { model, max_tokens: 20, messages: [{ role: 'user', content: 'hello' }] });

// until asks again until a status comes, which takes as long as keys or tokens
// are believed.
async function until(status, ask) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const got = await ask();
    if (got.status === status) return got;
    if (Date.now() > deadline) assert.fail(`got ${got.status} ${JSON.stringify(got.body)} for 20 seconds, want ${status}`);
    await new Promise((again) => setTimeout(again, 100));
  }
}

describe('access tokens of programs', () => {
  test('a team calls its models and no other', async () => {
    const token = await provider.program('red');
    assert.equal((await chat(token)).status, 200);
    const refused = await chat(token, 'secret');
    assert.equal(refused.status, 401);
    assert.equal(refused.body.error.type, 'team_model_access_denied');
    assert.equal((await post(jwt, '/key/generate', token, {})).status, 403);
  });

  test('a team that is not here calls nothing', async () => {
    assert.equal((await chat(await provider.program('nobodys'))).status, 401);
  });

  test('a budget ends', async () => {
    const token = await provider.program('poor');
    let tokens = 0;
    const statuses = new Set();
    for (let n = 0; n < 20; n++) {
      const got = await chat(token);
      statuses.add(got.status);
      tokens += got.body.usage?.total_tokens ?? 0;
    }
    assert.deepEqual([...statuses], [200, 400]);
    assert.ok(tokens > 50 && tokens <= 100, `${tokens} tokens of 100 that the budget pays`);
    const { body } = await get(jwt, '/team/info?team_id=poor', masterKey);
    assert.equal(Math.round(body.team_info.spend * 1e6), tokens);
  });

  test('the scope of administrators administers, and calls no model', async () => {
    const token = await provider.program('operator', { scope: 'litellm_proxy_admin' });
    const { status, body } = await post(jwt, '/key/generate', token, { models: ['gpt'] });
    assert.equal(status, 200);
    assert.equal((await chat(body.key)).status, 200);
    assert.equal((await chat(token)).status, 403);
    assert.equal((await post(jwt, '/key/generate', await provider.program('operator'), {})).status, 401);
  });

  test('tokens for others, and opaque ones, are not taken', async () => {
    assert.equal((await chat(await provider.program('red', { resource: 'urn:another' }))).status, 401);
    assert.equal((await chat(await provider.program('red', { resource: '' }))).status, 401);
  });

  test('a token that is changed is not taken', async () => {
    const [header, claims, signature] = (await provider.program('red')).split('.');
    const part = (o) => Buffer.from(JSON.stringify(o)).toString('base64url');
    const other = part({ ...JSON.parse(Buffer.from(claims, 'base64url')), scope: 'litellm_proxy_admin' });
    for (const token of [`${header}.${other}.${signature}`, `${part({ alg: 'none' })}.${claims}.`, `${part({ alg: 'HS256' })}.${claims}.${signature}`]) {
      assert.equal((await post(jwt, '/key/generate', token, {})).status, 401);
    }
  });
});

describe('tokens of users', () => {
  test('a user who signs in is made, and calls for the team that has the model', async () => {
    const { access_token, id_token } = await provider.user('ann', audience);
    for (const token of [access_token, id_token]) assert.equal((await chat(token)).status, 200);
    assert.equal((await chat(access_token, 'secret')).status, 403);
    const { body } = await get(jwt, '/user/info?user_id=ann', masterKey);
    assert.deepEqual(body.teams.map((team) => team.team_id), ['red']);
    const key = await post(jwt, '/key/generate', access_token, {});
    assert.equal(key.body.user_id, 'ann');
  });

  test('a user of no team that is here calls nothing', async () => {
    const { access_token } = await provider.user('eve', audience);
    assert.equal((await chat(access_token)).status, 403);
  });

  test('an opaque token is asked about', async () => {
    userinfo = await shop.gateway('process', {
      general_settings: {
        master_key: masterKey,
        enable_jwt_auth: true,
        litellm_jwtauth: { user_id_jwt_field: 'name', user_id_upsert: true, oidc_userinfo_enabled: true, oidc_userinfo_endpoint: `${provider.issuer}/me` },
      },
    });
    const { access_token } = await provider.user('ann');
    assert.equal(access_token.split('.').length, 1);
    for (let n = 0; n < 2; n++) assert.equal((await chat(access_token, 'gpt', userinfo)).status, 200);
    for (const forged of [`${access_token.slice(0, 20)}x`, `${access_token}x`]) assert.equal((await chat(forged, 'gpt', userinfo)).status, 401);
  });
});

describe('time', () => {
  test('a token ends', async () => {
    const { body } = await until(401, () => chat(brief));
    assert.match(body.error.message, /Token Expired/);
  });

  test('new keys are found at once, and old ones forgotten', async () => {
    const old = await provider.program('red');
    assert.equal((await chat(old)).status, 200);
    provider.rotate();
    const young = await provider.program('red');
    await until(200, () => chat(young));
    await until(401, () => chat(old));
    assert.equal((await chat(young)).status, 200);
  });
});
