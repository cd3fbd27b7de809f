package calls

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// control reads one of the gateway's own members into the options. It returns
// what is wrong with the value, "" when nothing is.
type control func(o *llm.Options, v json.RawMessage) (fault string)

// controls are the members of a request that are for the gateway. None of them
// reaches a provider; nil marks those that ask for what every call gets, or
// for what this gateway does without being asked. The table is never written.
var controls = map[string]control{
	"num_retries":              numRetries,
	"timeout":                  func(o *llm.Options, v json.RawMessage) string { return seconds(&o.Timeout, v) },
	"request_timeout":          func(o *llm.Options, v json.RawMessage) string { return seconds(&o.Timeout, v) },
	"stream_timeout":           func(o *llm.Options, v json.RawMessage) string { return seconds(&o.StreamTimeout, v) },
	"fallbacks":                func(o *llm.Options, v json.RawMessage) string { return fallbacks(&o.Fallbacks, v) },
	"context_window_fallbacks": func(o *llm.Options, v json.RawMessage) string { return fallbacks(&o.ContextWindowFallbacks, v) },
	"content_policy_fallbacks": func(o *llm.Options, v json.RawMessage) string { return fallbacks(&o.ContentPolicyFallbacks, v) },
	"disable_fallbacks":        func(o *llm.Options, v json.RawMessage) string { return boolean(&o.DisableFallbacks, v) },
	"drop_params":              dropParams,
	"specific_deployment":      func(o *llm.Options, v json.RawMessage) string { return text(&o.Deployment, v) },
	"mock_response":            func(o *llm.Options, v json.RawMessage) string { o.Mock = v; return "" },
	"extra_body":               extraBody,
	"tags":                     tagged,
	"cache":                    nil,
	"caching":                  nil,
	"custom_llm_provider":      nil,
	"litellm_metadata":         nil,
	"litellm_session_id":       nil,
	"litellm_trace_id":         nil,
	"no-log":                   nil,
}

// own are members by which a caller brings an address, a key or headers. The
// table is never written.
var own = map[string]control{
	"api_base":      func(o *llm.Options, v json.RawMessage) string { return text(&o.APIBase, v) },
	"base_url":      func(o *llm.Options, v json.RawMessage) string { return text(&o.APIBase, v) },
	"api_key":       func(o *llm.Options, v json.RawMessage) string { return text(&o.APIKey, v) },
	"extra_headers": extraHeaders,
}

// options takes the gateway's members out of a body, and reads LiteLLM's
// request headers, which a member of the same meaning overrides.
func (h *Handler) options(header http.Header, body raw.Object, format llm.Format) (raw.Object, llm.Options, error) {
	var o llm.Options
	for _, c := range []struct{ header, member string }{
		{"X-Litellm-Timeout", "timeout"},
		{"X-Litellm-Stream-Timeout", "stream_timeout"},
		{"X-Litellm-Num-Retries", "num_retries"},
	} {
		if v := header.Get(c.header); v != "" {
			if fault := controls[c.member](&o, json.RawMessage(v)); fault != "" {
				return body, o, bad(c.header, c.header+" "+fault)
			}
		}
	}
	about(&o, header, h.CustomerHeader, body)
	if err := tooMany(o.Tags); err != nil {
		return body, o, err
	}
	var gone []string
	for name, v := range body.All() {
		read, mine := controls[name]
		if r, ok := own[name]; ok {
			if !h.ClientCredentials {
				return body, o, bad(name, name+" may not be set by a request: general_settings.allow_client_side_credentials is off")
			}
			read, mine = r, true
		}
		if !mine {
			continue
		}
		gone = append(gone, name)
		if read == nil || string(v) == "null" {
			continue
		}
		if fault := read(&o, v); fault != "" {
			return body, o, bad(name, name+" "+fault)
		}
	}
	if v, ok := body.Raw("metadata"); ok && !forProvider(body, v, format) {
		gone = append(gone, "metadata")
	}
	if v, ok := body.Raw("stream_options"); ok {
		o.IncludeUsage = includesUsage(v)
	}
	for name := range o.ExtraBody.All() {
		if _, mine := controls[name]; mine || own[name] != nil {
			return body, o, bad("extra_body", "extra_body may not set "+name+", which is for the gateway")
		}
	}
	o.Controls = only(body, gone)
	return body.Without(gone...), o, nil
}

