package responses

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// response is what a reply says of itself, and what was asked for it.
type response struct {
	id      string          // without what kind of id it is
	created json.RawMessage // seconds
	model   json.RawMessage
	tier    json.RawMessage
	echo    []raw.Member // what was asked
}

// newResponse begins the response that answers call, from a chat completion or
// a stream's first chunk.
func newResponse(call *llm.Call, chat raw.Object) *response {
	id, _ := chat.Raw("id")
	sum := sha256.Sum256([]byte(call.Record.RequestID + ":" + string(id)))
	r := &response{id: hex.EncodeToString(sum[:16]), created: json.RawMessage("0"), model: raw.Quote(call.Model), tier: null}
	if v, _ := chat.Raw("created"); len(v) > 0 && v[0] >= '0' && v[0] <= '9' {
		r.created = bytes.Clone(v)
	}
	if v, _ := chat.Raw("model"); len(v) > 0 && v[0] == '"' {
		r.model = bytes.Clone(v)
	}
	switch v, _ := chat.Raw("service_tier"); string(v) {
	case `"auto"`, `"default"`, `"flex"`, `"scale"`, `"priority"`:
		r.tier = bytes.Clone(v)
	}
	r.echo = echo(call.Body)
	return r
}

var null = json.RawMessage("null")

// item is the id of the n-th item of the response.
func (r *response) item(kind string, n int) string { return kind + "_" + r.id + "_" + strconv.Itoa(n) }

// object writes the response. reason is why it is not complete, "" when it is
// or is under way. A nil usage is left out.
func (r *response) object(status, reason string, output []raw.Object, usage json.RawMessage) raw.Object {
	why := null
	if reason != "" {
		why = raw.Object{}.WithText("reason", reason).Bytes()
	}
	members := append(
		make([]raw.Member, 0, 32),
		raw.Member{Name: "id", Value: raw.Quote("resp_" + r.id)},
		raw.Member{Name: "object", Value: json.RawMessage(`"response"`)},
		raw.Member{Name: "created_at", Value: r.created},
		raw.Member{Name: "status", Value: raw.Quote(status)},
		raw.Member{Name: "background", Value: json.RawMessage("false")},
		raw.Member{Name: "error", Value: null},
		raw.Member{Name: "incomplete_details", Value: why},
		raw.Member{Name: "model", Value: r.model},
		raw.Member{Name: "output", Value: raw.List(output)},
		raw.Member{Name: "previous_response_id", Value: null},
		raw.Member{Name: "service_tier", Value: r.tier},
	)
	if usage != nil {
		members = append(members, raw.Member{Name: "usage", Value: usage})
	}
	return raw.New(append(members, r.echo...)...)
}

// defaults are the members of a request that its response repeats, with what
// they are when nobody said; some are not there then. The table is never
// written.
var defaults = []raw.Member{
	{Name: "instructions", Value: null},
	{Name: "max_output_tokens", Value: null},
	{Name: "max_tool_calls", Value: null},
	{Name: "metadata", Value: json.RawMessage("{}")},
	{Name: "parallel_tool_calls", Value: json.RawMessage("true")},
	{Name: "prompt_cache_key"},
	{Name: "reasoning", Value: json.RawMessage(`{"effort":null,"summary":null}`)},
	{Name: "safety_identifier"},
	{Name: "store", Value: json.RawMessage("true")},
	{Name: "temperature", Value: json.RawMessage("1.0")},
	{Name: "text", Value: json.RawMessage(`{"format":{"type":"text"}}`)},
	{Name: "tool_choice", Value: json.RawMessage(`"auto"`)},
	{Name: "tools", Value: json.RawMessage("[]")},
	{Name: "top_logprobs", Value: json.RawMessage("0")},
	{Name: "top_p", Value: json.RawMessage("1.0")},
	{Name: "truncation", Value: json.RawMessage(`"disabled"`)},
	{Name: "user"},
}

// echo repeats what was asked. Truncation is not: what drop_params left out was
// not done.
func echo(body raw.Object) []raw.Member {
	all := make([]raw.Member, 0, len(defaults))
	for _, m := range defaults {
		if v, _ := body.Raw(m.Name); body.Has(m.Name) && m.Name != "truncation" {
			m.Value = v
		}
		switch m.Name {
		case "text":
			m.Value = formatted(m.Value)
		case "tools":
			m.Value = complete(m.Value)
		}
		if m.Value != nil {
			all = append(all, m)
		}
	}
	return all
}

// formatted is text with the format that was implied.
func formatted(text json.RawMessage) json.RawMessage {
	o, err := raw.Parse(text)
	if err != nil || o.Has("format") {
		return text
	}
	return o.WithRaw("format", json.RawMessage(`{"type":"text"}`)).Bytes()
}

// complete gives functions the members that every function of a reply has.
func complete(tools json.RawMessage) json.RawMessage {
	list, err := raw.Objects(tools)
	if err != nil {
		return tools
	}
	for i, tool := range list {
		if kind, _ := tool.Text("type"); kind != "function" {
			continue
		}
		for _, name := range []string{"parameters", "strict"} {
			if _, ok := list[i].Raw(name); !ok {
				list[i] = list[i].WithRaw(name, null)
			}
		}
	}
	return raw.List(list)
}

// counts writes usage as responses do; nil when nothing is known. Prompt tokens
// include cached ones.
func counts(u llm.Usage) json.RawMessage {
	if !u.Known {
		return nil
	}
	return raw.New(
		number("input_tokens", u.Prompt()),
		raw.Member{Name: "input_tokens_details", Value: raw.New(
			number("cached_tokens", u.CacheRead), number("cache_write_tokens", u.CacheWrite5m+u.CacheWrite1h),
		).Bytes()},
		number("output_tokens", u.Out),
		raw.Member{Name: "output_tokens_details", Value: raw.New(number("reasoning_tokens", u.Reasoning)).Bytes()},
		number("total_tokens", u.Prompt()+u.Out),
	).Bytes()
}

func number(name string, n int64) raw.Member {
	return raw.Member{Name: name, Value: strconv.AppendInt(nil, n, 10)}
}
