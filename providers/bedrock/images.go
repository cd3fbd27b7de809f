package bedrock

import (
	"net/http"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/bedrock/pictures"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// images is InvokeModel for the models that make pictures.
func images(now func() time.Time) wire.Codec {
	return wire.Codec{
		Encode: func(call *llm.Call) (*wire.Request, error) {
			m := modelOf(call.To)
			body, err := pictures.Body(call, m.name)
			if err != nil {
				return nil, err
			}
			return &wire.Request{Path: m.path("invoke"), Body: body.Bytes(), Header: http.Header{"Accept": {"application/json"}}}, nil
		},
		Decode: func(_ *llm.Call, r *wire.Response) (*llm.Reply, error) { return pictures.Reply(r, now) },
	}
}
