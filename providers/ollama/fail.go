package ollama

import (
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// fail reads an error answer, or the line of a stream that is one: {"error":
// "..."}. A server without the model is told how to get it, which a caller may
// be the one to do.
// Source: https://docs.ollama.com/api/errors
func fail(call *llm.Call, r *wire.Response) *llm.Error {
	e := chat.Fail(call, r)
	text := strings.ToLower(e.Message)
	switch {
	case r.Status == 499: // the server's word for a request that was given up
		e.Class = llm.APIConnectionError
	case strings.Contains(text, "context length"):
		e.Class = llm.ContextWindowExceededError
	case strings.Contains(text, "does not support"):
		e.Class = llm.UnsupportedParamsError
	case r.Status == 404 && strings.Contains(text, "model") && !strings.Contains(text, "pull") && local(call):
		e.Message += "; on the server, run: ollama pull " + call.To.Model
	}
	return e
}

// local tells a server of one's own from the vendor's.
func local(call *llm.Call) bool {
	return call != nil && !strings.Contains(call.Record.Base, "//ollama.com")
}
