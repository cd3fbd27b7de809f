package raw_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/raw"
)

func TestItems(t *testing.T) {
	for _, c := range []struct {
		name, array string
		want        []string
	}{
		{"some", ` [1, "a,]" ,{"b":[2 , 3]}, null ] `, []string{"1", `"a,]"`, `{"b":[2 , 3]}`, "null"}},
		{"none", `[]`, nil},
		{"no array", `{"a":1}`, nil},
		{"nothing", ``, nil},
		{"until one is malformed", `[1,tru,3]`, []string{"1"}},
		{"trailing comma", `[1,]`, []string{"1"}},
		{"without commas", `[1 2]`, []string{"1"}},
		{"cut", `[1,[2`, []string{"1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for i, v := range raw.Items([]byte(c.array)) {
				if i != len(got) {
					t.Errorf("got index %d, want %d", i, len(got))
				}
				got = append(got, string(v))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	for range raw.Items([]byte(`[1,2]`)) {
		break // leaving early is fine
	}
}

// TestStrict: valid at every depth, and nothing twice in one object.
// TestObjects: the same as Strict and then each element parsed.
func TestObjects(t *testing.T) {
	for _, c := range []struct {
		array string
		want  []string
		fails bool
	}{
		{`[]`, nil, false},
		{` [ {"a":1} , {} ,{"b":[{"c":"]}"}],"\u0041":2}] `, []string{`{"a":1}`, `{}`, `{"b":[{"c":"]}"}],"\u0041":2}`}, false},
		{`[{"a":1},2]`, nil, true},
		{`[{"a":1,"a":2}]`, nil, true},
		{`[{"a":{"b":1,"b":2}}]`, nil, true},
		{`[{"a":"\q"}]`, nil, true},
		{`[{"a":1} {"b":1}]`, nil, true},
		{`[{"a":1},]`, nil, true},
		{`[{"a":1}]x`, nil, true},
		{`{"a":1}`, nil, true},
		{``, nil, true},
		{`[`, nil, true},
	} {
		all, err := raw.Objects([]byte(c.array))
		var got []string
		for _, o := range all {
			got = append(got, string(o.Bytes()))
			if o.Len() > 0 && string(o.WithText("x", "y").Without("x").Bytes()) != got[len(got)-1] {
				t.Errorf("%s: got an object that cannot be edited", c.array)
			}
		}
		if !slices.Equal(got, c.want) || (err != nil) != c.fails {
			t.Errorf("%s: got %q, %v, want %q", c.array, got, err, c.want)
		}
	}
}

// TestWithList: a list is written as if it had been put there as text.
func TestWithList(t *testing.T) {
	inner := []raw.Object{parse(t, `{"a":1}`), parse(t, `{"b":[2]}`).WithText("c", "d")}
	o := parse(t, `{"x":0,"y":1}`).WithList("y", []raw.Object{raw.Object{}.WithList("z", inner), {}})
	const want = `{"x":0,"y":[{"z":[{"a":1},{"b":[2],"c":"d"}]},{}]}`
	if got := string(o.Bytes()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if v, ok := o.Raw("y"); !ok || string(v) != `[{"z":[{"a":1},{"b":[2],"c":"d"}]},{}]` {
		t.Errorf("got %s, want the list", v)
	}
	if got := string(raw.Object{}.WithText("w", "").Merged(o).WithRaw("y", []byte("2")).Bytes()); got != `{"w":"","x":0,"y":2}` {
		t.Errorf("got %s, want the list replaced", got)
	}
	if !o.Has("y") || o.Len() != 2 {
		t.Error("got no member y, want it")
	}
	for name, v := range o.All() {
		if name == "y" && len(v) == 0 {
			t.Error("got no value of y, want the list")
		}
	}
}

func TestStrict(t *testing.T) {
	for _, c := range []struct{ name, value, reason string }{
		{"scalar", `12345678901234567890`, ""},
		{"the same name at different depths", `{"a":{"a":[{"a":1},{"a":2}]}}`, ""},
		{"a value like a name", `{"a":"b","b":"a"}`, ""},
		{"other case", `{"content":1,"Content":2}`, ""},
		{"twice", `{"a":1,"a":2}`, `duplicate member "a"`},
		{"twice inside", `[{"a":[{"b":1,"c":2,"b":3}]}]`, `duplicate member "b"`},
		{"after an inner object", `{"a":{"b":1},"a":2}`, `duplicate member "a"`},
		{"in disguise", `{"a":{"type":1,"\u0074ype":2}}`, `duplicate member "type"`},
		{"bad escape inside", `{"a":["\q"]}`, "invalid character"},
		{"no comma inside", `[1 2]`, "invalid character"},
		{"trailing comma", `[1,]`, "invalid character"},
		{"cut", `{"a":`, "unexpected end"},
		{"nothing", ``, "unexpected end"},
		{"two", `1 2`, "invalid character"},
		{"control character in a text", "[\"\x01\"]", "invalid character"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := raw.Strict([]byte(c.value))
			if (err == nil) != (c.reason == "") || err != nil && !strings.Contains(err.Error(), c.reason) {
				t.Errorf("got %v, want %q", err, c.reason)
			}
		})
	}
}

func TestWithoutTrailingCommas(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":1,}`:            `{"a":1}`,
		`{"a":[1,2,],"b":3,}`: `{"a":[1,2],"b":3}`,
		"{\"a\":1 ,\n\t}":     "{\"a\":1 \n\t}",
		`{"a":",}",}`:         `{"a":",}"}`,
		`{"a":"\",]",}`:       `{"a":"\",]"}`,
		`{"a":1}`:             `{"a":1}`,
		`{"a":1,,}`:           `{"a":1,}`,
		`{"a":"cut,}`:         `{"a":"cut,}`,
		``:                    ``,
		`,`:                   `,`,
	} {
		src := []byte(in)
		if got := string(raw.WithoutTrailingCommas(src)); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
		if string(src) != in {
			t.Errorf("%s: the source became %s", in, src)
		}
	}
}

// seeds are texts from which fuzzing starts.
func seeds(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"a":1,"b":[2,{"c":"d"}]}`, `{"mod\u0065l":"a","model":"b"}`, `{"a":{"b":1,"b":2}}`, `{"a":[1,],}`,
		`{"a":"\ud83d\ude00\"","b":-1.5e-7,"c":null}`, "{\"a\":\"\xff\"}", `[{"a":1}]`, ` { "a" : tru } `,
	} {
		f.Add([]byte(s))
	}
}

// FuzzParse: an accepted object whose values are JSON is JSON, and means what
// encoding/json takes it for; one that encoding/json and Strict accept is not
// refused; edits keep what they do not touch.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		o, err := raw.Parse(b)
		if err != nil {
			object := bytes.HasPrefix(bytes.TrimLeft(b, " \t\r\n"), []byte("{"))
			if object && raw.Strict(b) == nil && bytes.Count(b, []byte("{"))+bytes.Count(b, []byte("[")) < 512 {
				t.Fatalf("refused: %v", err)
			}
			return
		}
		for _, v := range o.All() {
			if !json.Valid(v) {
				return // for whoever reads it
			}
		}
		if !json.Valid(b) {
			t.Fatal("accepted what is no JSON although its values are")
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal(b, &want); err != nil {
			t.Fatal(err)
		}
		if len(want) != o.Len() {
			t.Fatalf("got %d members, encoding/json reads %d", o.Len(), len(want))
		}
		for name, v := range o.All() {
			if !bytes.Equal(want[name], v) {
				t.Fatalf("member %q: got %s, encoding/json reads %s", name, v, want[name])
			}
		}
		again, err := raw.Parse(o.WithText("\x00new", "v").Without("\x00new").Bytes())
		if err != nil || again.Len() != o.Len() {
			t.Fatalf("after edits: got %d members, %v, want %d", again.Len(), err, o.Len())
		}
		if !bytes.Equal(b, before) {
			t.Fatal("the source was written to")
		}
	})
}

// FuzzStrict: what it accepts is JSON, in which a decoder finds no name twice.
func FuzzStrict(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		strict := raw.Strict(b) == nil
		if !json.Valid(b) {
			if strict {
				t.Fatal("accepted what is no JSON")
			}
			return
		}
		if unique := !repeats(json.NewDecoder(bytes.NewReader(b))); unique != strict {
			t.Fatalf("got accepted %v, want %v", strict, unique)
		}
	})
}

// repeats reads one value and reports whether an object in it has a name twice.
func repeats(d *json.Decoder) bool {
	token, err := d.Token()
	if err != nil {
		return false
	}
	open, ok := token.(json.Delim)
	if !ok {
		return false
	}
	found := false
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			name, err := d.Token()
			if err != nil {
				return found
			}
			s := name.(string)
			found = found || seen[s]
			seen[s] = true
		}
		found = repeats(d) || found
	}
	_, _ = d.Token() // the closing bracket
	return found
}

// FuzzWithoutTrailingCommas: it only takes commas away, and none from JSON.
func FuzzWithoutTrailingCommas(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		out := raw.WithoutTrailingCommas(b)
		if json.Valid(b) && !bytes.Equal(out, b) {
			t.Fatalf("got %q, want JSON as it was", out)
		}
		strip := func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(","), nil) }
		if !bytes.Equal(strip(out), strip(b)) {
			t.Fatalf("got %q, want only commas gone", out)
		}
	})
}

// BenchmarkEdit is what every request costs here: one pass and one edit.
func BenchmarkEdit(b *testing.B) {
	for name, size := range map[string]int{"1.6KB": 1600, "110KB": 110 << 10} {
		text := []byte(`{"model":"group","temperature":0.5,"stream":true,"messages":[{"role":"user","content":"` +
			strings.Repeat(`word \"quoted\" `, size/16) + `"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]}`)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				o, err := raw.Parse(text)
				if err != nil {
					b.Fatal(err)
				}
				if len(o.WithText("model", "vendors-own-name").Bytes()) == 0 {
					b.Fatal("empty")
				}
			}
		})
	}
}
