package messages

import (
	"slices"
	"testing"

	"github.com/tollgate-llm/tollgate/core/raw"
)

func TestTexts(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       []string
	}{
		{"text", `{"messages":[{"role":"user","content":"a \u00e9"}]}`, []string{"a é"}},
		{"system", `{"system":"s","messages":[]}`, []string{"s"}},
		{"system blocks", `{"system":[{"type":"text","text":"s"},{"type":"text","text":"t"}],"messages":[]}`, []string{"s", "t"}},
		{"nothing", `{"system":null,"messages":[{"role":"user","content":""}],"tools":null}`, nil},
		{
			"turns", `{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"h","signature":"x"},{"type":"text","text":"t"},{"type":"tool_use","id":"i","name":"n","input":{"a": 1.50}}]},` +
				`{"role":"user","content":[{"type":"tool_result","tool_use_id":"i","content":"r"},{"type":"tool_result","tool_use_id":"i","content":[{"type":"text","text":"q"},{"type":"image","source":{"type":"base64","data":"AAAA"}}]}]}]}`,
			[]string{"h", "t", "n", `{"a": 1.50}`, "r", "q"},
		},
		{
			"documents", `{"messages":[{"role":"user","content":[{"type":"document","title":"T","context":"C","source":{"type":"text","media_type":"text/plain","data":"D"}},` +
				`{"type":"document","source":{"type":"content","content":[{"type":"text","text":"E"}]}},{"type":"document","source":{"type":"base64","data":"AAAA"}},{"type":"search_result","title":"S","source":"u","content":[{"type":"text","text":"F"}]}]}]}`,
			[]string{"T", "C", "D", "E", "S", "F"},
		},
		{"tools", `{"messages":[],"tools":[{"name":"n","description":"d","input_schema":{"type": "object"}}]}`, []string{"n", "d", `{"type": "object"}`}},
	} {
		body, err := raw.Parse([]byte(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Texts(body); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, %v, want %q", c.name, got, err, c.want)
		}
	}
	for _, body := range []string{`{}`, `{"messages":7}`, `{"messages":[7]}`, `{"messages":[{"a":1,"a":2}]}`, `{"messages":[],"tools":{}}`, `{"messages":[],"system":[{]}`, `{"messages":[],"tools":[7]}`} {
		o, err := raw.Parse([]byte(body))
		if err != nil {
			continue
		}
		if got, err := Texts(o); err == nil {
			t.Errorf("%s: got %q, want an error", body, got)
		}
	}
}
