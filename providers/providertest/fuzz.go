package providertest

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// Seeds gives a part of every golden file of the package, such as "call".
func Seeds(f *testing.F, part string) (all []string) {
	f.Helper()
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			if file.Name == part {
				all = append(all, string(file.Data))
			}
		}
	}
	if len(all) == 0 {
		f.Fatalf("got no golden file with a part %q, want some", part)
	}
	return all
}

// Answers gives the body of every golden answer that says mark somewhere, such
// as a stream's content type. "" is in each.
func Answers(f *testing.F, mark string) (all [][]byte) {
	f.Helper()
	for _, answer := range Seeds(f, "upstream response") {
		if _, body, ok := strings.Cut(answer, "\n\n"); ok && strings.Contains(answer, mark) {
			all = append(all, []byte(body))
		}
	}
	if len(all) == 0 {
		f.Fatalf("got no golden answer that says %q, want some", mark)
	}
	return all
}

// CallOf makes the call to fuzz from what its caller wrote.
type CallOf func(body raw.Object) *llm.Call

// FuzzEncode does CheckEncode with golden calls and what becomes of them.
func FuzzEncode(f *testing.F, d wire.Dialect, callOf CallOf) {
	for _, call := range Seeds(f, "call") {
		f.Add(call)
	}
	f.Fuzz(func(t *testing.T, body string) { CheckEncode(t, d, callOf, body) })
}

// FuzzDecode does CheckDecode with golden answers and what becomes of them.
func FuzzDecode(f *testing.F, d wire.Dialect, callOf CallOf) {
	for _, body := range Answers(f, "") {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		CheckDecode(t, d, callOf(raw.Object{}), &wire.Response{Status: 200, Body: body})
	})
}

// FuzzReply does CheckDecode and CheckEnd, for a dialect that passes streams
// on as the vendor wrote them.
func FuzzReply(f *testing.F, d wire.Dialect, callOf CallOf) {
	for _, body := range Answers(f, "") {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		call := callOf(raw.Object{})
		CheckDecode(t, d, call, &wire.Response{Status: 200, Body: body})
		for _, counted := range []bool{true, false} {
			call.Options.IncludeUsage = counted
			CheckEnd(t, d, call, body)
		}
	})
}

// FuzzAnswers does CheckDecode with golden answers, and what becomes of them, to
// a call of each of the provider's models.
func FuzzAnswers(f *testing.F, d wire.Dialect, op llm.Op, provider, asked string, models ...string) {
	for _, body := range Answers(f, "") {
		f.Add(body)
	}
	o, err := raw.Parse([]byte(asked))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, model := range models {
			CheckDecode(t, d, To(op, provider, model)(o), &wire.Response{Status: 200, Body: body})
		}
	})
}
