package audio

import (
	"slices"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// Hearing is a request for a transcription or translation under translation.
type Hearing struct {
	*chat.Request
	File     *llm.File
	Language string // "" when it is to be found out
	Diarized bool   // who speaks is asked for in OpenAI's words
}

// formats are how OpenAI tells what was heard.
var formats = []string{"json", "text", "srt", "verbose_json", "vtt", "diarized_json"}

// Hear starts a translation. What only concerns the reply, which
// Transcript.Reply looks up itself, is done.
func Hear(call *llm.Call) (*Hearing, error) {
	r := &Hearing{Request: chat.Read(call)}
	r.Done("file", "timestamp_granularities")
	if as, _ := call.Body.Text("chunking_strategy"); as == "auto" {
		r.Done("chunking_strategy") // asks for what every vendor does
	}
	for i := range call.Files {
		if call.Files[i].Field == "file" {
			r.File = &call.Files[i]
		}
	}
	if r.File == nil {
		return nil, chat.Invalid("file", "a file is required")
	}
	as, err := text(r.Request, "response_format")
	if err != nil {
		return nil, err
	}
	if as != "" && !slices.Contains(formats, as) {
		return nil, chat.Invalid("response_format", "%q is none of %q", as, formats)
	}
	r.Diarized = as == "diarized_json"
	if r.Language, err = text(r.Request, "language"); err != nil {
		return nil, err
	}
	return r, nil
}
