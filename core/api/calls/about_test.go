package calls_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// TestAbout: whom and what a request is for is read where LiteLLM reads it
// (litellm/proxy/auth/auth_utils.py and litellm_pre_call_utils.py, 1.81), the
// first place that says it wins, and the body stays as it is.
func TestAbout(t *testing.T) {
	for _, c := range []struct {
		header, members string
		want            llm.Options
	}{
		{"", `"user":"u"`, llm.Options{EndUser: "u"}},
		{"", `"user":17`, llm.Options{EndUser: "17"}},
		{"", `"safety_identifier":"s"`, llm.Options{EndUser: "s"}},
		{"", `"safety_identifier":"s","user":"u"`, llm.Options{EndUser: "u"}},
		{"", `"metadata":{"user_id":"m"}`, llm.Options{EndUser: "m"}},
		{"", `"metadata":{"user_id":"m"},"litellm_metadata":{"user":"l"}`, llm.Options{EndUser: "l"}},
		{"X-Litellm-Customer-Id: h", `"user":"u"`, llm.Options{EndUser: "h"}},
		{"X-Litellm-End-User-Id: h", ``, llm.Options{EndUser: "h"}},
		{"X-Litellm-Session-Id: h", `"litellm_session_id":"b"`, llm.Options{Session: "h"}},
		{"", `"metadata":{"session_id":"m"}`, llm.Options{Session: "m"}},
		{"X-Litellm-Tags: c, a ,,", `"tags":["b"],"metadata":{"tags":["d"]}`, llm.Options{Tags: []string{"a", "b", "c", "d"}}},
		{"", `"metadata":{"tags":"no list"}`, llm.Options{}},
		{"", `"tags":["two\nlines","one"]`, llm.Options{Tags: []string{"one"}}},
	} {
		body := with("")
		if c.members != "" {
			body = with(c.members + ",")
		}
		var headers []string
		if c.header != "" {
			headers = []string{c.header}
		}
		s := send(t, false, body, headers...)
		if s.call == nil {
			t.Errorf("%s %s: got %d %s", c.header, c.members, s.status, s.body)
			continue
		}
		if s.call.Options.Controls = c.want.Controls; !reflect.DeepEqual(s.call.Options, c.want) {
			t.Errorf("%s %s: got %+v, want %+v", c.header, c.members, s.call.Options, c.want)
		}
	}
	var many []string
	for n := range 33 {
		many = append(many, fmt.Sprintf("%q", fmt.Sprint("t", n)))
	}
	for member, says := range map[string]string{
		`"tags":"a",`: "tags must be a list of texts",
		`"tags":[` + strings.Join(many, ",") + `],`: "at most 32 tags",
	} {
		if s := send(t, false, with(member)); s.status != 400 || !strings.Contains(s.body, says) {
			t.Errorf("%s: got %d %s, want 400 and %q", member, s.status, s.body, says)
		}
	}
}
