package demo

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestInstance(t *testing.T) {
	for _, c := range []struct{ name, schema, want string }{
		{"none", ``, `{}`},
		{"empty", `{}`, `{}`},
		{"all properties when none is required", `{"type":"object","properties":{"a":{"type":"string"}}}`, `{"a":"example"}`},
		{"required only", `{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"null"}},"required":["b"]}`, `{"b":null}`},
		{"const", `{"const":5}`, `5`},
		{"enum", `{"enum":["x","y"]}`, `"x"`},
		{"default", `{"type":"integer","default":7}`, `7`},
		{"examples", `{"type":"string","examples":["e"]}`, `"e"`},
		{"nullable", `{"type":["null","boolean"]}`, `true`},
		{"only null", `{"type":["null"]}`, `null`},
		{"minimum", `{"type":"number","minimum":2.5}`, `2.5`},
		{"negative bounds", `{"type":"integer","minimum":-5,"maximum":-3}`, `-3`},
		{"exclusive", `{"type":"integer","exclusiveMinimum":3}`, `4`},
		{"multiple", `{"type":"integer","minimum":4,"multipleOf":3}`, `6`},
		{"long", `{"type":"string","minLength":10,"maxLength":12}`, `"exampleexamp"`},
		{"short", `{"type":"string","maxLength":2}`, `"ex"`},
		{"date", `{"type":"string","format":"date"}`, `"2026-01-01"`},
		{"array", `{"type":"array","items":{"type":"integer"},"minItems":2}`, `[0,0]`},
		{"array without items", `{"type":"array"}`, `[]`},
		{"array by items", `{"items":{"type":"integer"}}`, `[]`},
		{"any of", `{"anyOf":[{"type":"null"},{"type":"string"}]}`, `null`},
		{"all of", `{"allOf":[{"properties":{"a":{"const":1}},"required":["a"]},{"properties":{"b":{"const":2}},"required":["b"]}]}`, `{"a":1,"b":2}`},
		{"reference", `{"$defs":{"p":{"const":1}},"type":"object","properties":{"p":{"$ref":"#/$defs/p"}},"required":["p"]}`, `{"p":1}`},
		{"list", `{"$defs":{"n":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/n"},{"type":"null"}]}},"required":["next"]}},"$ref":"#/$defs/n"}`, `{"next":null}`},
		{"deepest way out", `{"type":"object","properties":{"a":{"anyOf":[{"$ref":"#/$defs/x"},{"$ref":"#"}]}},"$defs":{"x":{"const":1}}}`, `{"a":1}`},
		{"tiny steps", `{"type":"number","minimum":1,"multipleOf":0.25}`, `1`},
	} {
		got, err := instance(json.RawMessage(c.schema), "example")
		if got != c.want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", c.name, got, err, c.want)
		}
	}
	for _, bad := range []string{
		`7`, `{"$ref":"#/x"}`, `{"$ref":"#"}`, `{"anyOf":[{"$ref":"#"},{"$ref":"#"},{"$ref":"#"}]}`,
		`{"type":"array","minItems":60,"items":{"type":"array","minItems":60,"items":{}}}`,
	} {
		if got, err := instance(json.RawMessage(bad), "x"); err == nil {
			t.Errorf("%s: got %s, want an error", bad, got)
		}
	}
}

// FuzzInstance: any schema gives JSON or an error, and ends.
func FuzzInstance(f *testing.F) {
	f.Add(`{"type":"object","properties":{"a":{"anyOf":[{"$ref":"#"},{"type":"null"}]}}}`)
	f.Add(`{"type":"number","multipleOf":1e-300,"minimum":1e300}`)
	f.Fuzz(func(t *testing.T, schema string) {
		got, err := instance(json.RawMessage(schema), "example")
		if err == nil && !json.Valid([]byte(got)) {
			t.Errorf("%s: got %s, want JSON", schema, got)
		}
	})
}

// TestTokens is that tokens lose nothing and split as documented.
func TestTokens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		all := tokens(text)
		if got := strings.Join(all, ""); got != text && strings.TrimSpace(text) != "" {
			t.Fatalf("got %q, want %q", got, text)
		}
		for _, token := range all {
			if strings.TrimSpace(token) == "" {
				t.Fatalf("got a token without a visible character in %q of %q", all, text)
			}
		}
	})
	for text, want := range map[string]string{
		"":                 "",
		"   ":              "",
		"Hello, world!":    "Hello|,| world|!",
		"a1 b  c\n":        "a1| b|  c\n",
		`{"a":[1,22]}`:     `{|"|a|"|:|[|1|,|22|]|}`,
		"über 5\u00a0Euro": "über| 5|\u00a0Euro",
	} {
		if got := strings.Join(tokens(text), "|"); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
