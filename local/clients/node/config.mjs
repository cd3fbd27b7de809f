// The gateway's config for these tests: one model group per vendor and
// scenario of the fake upstream, named "openai-text" or "anthropic-text".
export const masterKey = 'sk-tollgate-master';
export const keys = { openai: 'sk-upstream-key', anthropic: 'sk-ant-upstream-key' };
export const vendors = Object.keys(keys);

// OpenAI's models that complete texts.
export const completes = 'text-completion-openai';

const scenarios = `
  text text-3 filtered echo tool tools image json reasoning reasoning-content
  400-context 401 403 429-7 429-once 500 503
  cut reset-late overload-late slow-30s pace-40-20ms never
`.trim().split(/\s+/);

// The gateway's own model, which answers every operation without an upstream.
const demo = ['demo', 'demo-error-429'];

// A vendor that speaks OpenAI's chat and nothing else.
export const chats = 'cerebras';

for (const mode of ['process', 'lambda']) {
  for (const vendor of vendors) scenarios.push(`hold-${mode}-${vendor}`);
}

function deployment(vendor, scenario, upstream, group, params) {
  return {
    model_name: group,
    litellm_params: {
      model: `${vendor}/${scenario}`,
      api_base: vendor === 'anthropic' ? upstream : `${upstream}/v1`,
      api_key: keys[vendor] ?? 'sk-any',
      ...params,
    },
  };
}

export function config(upstream) {
  return {
    model_list: [
      ...[...vendors, chats, completes].flatMap((vendor) => [
        ...scenarios.map((scenario) => deployment(vendor, scenario, upstream, `${vendor}-${scenario}`)),
        deployment(vendor, 'slow-30s', upstream, `${vendor}-impatient`, { timeout: 0.5 }),
        deployment(vendor, '500', upstream, `${vendor}-falls-back`),
      ]),
      ...demo.map((name) => ({ model_name: name, litellm_params: { model: `demo/${name}` } })),
    ],
    litellm_settings: {
      num_retries: 0,
      fallbacks: vendors.map((vendor) => ({ [`${vendor}-falls-back`]: [`${vendor}-text`] })),
    },
    router_settings: { num_retries: 0, disable_cooldowns: true },
    general_settings: { master_key: masterKey },
  };
}
