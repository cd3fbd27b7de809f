package prompt_test

import (
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/prompt"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestRequest(t *testing.T) {
	const say, tools = `{"messages":[{"role":"user","content":"Hi"}]`, `"tools":[{"type":"function","function":{"name":"now"}}]`
	for _, c := range []struct {
		body       string
		told       bool // ToolSetting
		text, done string
	}{
		{say + `}`, false, "Hi", "messages tools tool_choice"},
		{say + `,` + tools + `}`, false, "Hi", "messages"},
		{say + `,"tools":null,"tool_choice":"auto"}`, false, "Hi", "messages tools tool_choice"},
		{say + `,"tool_choice":"none",` + tools + `}`, true, "Hi", "messages tools tool_choice"},
		{say + `,"tool_choice":"auto",` + tools + `}`, true, "Hi Produce JSON", "messages tools tool_choice"},
		{say + `,"tool_choice":"required",` + tools + `}`, true, "Hi Produce JSON", "messages tools"},
		{`{"messages":[]}`, false, "", ""},
		{say + `,"tools":3}`, true, "", ""},
	} {
		body := providertest.Object(t, c.body)
		to := &llm.Deployment{Provider: "triton", Model: "m", Settings: map[string]string{}}
		if c.told {
			to.Settings[prompt.ToolSetting] = "true"
		}
		text, done, err := prompt.Request(to, body)
		if got := strings.Join(done, " "); !strings.HasPrefix(text, c.text) || !c.told && text != c.text || got != c.done || (err != nil) != (c.done == "") {
			t.Errorf("%s: got %q, %q, %v, want %q, %q", c.body, text, got, err, c.text, c.done)
		}
	}
}
