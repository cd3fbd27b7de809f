package boot_test

import (
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/config"
	"github.com/tollgate-llm/tollgate/core/people"
)

// settled is a gateway with a priced model and these settings.
func settled(general, litellm string) string {
	return strings.Replace(peopled, "{master_key: sk-master}", "{master_key: sk-master, "+general+"}", 1) + "litellm_settings: {" + litellm + "}\n"
}

const (
	plainChat = `{"model":"gpt","max_tokens":20,"messages":[{"role":"user","content":"hi"}]}`
	asMaster  = "Authorization: Bearer sk-master"
)

// TestGate: what the configuration says of all requests holds for each, the
// master key's included.
func TestGate(t *testing.T) {
	chat := func(more string) string { return strings.Replace(plainChat, "{", "{"+more, 1) }
	for _, c := range []struct {
		name, general, litellm string
		method, path, body     string
		headers                string // separated by " | "
		status                 int
		says                   string
	}{
		{"ip that is not allowed", `allowed_ips: [10.1.2.3]`, "", "POST", "/v1/chat/completions", plainChat, asMaster, 403, "IP address 127.0.0.1 not allowed"},
		{"ip that is not allowed, and no key", `allowed_ips: [10.1.2.3]`, "", "POST", "/v1/chat/completions", plainChat, "", 403, "IP address"},
		{"ip that is allowed", `allowed_ips: [10.1.2.3, 127.0.0.0/8]`, "", "POST", "/v1/chat/completions", plainChat, asMaster, 200, "alpha"},
		{"ip and the probes", `allowed_ips: [10.1.2.3]`, "", "GET", "/health/liveliness", "", "", 200, "alive"},
		{"forwarded for, by nobody's proxy", `allowed_ips: [10.1.2.3], use_x_forwarded_for: true`, "", "POST", "/v1/chat/completions", plainChat, asMaster + " | X-Forwarded-For: 10.1.2.3", 403, "IP address 127.0.0.1"},
		{"forwarded for, by a proxy", `allowed_ips: [10.1.2.3], use_x_forwarded_for: true, mcp_trusted_proxy_ranges: [127.0.0.1]`, "", "POST", "/v1/chat/completions", plainChat, asMaster + " | X-Forwarded-For: 6.6.6.6, 10.1.2.3", 200, "alpha"},
		{"forwarded for, forged", `allowed_ips: [10.1.2.3], use_x_forwarded_for: true, mcp_trusted_proxy_ranges: [127.0.0.1]`, "", "POST", "/v1/chat/completions", plainChat, asMaster + " | X-Forwarded-For: 10.1.2.3, 6.6.6.6", 403, "IP address 6.6.6.6"},
		{"forwarded for, unasked", `allowed_ips: [10.1.2.3], mcp_trusted_proxy_ranges: [127.0.0.1]`, "", "POST", "/v1/chat/completions", plainChat, asMaster + " | X-Forwarded-For: 10.1.2.3", 403, "IP address 127.0.0.1"},

		{"route that is not allowed", `allowed_routes: [/v1/embeddings]`, "", "POST", "/v1/chat/completions", plainChat, asMaster, 403, "Route /v1/chat/completions not allowed"},
		{"route that is allowed", `allowed_routes: [/v1/chat/completions]`, "", "POST", "/v1/chat/completions", plainChat, asMaster, 200, "alpha"},
		{"route of an allowed group", `allowed_routes: [LiteLLMRoutes.openai_routes]`, "", "POST", "/chat/completions", plainChat, asMaster, 200, "alpha"},
		{"route of another group", `allowed_routes: [LiteLLMRoutes.openai_routes]`, "", "GET", "/key/info", "", asMaster, 403, "not allowed"},
		{"route for administrators", `admin_only_routes: [/chat/completions]`, "", "POST", "/v1/chat/completions", plainChat, "$KEY", 403, "is an admin only route"},
		{"route for administrators, by one", `admin_only_routes: [/chat/completions]`, "", "POST", "/v1/chat/completions", plainChat, asMaster, 200, "alpha"},
		{"public route", `public_routes: [/v1/models]`, "", "GET", "/v1/models", "", "", 200, `"id":"gpt"`},
		{"public route, and another", `public_routes: [/v1/models]`, "", "GET", "/key/info", "", "", 401, "No api key"},
		{"public administration", `public_routes: [/key/generate]`, "", "POST", "/key/generate", "{}", "", 403, "Only proxy admin"},
		{"public route for administrators", `public_routes: [/v1/models], admin_only_routes: [/v1/models]`, "", "GET", "/v1/models", "", "", 403, "is an admin only route"},
		{"public route from elsewhere", `public_routes: [/v1/models], allowed_ips: [10.1.2.3]`, "", "GET", "/v1/models", "", "", 403, "IP address"},

		{"no user", `enforce_user_param: true`, "", "POST", "/v1/chat/completions", plainChat, asMaster, 400, "'user' param not passed in"},
		{"a user", `enforce_user_param: true`, "", "POST", "/v1/chat/completions", chat(`"user":"ann",`), asMaster, 200, "alpha"},
		{"a user in a header", `enforce_user_param: true, user_header_name: X-Customer`, "", "POST", "/v1/chat/completions", plainChat, asMaster + " | X-Customer: ann", 200, "alpha"},
		{"a user in a mapped header", `enforce_user_param: true, user_header_name: X-No, user_header_mappings: [{header_name: X-Customer, litellm_user_role: customer}]`, "", "POST", "/v1/chat/completions", plainChat, asMaster + " | X-Customer: ann", 200, "alpha"},
		{"a user in a header of no meaning", `enforce_user_param: true`, "", "POST", "/v1/chat/completions", plainChat, asMaster + " | X-Customer: ann", 400, "'user' param"},
		{"a blocked user", "", `blocked_user_list: [eve]`, "POST", "/v1/chat/completions", chat(`"user":"eve",`), asMaster, 400, "User blocked"},
		{"another user", "", `blocked_user_list: [eve]`, "POST", "/v1/chat/completions", chat(`"user":"ann",`), asMaster, 200, "alpha"},

		{"a parameter that is missing", `enforced_params: [metadata.run]`, "", "POST", "/v1/chat/completions", chat(`"metadata":{"x":"y"},`), asMaster, 400, "param=metadata.run"},
		{"a parameter that is there", `enforced_params: [metadata.run]`, "", "POST", "/v1/chat/completions", chat(`"metadata":{"run":"y"},`), asMaster, 200, "alpha"},
		{"a service account's parameter", `service_account_settings: {enforced_params: [user]}`, "", "POST", "/v1/chat/completions", plainChat, "$SERVICE", 400, "param=user"},
		{"a person's parameter", `service_account_settings: {enforced_params: [user]}`, "", "POST", "/v1/chat/completions", plainChat, "$KEY", 200, "alpha"},

		{"tags in the metadata", `reject_clientside_metadata_tags: true`, "", "POST", "/v1/chat/completions", chat(`"metadata":{"tags":["x"]},`), asMaster, 400, "metadata.tags"},
		{"tags of no use", `reject_clientside_metadata_tags: true`, "", "POST", "/v1/chat/completions", chat(`"metadata":{"tags":"x"},`), asMaster, 400, "metadata.tags"},
		{"tags in a header", `reject_clientside_metadata_tags: true`, "", "POST", "/v1/chat/completions", plainChat, asMaster + " | X-Litellm-Tags: x", 400, "metadata.tags"},
		{"tags in the body", `reject_clientside_metadata_tags: true`, "", "POST", "/v1/chat/completions", chat(`"tags":["x"],`), asMaster, 400, "metadata.tags"},
		{"no tags", `reject_clientside_metadata_tags: true`, "", "POST", "/v1/chat/completions", chat(`"metadata":{"x":"y"},`), asMaster, 200, "alpha"},

		{"a key in its header", `litellm_key_header_name: X-Mine`, "", "POST", "/v1/chat/completions", plainChat, "X-Mine: Bearer sk-master | Authorization: Bearer sk-vendor", 200, "alpha"},
		{"a key elsewhere", `litellm_key_header_name: X-Mine`, "", "POST", "/v1/chat/completions", plainChat, asMaster, 401, "No api key"},
		{"an answer that is too long", `max_response_size_mb: 0.0001`, "", "POST", "/v1/chat/completions", plainChat, asMaster, 400, "Response size is too large"},
		{"a stream that is too long", `max_response_size_mb: 0.001`, "", "POST", "/v1/chat/completions", chat(`"stream":true,`), asMaster, 200, "Response size is too large"},
		{"an answer that is not", `max_response_size_mb: 1`, "", "POST", "/v1/chat/completions", plainChat, asMaster, 200, "alpha"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t, settled(c.general, c.litellm))
			headers := strings.Split(strings.NewReplacer("$KEY", "\x00", "$SERVICE", "\x01").Replace(c.headers), " | ")
			switch headers[0] {
			case "":
				headers = nil
			case "\x00":
				headers[0] = issue(t, h, people.Key{UserID: "ann"})
			case "\x01":
				if _, err := h.app.People().Teams.Create(t.Context(), people.Root(""), people.Team{ID: "red"}); err != nil {
					t.Fatal(err)
				}
				headers[0] = issue(t, h, people.Key{TeamID: "red"})
			}
			a := h.do(t, c.method, c.path, c.body, headers...)
			if a.status != c.status || !strings.Contains(a.body+a.text(), c.says) {
				t.Errorf("got %d %s, want %d %s", a.status, a.body, c.status, c.says)
			}
			if asked := len(h.Exchanges()) > 0; asked != (c.says == "alpha" || strings.Contains(c.says, "too large")) {
				t.Errorf("got %t that the provider was asked", asked)
			}
		})
	}
}

