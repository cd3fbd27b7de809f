package blocks

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func pack(t testing.TB, names ...string) string {
	t.Helper()
	var entries []json.RawMessage
	for i, name := range names {
		entries = append(entries, json.RawMessage(fmt.Sprintf(`{"name":%q,"n":%d}`, name, i)))
	}
	packed, err := Pack(entries)
	if err != nil {
		t.Fatal(err)
	}
	return string(packed)
}

// TestFind holds that each entry of a file is found by its name, and nothing else.
func TestFind(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-c/.:-]{1,6}`), 0, 200, rapid.ID[string]).Draw(rt, "names")
		f, err := Open(pack(t, names...))
		if err != nil {
			rt.Fatal(err)
		}
		for i, name := range names {
			got, err := f.Find(name)
			if want := fmt.Sprintf(`{"name":%q,"n":%d}`+"\n", name, i); err != nil || string(got) != want {
				rt.Fatalf("%q: got %s and error %v, want %s", name, got, err, want)
			}
		}
		if got, err := f.Find("absent"); got != nil || err != nil {
			rt.Errorf("absent: got %s and error %v, want nothing", got, err)
		}
		n := 0
		for line, err := range f.All() {
			if err != nil || nameOf(line) != names[n] {
				rt.Fatalf("entry %d: got %s and error %v, want %q", n, line, err, names[n])
			}
			n++
		}
		if n != len(names) {
			rt.Errorf("got %d entries, want %d", n, len(names))
		}
	})
}

func TestSpelling(t *testing.T) {
	f, err := Open(pack(t, "Org/Model", "org/model", "One"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"Org/Model": "Org/Model", "org/model": "org/model", "ORG/MODEL": "org/model", "one": "One"} {
		got, err := f.Find(name)
		if err != nil || nameOf(got) != want {
			t.Errorf("%s: got %s and error %v, want %s", name, got, err, want)
		}
	}
}

func TestPackRefuses(t *testing.T) {
	for _, entry := range []string{"", `{}`, `{"n":1,"name":"a"}`, "{\"name\":\"a\",\n\"n\":1}", `{"name":""}`, `{"name":"a\"b"}`} {
		if _, err := Pack([]json.RawMessage{json.RawMessage(entry)}); err == nil {
			t.Errorf("%q: got no error, want one", entry)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	whole := pack(t, "a", "b")
	for _, text := range []string{"", "something else", magic, whole[:len(magic)+3], whole[:len(magic)+12]} {
		if _, err := Open(text); !errors.Is(err, errCorrupt) {
			t.Errorf("%q: got error %v, want %v", text, err, errCorrupt)
		}
	}
}

// FuzzOpen holds that a damaged file gives an error or no entry, never a panic.
func FuzzOpen(f *testing.F) {
	f.Add(pack(f, "a", "b", "c"), "a")
	f.Add(magic+strings.Repeat("\xff", 40), "a")
	f.Fuzz(func(t *testing.T, text, name string) {
		file, err := Open(text)
		if err != nil {
			return
		}
		if entry, err := file.Find(name); err == nil && entry != nil && !strings.EqualFold(nameOf(entry), name) {
			t.Errorf("%q: got %s", name, entry)
		}
		for range file.All() {
			continue
		}
	})
}
