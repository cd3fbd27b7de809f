package responses

import (
	"testing"

	"github.com/tollgate-llm/tollgate/providers/providertest"
)

// TestForeign: reasoning of another vendor's, which the gateway told, is not
// sent; all else keeps its bytes.
func TestForeign(t *testing.T) {
	const (
		user   = `{"role":"user","content":"é  \u00e9"}`
		own    = `{"type":"reasoning", "id":"rs_67ccd7f7","summary":[],"encrypted_content":"gAAAA"}`
		byID   = `{"type":"reasoning","id":"rs_890b99aa55b19982d81425cdc521f3da_0","summary":[]}`
		bySeal = `{"type":"reasoning","summary":[],"encrypted_content":"tollgate-thinking-1:W10="}`
		said   = `{"type":"message","id":"msg_890b99aa55b19982d81425cdc521f3da_1","role":"assistant","content":"reasoning"}`
	)
	for _, c := range []struct{ input, want string }{
		{`"a \"reasoning\" text"`, `"a \"reasoning\" text"`},
		{`[` + user + ` , ` + own + `,` + said + `]`, `[` + user + ` , ` + own + `,` + said + `]`},
		{`[` + user + ` , ` + byID + `,` + own + `,` + bySeal + `,` + said + `]`, `[` + user + `,` + own + `,` + said + `]`},
		{`[` + byID + `]`, `[]`},
		{`[` + byID + `,7]`, `[` + byID + `,7]`},
	} {
		body := providertest.Object(t, `{"model":"gpt-5.4","input":`+c.input+`}`)
		req, err := encodeResponses(responseTo(body, false))
		if want := `{"model":"gpt-5.4","input":` + c.want + `}`; err != nil || string(req.Body) != want {
			t.Errorf("got %s, %v, want %s", req.Body, err, want)
		}
	}
}
