package watsonx

import (
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func callOf(body raw.Object) *llm.Call {
	return &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Body: body, Record: &llm.Record{},
		To: &llm.Deployment{Provider: "watsonx", Model: "m"},
	}
}

func FuzzEncode(f *testing.F) { providertest.FuzzEncode(f, dialect(providertest.Now), callOf) }

func FuzzReply(f *testing.F) { providertest.FuzzReply(f, dialect(providertest.Now), callOf) }
