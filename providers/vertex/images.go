package vertex

import (
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// made is Google AI Studio's codec for speech or pictures at a model's address
// here, where only the method is left of its path. Only Google's own models
// make any.
// Source: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api
func made(codec wire.Codec) wire.Codec {
	encode := codec.Encode
	codec.Encode = func(call *llm.Call) (*wire.Request, error) {
		if familyOf(call.To.Model) != googles {
			return nil, &llm.Error{Class: llm.BadRequestError, Param: "model", Message: call.To.Model + " of vertex_ai does not offer " + call.Op.String()}
		}
		req, err := encode(call)
		if err != nil {
			return nil, err
		}
		req.Path = req.Path[strings.LastIndexByte(req.Path, ':'):]
		return req, nil
	}
	return codec
}