// TestGateOfPassage: what all requests must say holds for those that are passed
// on, whose bodies are not read, as far as their headers say it.
func TestGateOfPassage(t *testing.T) {
	const path = `pass_through_endpoints: [{path: /there, target: "$HOST/there", cost_per_request: 0.001}]`
	for _, c := range []struct {
		name, general, litellm string
		method, header         string
		says                   string // "": it is passed on
	}{
		{"no user", `enforce_user_param: true`, "", "POST", "X-A: b", "'user' param not passed in"},
		{"no user of a GET", `enforce_user_param: true`, "", "GET", "X-A: b", ""},
		{"a user", `enforce_user_param: true`, "", "POST", "X-Litellm-End-User-Id: ann", ""},
		{"a blocked user", "", `blocked_user_list: [eve]`, "GET", "X-Litellm-End-User-Id: eve", "User blocked"},
		{"a parameter", `enforced_params: [user]`, "", "POST", "X-A: b", "param=user"},
		{"a tag", `reject_clientside_metadata_tags: true`, "", "POST", "X-Litellm-Tags: a", "metadata.tags"},
		{"a customer's budget", "", `max_end_user_budget: 0.0005`, "POST", "X-Litellm-End-User-Id: ann", "Budget has been exceeded"},
		{"a larger one", "", `max_end_user_budget: 0.001`, "POST", "X-Litellm-End-User-Id: ann", ""},
		{"all calls' budget", "", `max_budget: 0.0005`, "POST", "X-A: b", "Budget has been exceeded"},
	} {
		h := open(t, settled(strings.TrimPrefix(c.general+", "+path, ", "), c.litellm))
		a := h.do(t, c.method, "/there", "{}", asMaster, c.header)
		if passed := len(h.Exchanges()) == 1; passed != (c.says == "") || !strings.Contains(a.body, c.says) {
			t.Errorf("%s: got %d %s, want %q", c.name, a.status, a.body, c.says)
		}
	}
}

// TestKeyHeaderStays: the header that has the key goes to no other API.
func TestKeyHeaderStays(t *testing.T) {
	h := open(t, settled(`litellm_key_header_name: X-Mine, pass_through_endpoints: [{path: /there, target: "$HOST/there", forward_headers: true}]`, ""))
	h.do(t, "POST", "/there", `{}`, "X-Mine: sk-master", "X-Other: y")
	seen := h.Exchanges()
	if len(seen) != 1 || seen[0].Header.Get("X-Mine") != "" || seen[0].Header.Get("X-Other") != "y" {
		t.Errorf("got %+v, want one request without the key", seen)
	}
}

// TestUnknownGroup: a list that names no group of routes stops the start.
func TestUnknownGroup(t *testing.T) {
	c := &config.Config{Access: config.Access{AdminRoutes: []string{"LiteLLMRoutes.everything"}}}
	if _, err := boot.New(boot.Parts{Config: c}); err == nil || !strings.Contains(err.Error(), "LiteLLMRoutes.everything") {
		t.Errorf("got %v, want the group that there is not", err)
	}
}
