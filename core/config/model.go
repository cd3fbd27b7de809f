package config

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// defaults are what every deployment has unless it says otherwise:
// default_litellm_params, and below it the settings of litellm_settings that
// LiteLLM applies to all calls.
func (r *reader) defaults(litellm, router *node) []member {
	var out []member
	for _, key := range []string{"api_base", "api_version", "organization", "project"} {
		if v := litellm.get(key); v != nil {
			out = append(out, member{v.place, key, v})
		}
	}
	if v := router.get("default_max_parallel_requests"); v != nil {
		out = append(out, member{v.place, "max_parallel_requests", v})
	}
	const path = routerName + ".default_litellm_params"
	own := r.section(router.get("default_litellm_params"), path)
	if own == nil {
		return out
	}
	for _, m := range own.members {
		r.checkParam(m, path)
	}
	return overlay(out, own.members)
}

// overlay puts later members over earlier ones of the same key.
func overlay(lists ...[]member) []member {
	var out []member
	for _, list := range lists {
		for _, m := range list {
			i := slices.IndexFunc(out, func(o member) bool { return o.key == m.key })
			if i < 0 {
				out = append(out, m)
			} else {
				out[i] = m
			}
		}
	}
	return out
}

func (r *reader) models(list *node, defaults []member) []Model {
	if list.null() {
		return nil
	}
	if list.kind != sequence {
		r.wrong(list, "model_list", "a list")
		return nil
	}
	var out []Model
	ids := map[string]place{}
	for i, entry := range list.items {
		m, ok := r.model(entry, fmt.Sprintf("model_list[%d]", i), defaults)
		if !ok {
			continue
		}
		if first, twice := ids[m.ID]; twice {
			if entry.get("model_info").get("id") != nil {
				r.report(entry.place, Error, "model_list", fmt.Sprintf("the model_info.id of this entry stands on line %d too", first.line))
				continue
			}
			r.report(entry.place, Warning, "model_list", fmt.Sprintf("this entry repeats the one on line %d", first.line))
			for n := 2; twice; n++ {
				m.ID = fingerprint(entry, n)
				_, twice = ids[m.ID]
			}
		}
		ids[m.ID] = entry.place
		out = append(out, m)
	}
	return out
}

// model reads one entry; false when it cannot be a deployment.
func (r *reader) model(entry *node, path string, defaults []member) (Model, bool) {
	if entry.kind != mapping {
		what := "a mapping with model_name and litellm_params"
		if entry.null() {
			what += ": this entry is empty"
		}
		r.wrong(entry, path, what)
		return Model{}, false
	}
	r.checkKeys(entry, r.words.entry, path)
	m := Model{Name: r.str(entry.get("model_name"), join(path, "model_name")), File: entry.src.name, Line: entry.line, Column: entry.col}
	r.groups = append(r.groups, m.Name)
	if entry.get("model_name").null() {
		r.report(entry.place, Error, path, "this entry has no model_name")
	}
	if info := r.section(entry.get("model_info"), join(path, "model_info")); info != nil {
		m.Info = r.json(info, join(path, "model_info"))
		m.ID = r.str(info.get("id"), join(path, "model_info.id"))
	}
	if m.ID == "" {
		m.ID = fingerprint(entry, 1)
	}
	given := entry.get("litellm_params")
	if given.null() {
		r.report(entry.place, Error, path, "this entry has no litellm_params")
		return Model{}, false
	}
	path = join(path, "litellm_params")
	own := r.section(given, path)
	if own == nil {
		return Model{}, false
	}
	for _, p := range own.members {
		r.checkParam(p, path)
	}
	var beside []member
	for _, p := range entry.members {
		if slices.Contains(strings.Fields(besides), p.key) {
			beside = append(beside, p)
		}
	}
	r.params(&m, &node{place: own.place, kind: mapping, members: overlay(defaults, beside, r.credentialOf(own, path), own.members)}, path)
	if m.Model == "" {
		r.report(own.place, Error, path, "litellm_params has no model")
	}
	return m, m.Name != "" && m.Model != ""
}

