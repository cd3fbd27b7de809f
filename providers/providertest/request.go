package providertest

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// checkRequests compares requests to the recorded ones.
func checkRequests(t *testing.T, c golden, got []recorded) {
	t.Helper()
	var want []string
	if strings.TrimSpace(c.request) != "none" {
		want = strings.Split(c.request, next)
	}
	if len(got) != len(want) {
		t.Errorf("got %d requests %s, want %d", len(got), got, len(want))
		return
	}
	for i := range want {
		checkRequest(t, c, want[i], got[i])
	}
}

// checkRequest compares a request to the recorded one: its first line, the
// headers that stand there, and its body.
func checkRequest(t *testing.T, c golden, want string, got recorded) {
	t.Helper()
	head, body, _ := strings.Cut(want, "\n\n")
	line, headers, _ := strings.Cut(head, "\n")
	if is := got.method + " " + got.target; is != line {
		t.Errorf("request: got %s, want %s", is, line)
	}
	for header := range strings.Lines(headers) {
		name, v, _ := strings.Cut(strings.TrimSpace(header), ": ")
		is := got.header.Get(name)
		if v == form { // the boundary is the moment's
			is, _, _ = strings.Cut(is, ";")
		}
		if is != v {
			t.Errorf("header %s: got %q, want %q", name, is, v)
		}
	}
	if len(got.body) == 0 && strings.TrimSpace(body) == "" {
		return
	}
	switch kind, _, _ := strings.Cut(got.header.Get("Content-Type"), ";"); {
	case kind == form:
		is, want := formLines(t, got.header.Get("Content-Type"), got.body, c.call.Files), strings.Split(strings.TrimSpace(body), "\n")
		slices.Sort(is)
		slices.Sort(want)
		if !slices.Equal(is, want) {
			t.Errorf("form: got\n%s\nwant\n%s", strings.Join(is, "\n"), strings.Join(want, "\n"))
		}
		return
	case isMedia(kind):
		if is, want := mediaLine(kind, got.body), strings.TrimSpace(body); is != want {
			t.Errorf("body: got\n%s\nwant\n%s", is, want)
		}
		return
	case kind == "application/x-www-form-urlencoded":
		if is, want := fields(t, string(got.body)), fields(t, strings.TrimSpace(body)); is != want {
			t.Errorf("body: got\n%s\nwant\n%s", is, want)
		}
		return
	}
	fold := c.fold()
	if is, want := spelled(t, got.body, fold), spelled(t, meant(t, body, c.call.Body), fold); is != want {
		t.Errorf("body: got\n%s\nwant\n%s", is, want)
	}
}

// fields writes a form in alphabetical order.
func fields(t *testing.T, form string) string {
	t.Helper()
	values, err := url.ParseQuery(form)
	if err != nil {
		t.Errorf("body: %v in %s", err, form)
	}
	return values.Encode()
}

// meant takes the nulls out of a recorded body that are not the caller's: with
// them some clients spell out what they leave to the vendor.
func meant(t *testing.T, body string, call raw.Object) json.RawMessage {
	t.Helper()
	o, err := raw.Parse([]byte(body))
	if err != nil {
		t.Fatalf("upstream request: %v", err)
	}
	for name, v := range o.All() {
		if _, asked := call.Raw(name); !asked && string(v) == "null" {
			o = o.Without(name)
		}
	}
	return o.Bytes()
}

// verbatim are members whose value, if it is an object, reaches the model as
// text, so that even the order of its members counts.
var verbatim = map[string]bool{"input_schema": true, "parameters": true, "input": true}

// fold gives the one name by which a member is compared. Google's services
// take each field under its lowerCamelCase name, which its documents have, and
// under the one in snake_case, and its SDK for Python sends a mixture.
// https://protobuf.dev/programming-guides/json/#field-names
func (c golden) fold() func(string) string {
	if !strings.HasPrefix(string(c.archive.Files[0].Data), "google-genai==") {
		return asItIs
	}
	return func(name string) string {
		first, rest, _ := strings.Cut(name, "_")
		for word := range strings.SplitSeq(rest, "_") {
			if word != "" {
				first += strings.ToUpper(word[:1]) + word[1:]
			}
		}
		return first
	}
}

func asItIs(name string) string { return name }

// canonical writes JSON so that equal texts mean the same: members in
// alphabetical order, numbers digit for digit, no white space.
func canonical(t *testing.T, v json.RawMessage) string { return spelled(t, v, asItIs) }

// spelled is canonical with names as fold spells them.
func spelled(t *testing.T, v json.RawMessage, fold func(string) string) string {
	t.Helper()
	if err := raw.Strict(v); err != nil {
		t.Errorf("body: %v in %s", err, v)
		return string(v)
	}
	b, err := json.Marshal(tree(v, fold))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// tree is a value in the types that encoding/json sorts.
func tree(v json.RawMessage, fold func(string) string) any {
	v = bytes.TrimSpace(v)
	switch v[0] {
	case '{':
		o, err := raw.Parse(v)
		if err != nil {
			return err.Error()
		}
		m := map[string]any{}
		for name, member := range o.All() {
			if verbatim[name] && bytes.HasPrefix(bytes.TrimSpace(member), []byte("{")) {
				m[name] = member // json.Marshal takes its white space out
				continue
			}
			m[fold(name)] = tree(member, fold)
		}
		return m
	case '[':
		all := []any{}
		for _, item := range raw.Items(v) {
			all = append(all, tree(item, fold))
		}
		return all
	case '"':
		var s string
		if err := json.Unmarshal(v, &s); err != nil {
			return err.Error()
		}
		return s
	}
	return v
}