// only is what a body has of these members, but for credentials.
func only(body raw.Object, names []string) raw.Object {
	if len(names) == 0 {
		return raw.Object{}
	}
	var kept []raw.Member
	for _, name := range names {
		if v, ok := body.Raw(name); ok && own[name] == nil {
			kept = append(kept, raw.Member{Name: name, Value: v})
		}
	}
	return raw.New(kept...)
}

// forProvider reports whether metadata is the vendor's: Anthropic's, or OpenAI's
// texts, kept with a stored completion or a response. LiteLLM's users put what
// is for the gateway's log there.
func forProvider(body raw.Object, v json.RawMessage, format llm.Format) bool {
	if format == llm.Messages {
		return true
	}
	var texts map[string]string
	if format == llm.Responses {
		return json.Unmarshal(v, &texts) == nil
	}
	store, _ := body.Raw("store")
	return string(store) == "true" && json.Unmarshal(v, &texts) == nil
}

func includesUsage(v json.RawMessage) bool {
	o, err := raw.Parse(v)
	if err != nil {
		return false
	}
	include, _ := o.Raw("include_usage")
	return string(include) == "true"
}

// extraBody takes members for the provider as they are, but none by which a
// caller would get past what the gateway judged.
func extraBody(o *llm.Options, v json.RawMessage) string {
	extra, err := raw.Parse(v)
	if err != nil {
		return "must be an object: " + err.Error()
	}
	for name := range extra.All() {
		lower := strings.ToLower(name)
		if slices.Contains([]string{"model", "models", "messages", "stream", "stream_options", "n"}, lower) {
			return "may not set " + name
		}
	}
	o.ExtraBody = extra
	return ""
}

func extraHeaders(o *llm.Options, v json.RawMessage) string {
	var h map[string]string
	if json.Unmarshal(v, &h) != nil {
		return "must be an object of strings"
	}
	o.ExtraHeaders = http.Header{}
	for name, value := range h {
		o.ExtraHeaders.Set(name, value)
	}
	return ""
}

func numRetries(o *llm.Options, v json.RawMessage) string {
	var n int
	if json.Unmarshal(v, &n) != nil || n < 0 || n > 20 {
		return "must be a number from 0 to 20"
	}
	o.NumRetries = &n
	return ""
}

func dropParams(o *llm.Options, v json.RawMessage) string {
	o.DropParams = new(bool)
	return boolean(o.DropParams, v)
}

func seconds(d *time.Duration, v json.RawMessage) string {
	var s float64
	if json.Unmarshal(v, &s) != nil || s <= 0 || s > 86400 {
		return "must be a number of seconds above 0"
	}
	*d = time.Duration(s * float64(time.Second))
	return ""
}

func boolean(b *bool, v json.RawMessage) string {
	if json.Unmarshal(v, b) != nil {
		return "must be true or false"
	}
	return ""
}

func text(s *string, v json.RawMessage) string {
	if json.Unmarshal(v, s) != nil {
		return "must be a string"
	}
	return ""
}

// fallbacks reads LiteLLM's two forms: [{"model": ["other", ...]}, ...] and,
// for the model of the request whatever it is, ["other", ...].
func fallbacks(to *map[string][]string, v json.RawMessage) string {
	var names []string
	if json.Unmarshal(v, &names) == nil {
		*to = map[string][]string{"*": names}
		return ""
	}
	var list []map[string][]string
	if json.Unmarshal(v, &list) != nil {
		return `must be a list like [{"model": ["fallback"]}] or ["fallback"]`
	}
	*to = map[string][]string{}
	for _, entry := range list {
		for model, targets := range entry {
			(*to)[model] = append((*to)[model], targets...)
		}
	}
	return ""
}
