package providertest

import (
	"errors"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// To makes calls of an operation for a provider's model, with the counts asked
// for. What works on files has one.
func To(op llm.Op, provider, model string) CallOf {
	return func(body raw.Object) *llm.Call {
		call := &llm.Call{
			Op: op, Format: llm.OpenAI, Body: body, Record: &llm.Record{RequestID: "test"},
			Options: llm.Options{IncludeUsage: true}, To: &llm.Deployment{Provider: provider, Model: model},
		}
		if op == llm.Transcriptions {
			call.Files = []llm.File{{Field: "file"}}
		}
		return call
	}
}

// Object reads an object.
func Object(t testing.TB, text string) raw.Object {
	t.Helper()
	o, err := raw.Parse([]byte(text))
	if err != nil {
		t.Fatalf("got %v in %s", err, text)
	}
	return o
}

// Refusal is an error as its caller is told of it, "" when there is none.
func Refusal(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var e *llm.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an llm.Error", err)
	}
	return e.Class.Error() + " " + e.Param + ": " + e.Message
}

// Param is the member that an error names, "" when there is no error.
func Param(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var e *llm.Error
	if !errors.As(err, &e) || e.Param == "" {
		t.Fatalf("got %v, want an error that names a member", err)
	}
	return e.Param
}
