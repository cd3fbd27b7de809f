// Package audio reads OpenAI's requests about sound and writes its replies for
// the dialects that say them in other words: what was heard becomes JSON, text
// or subtitles, and what is to be spoken a text, a voice and a format. It knows
// no vendor.
//
// Source: https://platform.openai.com/docs/api-reference/audio
package audio

import (
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/form"
)

// text takes a member that must be a string; "" when it is not there.
func text(r *chat.Request, name string) (string, error) {
	v, ok, err := r.Take(name)
	if err != nil || !ok {
		return "", err
	}
	if !chat.IsText(v) {
		return "", chat.Invalid(name, "must be a string")
	}
	return form.Text(v), nil
}