// params reads litellm_params with all that stands beside and below it.
func (r *reader) params(m *Model, n *node, path string) {
	pick := func(keys ...string) (*node, string) {
		for _, key := range keys {
			if v := n.get(key); !v.null() {
				return v, join(path, key)
			}
		}
		return nil, join(path, keys[0])
	}
	m.Model = r.str(pick("model"))
	m.Provider = r.str(pick("custom_llm_provider"))
	m.APIBase = r.address(pick("api_base", "base_url"))
	m.Timeout = r.span(pick("timeout", "request_timeout"))
	m.StreamTimeout = r.span(pick("stream_timeout"))
	m.NumRetries = r.count(pick("num_retries", "max_retries"))
	m.CooldownTime = r.duration(pick("cooldown_time"))
	m.AllowedFails = r.count(pick("allowed_fails"))
	m.DropParams = r.boolean(pick("drop_params"))
	m.Weight = r.weight(pick("weight"))
	m.RPM = r.rate(pick("rpm"))
	m.TPM = r.rate(pick("tpm"))
	m.Parallel = r.rate(pick("max_parallel_requests"))
	r.kept = true
	m.Budget.MaxBudget, m.Budget.Duration = r.dollars(pick("max_budget")), r.period(pick("budget_duration"))
	r.kept = false
	m.Tags = r.strs(pick("tags", "deployment_tags"))
	m.Headers = r.headers(n, path)
	if mock := n.get("mock_response"); !mock.null() {
		m.Mock = r.json(mock, join(path, "mock_response"))
	}
	var rest, prices, template []member
	for _, p := range n.members {
		w := r.words.params[p.key]
		switch key := join(path, p.key); {
		case p.value.null(), w.status == unknown && r.meant(p.key) != "":
		case w.status == setting:
			if v := r.str(p.value, key); v != "" {
				m.Settings = put(m.Settings, p.key, v)
			}
		case w.status == credential, w.status == unknown && secretKey(p.key):
			if v := r.secret(p.value, key); v != "" {
				m.Secrets = put(m.Secrets, p.key, v)
			}
		case w.status == priced, w.status == unknown && isPrice(p.key):
			prices = append(prices, p)
		case w.status == templated:
			template = append(template, p)
		case w.status == passed, w.status == unknown:
			rest = append(rest, p)
		}
	}
	if extra := r.section(n.get("extra_body"), join(path, "extra_body")); extra != nil {
		rest = overlay(rest, extra.members)
	}
	m.Params = r.object(rest, path)
	m.Prices = r.object(prices, path)
	m.Template = r.object(template, path)
}

// object writes members as JSON; nil when there are none.
func (r *reader) object(members []member, path string) json.RawMessage {
	if len(members) == 0 {
		return nil
	}
	return r.json(&node{kind: mapping, members: members}, path)
}

// secret keeps a credential as it stands: a reference or a literal. A mapping,
// as vertex_credentials may be, becomes its JSON.
func (r *reader) secret(n *node, key string) string {
	if n.kind != scalar {
		return string(r.json(n, key))
	}
	r.checkReference(n, key)
	return n.text
}

// address reads api_base. One that names a variable which is not set stays a
// reference, so that calls fail: the provider's own address, which "" means,
// is not where they were to go.
func (r *reader) address(n *node, key string) string {
	if n != nil && n.kind == scalar && !r.checkReference(n, key) {
		return n.text
	}
	base := r.str(n, key)
	if base == "" {
		return ""
	}
	if u, err := url.Parse(base); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		r.report(n.place, Warning, key, last(key)+" is not an http or https address")
	}
	return base
}

func (r *reader) weight(n *node, key string) float64 {
	const want = "a number from 0 on"
	f := r.float(n, key, want)
	if f == nil {
		return 0
	}
	if *f < 0 {
		r.wrong(n, key, want)
		return 0
	}
	return *f
}

func (r *reader) rate(n *node, key string) int64 {
	if v := r.integer(n, key, 0); v != nil {
		return *v
	}
	return 0
}

// headers merges headers and extra_headers, of which the latter wins. Values
// are resolved, secret or not: they are sent as they are.
func (r *reader) headers(n *node, path string) map[string]string {
	var out map[string]string
	for _, key := range []string{"headers", "extra_headers"} {
		at := join(path, key)
		own := r.section(n.get(key), at)
		if own == nil {
			continue
		}
		for _, m := range own.members {
			v := r.str(m.value, join(at, m.key))
			if !headerName(m.key) || strings.ContainsAny(v, "\r\n\x00") {
				r.report(m.place, Error, join(at, m.key), "not a header: a name of letters, digits and dashes, and a value of one line")
				continue
			}
			if v != "" {
				out = put(out, m.key, v)
			}
		}
	}
	return out
}

func headerName(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.!#$%&'*+^`|~", r) {
			return false
		}
	}
	return s != ""
}

func put(m map[string]string, key, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}
