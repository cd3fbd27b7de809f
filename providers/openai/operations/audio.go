package operations

import (
	"bytes"
	"errors"
	"net/http"
	"unicode/utf8"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/openai/usage"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// spoken counts what is to be said: speech itself says nothing of what it cost.
func spoken(call *llm.Call, _ http.Header) (llm.Usage, error) {
	text, _ := call.Body.Text("input")
	return llm.Usage{Known: true, Characters: int64(utf8.RuneCountInString(text))}, nil
}

var errNoText = errors.New("no text in the answer")

// heard reads what was understood of a sound: an object, or the bare text that
// the caller asked for.
func heard(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	format, _ := call.Body.Text("response_format")
	kind := textType(format)
	body, err := raw.Parse(r.Body)
	switch {
	case kind != "" && (err != nil || !body.Has("text") && !body.Has("error")):
		return &llm.Reply{Media: bytes.NewReader(r.Body), Type: kind}, nil
	case err != nil:
		return nil, err
	case !body.Has("text"):
		return nil, errNoText
	}
	u := usage.Beside(body)
	if millis, ok := usage.Seconds(body, "duration"); ok && !u.Known { // verbose_json's
		u = llm.Usage{Known: true, Millis: millis}
	}
	return &llm.Reply{Body: body, Usage: u}, nil
}

// textType is the media type of a response_format that is text; "" of others.
func textType(format string) string {
	switch format {
	case "text":
		return "text/plain; charset=utf-8"
	case "vtt":
		return "text/vtt; charset=utf-8"
	case "srt":
		return "application/x-subrip"
	}
	return ""
}
