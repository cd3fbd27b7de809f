package access_test

import (
	"net/http/httptest"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot/all"
)

// TestCVE_2024_9606: the log shows all of a vendor's key but its first
// characters.
// https://nvd.nist.gov/vuln/detail/CVE-2024-9606
func TestCVE_2024_9606(t *testing.T) {
	vendors := httptest.NewServer(&parrot{})
	t.Cleanup(vendors.Close)
	g := open(t, `
model_list:
  - {model_name: main, litellm_params: {model: openai/gpt-4o, api_key: shown+/of-vendor-0123456789}}
router_settings: {num_retries: 0}
general_settings: {master_key: `+master+`}
`, func(o *all.Options) { o.Transport = lead(t, vendors.URL) })
	tails := newCanaries(map[string]string{"the key's end": "of-vendor-0123456789", "the key": "shown+/of-vendor", "the master key's end": master[6:]})
	for range statuses {
		a := g.do(master, "POST", "/chat/completions", `{"model":"main",`+hello+`}`)
		tails.look(t, "a reply", a.body)
	}
	tails.look(t, "the log", g.log.String())
	if g.log.String() == "" {
		t.Error("got no log, want one that was looked through")
	}
}

// TestCVE_2025_0330: an error while a team's settings are read shows the keys of
// its log.
// https://nvd.nist.gov/vuln/detail/CVE-2025-0330
func TestCVE_2025_0330(t *testing.T) {
	w := newTown(t)
	c := newCanaries(map[string]string{"langfuse's secret": "canary+/langfuse-secret"})
	const vars = `"callback_vars":{"langfuse_secret_key":"canary+/langfuse-secret","langfuse_public_key":"x"}`
	for i, logging := range []string{`[{"callback_name":"langfuse",` + vars + `}]`, `{` + vars + `}`, `[[{` + vars + `}]]`, `7`} {
		key := "sk-logging-" + string(rune('a'+i)) + "-0123456789"
		w.must("POST", "/team/update", `{"team_id":"red","metadata":{"logging":`+logging+`}}`)
		w.must("POST", "/key/generate", `{"key":"`+key+`","team_id":"red","metadata":{"logging":`+logging+`}}`)
		for _, request := range [][3]string{
			{"POST", "/chat/completions", `{"model":"main",` + hello + `}`},
			{"POST", "/chat/completions", `{"model":"absent",` + hello + `}`},
			{"POST", "/key/health", ""},
			{"GET", "/v1/models", ""},
			{"POST", "/chat/completions", `{`},
			{"GET", "/user/list", ""},
		} {
			a := w.do(key, request[0], request[1], request[2])
			c.look(t, logging+": "+request[1], a.body)
		}
	}
	c.look(t, "the log", w.log.String())
	c.look(t, "the audit log", w.do(master, "GET", "/audit?page_size=100", "").body)
}
