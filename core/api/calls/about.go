package calls

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// mostTags is how many tags a request may have: each may have a budget of its
// own, which is looked up.
const mostTags = 32

// about reads what a request says of whom and what it is for, at the places
// where LiteLLM looks, in its order. Nothing of it is taken out of the body.
func about(o *llm.Options, header http.Header, customer string, body raw.Object) {
	metadata, own := inner(body, "metadata"), inner(body, "litellm_metadata")
	o.EndUser = first(
		header.Get("X-Litellm-Customer-Id"), header.Get("X-Litellm-End-User-Id"), named(header, customer),
		word(body, "user"), word(own, "user"), word(metadata, "user_id"), word(body, "safety_identifier"),
	)
	o.Session = first(
		header.Get("X-Litellm-Trace-Id"), header.Get("X-Litellm-Session-Id"), word(body, "litellm_session_id"), word(body, "litellm_trace_id"),
		word(metadata, "session_id"), word(metadata, "trace_id"), word(own, "session_id"), word(own, "trace_id"),
	)
	for _, from := range []raw.Object{body, metadata, own} {
		v, _ := from.Raw("tags")
		var tags []string
		if json.Unmarshal(v, &tags) == nil {
			o.Tags = append(o.Tags, tags...)
		}
	}
	for tag := range strings.SplitSeq(header.Get("X-Litellm-Tags"), ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			o.Tags = append(o.Tags, tag)
		}
	}
	slices.Sort(o.Tags)
	o.Tags = slices.DeleteFunc(slices.Compact(o.Tags), func(tag string) bool { return tag == "" || strings.ContainsAny(tag, "\r\n") })
	o.Tags = o.Tags[:min(len(o.Tags), mostTags+1)]
}

// named is a header that may have no name.
func named(header http.Header, name string) string {
	if name == "" {
		return ""
	}
	return strings.TrimSpace(header.Get(name))
}

// Headers reads what the headers of a request say of whom and what it is for, when
// its body is not the gateway's to read. Customer is a header of the operator's.
func Headers(header http.Header, customer string) (llm.Options, error) {
	var o llm.Options
	about(&o, header, customer, raw.Object{})
	return o, tooMany(o.Tags)
}

// tooMany is what is wrong with a request's tags; nil when nothing is.
func tooMany(tags []string) error {
	if len(tags) <= mostTags {
		return nil
	}
	return bad("tags", "a request may have at most 32 tags")
}

// tagged reads the member tags, of which about takes the texts.
func tagged(_ *llm.Options, v json.RawMessage) string {
	if json.Unmarshal(v, &[]string{}) != nil {
		return "must be a list of texts"
	}
	return ""
}

// inner is a member that is an object; empty when it is none.
func inner(body raw.Object, name string) raw.Object {
	v, ok := body.Raw(name)
	if !ok {
		return raw.Object{}
	}
	o, err := raw.Parse(v)
	if err != nil {
		return raw.Object{}
	}
	return o
}

// word is a member that names somebody: a text, or a number as it is written.
func word(body raw.Object, name string) string {
	v, ok := body.Raw(name)
	if !ok || len(v) == 0 {
		return ""
	}
	if text, ok := body.Text(name); ok {
		return text
	}
	if v[0] == '-' || v[0] >= '0' && v[0] <= '9' {
		return string(v)
	}
	return ""
}

func first(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}
