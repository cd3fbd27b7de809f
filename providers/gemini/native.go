package gemini

import (
	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/gemini/answer"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// native is the codec of callers who speak Gemini's words themselves: requests,
// answers and events pass as the bytes they are. What a caller may not choose
// by a body is in the address.
func native() wire.Codec {
	return wire.Codec{
		Encode: func(call *llm.Call) (*wire.Request, error) {
			return address(call, call.Body.Without("model", "stream")), nil
		},
		Decode: answer.Whole,
		Events: answer.Pass,
	}
}
