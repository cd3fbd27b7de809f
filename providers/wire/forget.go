package wire

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// Forget has the vendor delete a response that it keeps, at path after its
// address: /responses at OpenAI's. One that it does not have, or does not
// delete, is no error. Errors are *llm.Error.
// Source: https://platform.openai.com/docs/api-reference/responses/delete
func (p *Provider) Forget(ctx context.Context, d *llm.Deployment, path string, query url.Values, id string, rec *llm.Record) error {
	call := &llm.Call{Op: llm.Chat, Format: llm.Responses, To: d, Record: rec}
	res, _, err := p.send(ctx, call, &Request{Method: http.MethodDelete, Path: path + "/" + url.PathEscape(id), Query: query})
	if errors.Is(err, llm.NotFoundError) || errors.Is(err, llm.BadRequestError) {
		return nil
	}
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// ForgetResponse is Forget where OpenAI has the responses API.
func (p *Provider) ForgetResponse(ctx context.Context, d *llm.Deployment, id string, rec *llm.Record) error {
	return p.Forget(ctx, d, "/responses", nil, id, rec)
}
