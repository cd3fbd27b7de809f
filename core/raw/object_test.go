package raw_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/core/raw"
)

func parse(t testing.TB, text string) raw.Object {
	t.Helper()
	o, err := raw.Parse([]byte(text))
	if err != nil {
		t.Fatalf("parse %q: %v", text, err)
	}
	return o
}

// TestParse: what is an object; "" as reason means that it is one.
func TestParse(t *testing.T) {
	deep := func(n int) string { return `{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}` }
	for _, c := range []struct{ name, text, reason string }{
		{"empty", `{}`, ""},
		{"white space", " \t\r\n{ \"a\" : 1 , \"b\" : [ ] } \n", ""},
		{"every kind", `{"a":1,"b":-0.5e+3,"c":"x","d":true,"e":false,"f":null,"g":{},"h":[]}`, ""},
		{"text with brackets", `{"a":"}]{[,"}`, ""},
		{"text with quotes", `{"a":"\"\\","b":"\\\""}`, ""},
		{"not ASCII", `{"é":"日本"}`, ""},
		{"many members", manyMembers(100, ""), ""},
		{"512 levels", deep(512), ""},
		{"513 levels", deep(513), "nested deeper"},

		{"nothing", ``, "not a JSON object"},
		{"array", `[]`, "not a JSON object"},
		{"text", `"a"`, "not a JSON object"},
		{"byte order mark", "\xef\xbb\xbf{}", "not a JSON object"},
		{"two", `{}{}`, "text after"},
		{"zero byte after", "{}\x00", "text after"},
		{"cut in the name", `{"a`, "string without end"},
		{"cut after the name", `{"a"`, "expected ':'"},
		{"cut in a value", `{"a":[1`, "without end"},
		{"cut in a text", `{"a":"\"`, "string without end"},
		{"no name", `{1:2}`, "member name"},
		{"bad name", `{"\q":1}`, "malformed member name"},
		{"no comma", `{"a":1 "b":2}`, "expected ','"},
		{"trailing comma", `{"a":1,}`, "trailing comma"},
		{"trailing comma inside", `{"a":[1,]}`, "trailing comma"},
		{"comma alone", `{,}`, "member name"},
		{"wrong bracket", `{"a":[1}}`, "unmatched"},
		{"single quotes", `{'a':1}`, "member name"},
		{"comment", `{/**/"a":1}`, "member name"},
		{"NaN", `{"a":NaN}`, "expected a value"},
		{"number with zero before", `{"a":01}`, "expected a value"},
		{"number without fraction", `{"a":1.}`, "expected a value"},
		{"hexadecimal", `{"a":0x1}`, "expected a value"},
		{"plus", `{"a":+1}`, "expected a value"},
		{"no value", `{"a":}`, "expected a value"},
		{"half a word", `{"a":tru}`, "expected a value"},
		{"control character inside", "{\"a\":[\x01]}", "unexpected character"},

		{"duplicate", `{"a":1,"b":2,"a":3}`, `duplicate member "a"`},
		{"duplicate in disguise", `{"model":1,"mod\u0065l":2}`, `duplicate member "model"`},
		{"duplicate by surrogates", `{"😀":1,"\ud83d\ude00":2}`, "duplicate member"},
		{"duplicate solidus", `{"a/b":1,"a\/b":2}`, "duplicate member"},
		{"empty name twice", `{"":1,"":2}`, "duplicate member"},
		{"another case is another name", `{"a":1,"A":2}`, ""},
		{"late duplicate of the first", manyMembers(60, "k0"), "duplicate member"},
		{"late duplicate of a late one", manyMembers(60, "k59"), "duplicate member"},
		{"the 24th", manyMembers(24, "k0"), "duplicate member"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := raw.Parse([]byte(c.text))
			var e *raw.SyntaxError
			switch {
			case c.reason == "" && err != nil:
				t.Errorf("got %v, want an object", err)
			case c.reason == "" && string(o.Bytes()) != c.text:
				t.Errorf("got %q, want the text itself", o.Bytes())
			case c.reason != "" && (!errors.As(err, &e) || !strings.Contains(e.Reason, c.reason) || e.Offset > len(c.text)):
				t.Errorf("got %v, want %q", err, c.reason)
			}
		})
	}
}

// manyMembers is an object of n members k0, k1..., and one more if named.
func manyMembers(n int, more string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i := range n {
		fmt.Fprintf(&b, `"k%d":%d,`, i, i)
	}
	if more == "" {
		more = "last"
	}
	return b.String() + `"` + more + `":0}`
}

