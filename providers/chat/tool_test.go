package chat_test

import (
	"fmt"
	"testing"

	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func TestTools(t *testing.T) {
	for _, c := range []struct{ tools, want, fail string }{
		{`[{"type":"function","function":{"name":"f","description":"d","parameters":{"b": 1,"a":2},"strict":true}}]`, `f d {"b": 1,"a":2} true true`, ""},
		{`[{"type":"function","function":{"name":"f","parameters":null}}]`, `f   false true`, ""},
		{`[{"type":"web_search_20250305","name":"web_search"}]`, `   false false`, ""},
		{`[{"type":"custom","custom":{"name":"c"}}]`, "", "UnsupportedParamsError tools: acme does not support custom tools"},
		{`[{"type":"function","function":{}}]`, "", "BadRequestError tools: tools: a function needs a name"},
		{`["f"]`, "", "BadRequestError tools: tools: not a JSON object at byte 0"},
	} {
		all, err := requestOf(t, `{"tools":`+c.tools+`}`).Tools()
		if got := providertest.Refusal(t, err); got != c.fail {
			t.Errorf("%s: got error %q, want %q", c.tools, got, c.fail)
		}
		if err != nil {
			continue
		}
		tool := all[0]
		got := fmt.Sprintf("%s %s %s %v %v", tool.Name, tool.Description, tool.Parameters, tool.Strict, tool.IsFunction())
		if got != c.want || len(all) != 1 || tool.Whole.Len() == 0 {
			t.Errorf("%s: got %q, want %q", c.tools, got, c.want)
		}
	}
	if all, err := requestOf(t, `{}`).Tools(); len(all) > 0 || err != nil {
		t.Errorf("got %v, %v, want no tools", all, err)
	}
}

func TestChoice(t *testing.T) {
	for _, c := range []struct{ choice, want, fail string }{
		{`"auto"`, "auto  ", ""},
		{`"none"`, "none  ", ""},
		{`"required"`, "required  ", ""},
		{`"any"`, "required  ", ""},
		{`null`, "  ", ""},
		{`{"type":"function","function":{"name":"f"}}`, "function f ", ""},
		{`{"type":"tool","name":"f"}`, `  {"type":"tool","name":"f"}`, ""},
		{`{"type":"function","function":{}}`, "", "BadRequestError tool_choice: tool_choice: a function needs a name"},
		{`"some"`, "", "BadRequestError tool_choice: tool_choice: not a JSON object at byte 0"},
	} {
		choice, err := requestOf(t, `{"tool_choice":`+c.choice+`}`).Choice()
		if got := providertest.Refusal(t, err); got != c.fail {
			t.Errorf("%s: got error %q, want %q", c.choice, got, c.fail)
		}
		if got := fmt.Sprintf("%s %s %s", choice.Mode, choice.Name, choice.Own); err == nil && got != c.want {
			t.Errorf("%s: got %q, want %q", c.choice, got, c.want)
		}
	}
}
