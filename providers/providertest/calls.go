package providertest

import (
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// To makes calls of an operation for a provider's model, with the counts asked
// for. What works on files has one.
func To(op llm.Op, provider, model string) CallOf {
	return func(body raw.Object) *llm.Call {
		call := &llm.Call{
			Op: op, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
			Options: llm.Options{IncludeUsage: true}, To: &llm.Deployment{Provider: provider, Model: model},
		}
		if op == llm.Transcriptions {
			call.Files = []llm.File{{Field: "file"}}
		}
		return call
	}
}