// TestEdits: what each edit makes of an object. Values keep their bytes.
func TestEdits(t *testing.T) {
	const src = `{ "a": 12345678901234567890, "b" : { "y":1 , "x":[1.0, 2e0] },"\u0063": "\u00e9" }`
	const kept = `"b":{ "y":1 , "x":[1.0, 2e0] }`
	for _, c := range []struct {
		name string
		edit func(o raw.Object) raw.Object
		want string
	}{
		{"none", func(o raw.Object) raw.Object { return o }, src},
		{"replace", func(o raw.Object) raw.Object { return o.WithText("c", "z") }, `{"a":12345678901234567890,` + kept + `,"\u0063":"z"}`},
		{"add", func(o raw.Object) raw.Object { return o.WithRaw("d", []byte("[1]")).Without("b", "c") }, `{"a":12345678901234567890,"d":[1]}`},
		{"drop the first", func(o raw.Object) raw.Object { return o.Without("a", "c") }, `{` + kept + `}`},
		{"drop all", func(o raw.Object) raw.Object { return o.Without("a", "b", "c") }, `{}`},
		{"drop none", func(o raw.Object) raw.Object { return o.Without("z", "A") }, src},
		{"rename", func(o raw.Object) raw.Object { return o.Renamed("a", "n").Without("b") }, `{"n":12345678901234567890,"\u0063":"\u00e9"}`},
		{"rename over another", func(o raw.Object) raw.Object { return o.Renamed("a", "b") }, `{"b":12345678901234567890,"\u0063":"\u00e9"}`},
		{"rename over one before", func(o raw.Object) raw.Object { return o.Renamed("c", "a") }, `{` + kept + `,"a":"\u00e9"}`},
		{"rename what is not there", func(o raw.Object) raw.Object { return o.Renamed("z", "a") }, src},
		{"rename to itself", func(o raw.Object) raw.Object { return o.Renamed("a", "a") }, src},
		{"merge", func(o raw.Object) raw.Object { return o.Without("b").Merged(parse(t, `{"c":1,"d":2}`)) }, `{"a":12345678901234567890,"\u0063":1,"d":2}`},
		{"merge nothing", func(o raw.Object) raw.Object { return o.Merged(raw.Object{}) }, src},
		{"merge into nothing", func(raw.Object) raw.Object { return raw.Object{}.Merged(parse(t, `{"c":1}`)) }, `{"c":1}`},
		{"odd texts", func(raw.Object) raw.Object { return raw.Object{}.WithText("q\"\\\n", "<é>\x00") }, `{"q\"\\\n":"<é>\u0000"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := parse(t, src)
			if got := string(c.edit(o).Bytes()); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if got := string(o.Bytes()); got != src {
				t.Errorf("the source became %s", got)
			}
		})
	}
}

// TestRead: how members are looked at.
func TestRead(t *testing.T) {
	o := parse(t, `{"text":"a\n\u00e9","null":null,"number":1.50,"bad":"\q","Case":1}`)
	if v, ok := o.Raw("number"); !ok || string(v) != "1.50" {
		t.Errorf("Raw: got %s, %v, want 1.50", v, ok)
	}
	if _, ok := o.Raw("case"); ok {
		t.Error("Raw folds case")
	}
	for name, want := range map[string]bool{"text": true, "null": false, "none": false, "number": true} {
		if got := o.Has(name); got != want {
			t.Errorf("Has(%s): got %v, want %v", name, got, want)
		}
	}
	for name, want := range map[string]string{"text": "a\né", "null": "", "none": "", "number": "", "bad": ""} {
		if got, ok := o.Text(name); got != want || ok != (want != "") {
			t.Errorf("Text(%s): got %q, %v, want %q", name, got, ok, want)
		}
	}
	if other, ok := o.Folded("case"); !ok || other != "Case" {
		t.Errorf("Folded(case): got %q, %v, want Case", other, ok)
	}
	if other, ok := o.Folded("Case"); ok {
		t.Errorf("Folded(Case): got %q, want none: it is that name itself", other)
	}
	var names []string
	for name := range o.All() {
		if names = append(names, name); len(names) == 4 {
			break
		}
	}
	if got := strings.Join(names, " "); got != "text null number bad" || o.Len() != 5 {
		t.Errorf("All: got %s of %d, want the order of the text", got, o.Len())
	}
	if b, err := json.Marshal(map[string]any{"o": parse(t, `{"a": 1}`)}); err != nil || string(b) != `{"o":{"a":1}}` {
		t.Errorf("MarshalJSON: got %s, %v", b, err)
	}
	if _, err := o.With("f", func() {}); err == nil {
		t.Error("With: got a function encoded")
	}
	if w, err := (raw.Object{}).With("a", []string{"<b>"}); err != nil || string(w.Bytes()) != `{"a":["<b>"]}` {
		t.Errorf("With: got %s, %v", w.Bytes(), err)
	}
}

// TestImmutable: whatever is edited, in whatever order, every object ever made
// keeps its text, and the text it was parsed from is not written to.
func TestImmutable(t *testing.T) {
	name := rapid.SampledFrom([]string{"a", "b", "c", "d", "e\u00e9", "x\""})
	rapid.Check(t, func(t *rapid.T) {
		src := []byte(`{"a":1,"b":[2, 3],"c":{"d": 4}}`)
		original := bytes.Clone(src)
		first, err := raw.Parse(src)
		if err != nil {
			t.Fatal(err)
		}
		made := []raw.Object{first}
		texts := []string{string(first.Bytes())}
		for range rapid.IntRange(1, 20).Draw(t, "edits") {
			o := made[rapid.IntRange(0, len(made)-1).Draw(t, "of")]
			n := name.Draw(t, "name")
			switch rapid.IntRange(0, 4).Draw(t, "edit") {
			case 0:
				o = o.WithText(n, name.Draw(t, "value"))
			case 1:
				o = o.WithRaw(n, []byte(`[5]`))
			case 2:
				o = o.Without(n, name.Draw(t, "other"))
			case 3:
				o = o.Renamed(n, name.Draw(t, "to"))
			case 4:
				o = o.Merged(made[rapid.IntRange(0, len(made)-1).Draw(t, "over")])
			}
			if raw.Strict(o.Bytes()) != nil {
				t.Fatalf("an edit made %s, which has duplicates or is no JSON", o.Bytes())
			}
			made, texts = append(made, o), append(texts, string(o.Bytes()))
			for i := range made {
				if got := string(made[i].Bytes()); got != texts[i] {
					t.Fatalf("object %d: got %s, want it as it was: %s", i, got, texts[i])
				}
			}
		}
		if !bytes.Equal(src, original) {
			t.Fatalf("the source became %s", src)
		}
	})
}
