package tollgate

import (
	"context"
	"errors"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// CheckValidKey asks a model for a few words to see whether its provider takes
// an API key: LiteLLM's check_valid_key. False means that the provider refused
// the key; an error, which is an *llm.Error, that it could not be found out.
// The model is written as in a configuration: provider/model.
func CheckValidKey(ctx context.Context, p Providers, model, apiKey string) (bool, error) {
	provider, name, err := p.Infer(model, "", "")
	if err != nil {
		return false, err
	}
	speaker, ok := p.Lookup(provider)
	if !ok {
		return false, &llm.Error{Class: llm.NotFoundError, Message: "there is no provider " + provider}
	}
	body, err := raw.Parse([]byte(`{"messages":[{"role":"user","content":"Hey, how's it going?"}],"max_tokens":16}`))
	if err != nil {
		return false, err
	}
	reply, err := speaker.Do(ctx, &llm.Call{
		Op: llm.Chat, Format: llm.OpenAI, Model: model, Body: body.WithText("model", name),
		Record: &llm.Record{RequestID: boot.NewID(), Start: time.Now()},
		To:     &llm.Deployment{ID: model, Group: model, Provider: provider, Model: name, Credential: onlyKey(apiKey)},
	})
	if errors.Is(err, llm.AuthenticationError) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, reply.Close()
}

// onlyKey is a credential that knows an API key and nothing else.
type onlyKey string

func (k onlyKey) Value(_ context.Context, name string) (string, error) {
	if name == "api_key" {
		return string(k), nil
	}
	return "", nil
}
