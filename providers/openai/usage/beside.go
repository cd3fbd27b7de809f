package usage

import (
	"math"
	"strconv"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// Beside is the usage of a reply that is no chat's. OpenAI has three kinds:
// prompt_tokens (embeddings), input_tokens with pictures or sound among them
// (images, transcriptions), and the seconds of a sound. Vendors whose usage is
// one total mean the prompt's.
func Beside(body raw.Object) llm.Usage {
	u := chat.Member(body, "usage")
	if millis, ok := Seconds(u, "seconds"); ok {
		return llm.Usage{Known: true, Millis: millis}
	}
	in, hasIn := Count(u, "input_tokens")
	out, hasOut := Count(u, "output_tokens")
	if !hasIn && !hasOut {
		in, hasIn = Count(u, "prompt_tokens")
		if !hasIn {
			in, hasIn = Count(u, "total_tokens")
		}
		return llm.Usage{Known: hasIn, In: in}
	}
	of := chat.Member(u, "input_tokens_details")
	if u.Has("input_token_details") { // a transcription's
		of = chat.Member(u, "input_token_details")
	}
	made := chat.Member(u, "output_tokens_details")
	sound, _ := Count(of, "audio_tokens")
	seen, _ := Count(of, "image_tokens")
	drawn, told := Count(made, "image_tokens")
	if !told && u.Has("input_tokens_details") { // an image's, all of whose output is one
		drawn = out
	}
	return llm.Usage{Known: true, In: in, AudioIn: sound, ImageIn: seen, Out: out, ImageOut: drawn}
}

// Seconds reads a length of time as milliseconds.
func Seconds(o raw.Object, name string) (millis int64, ok bool) {
	text, ok := o.Text(name) // some vendors quote it
	if !ok {
		v, _ := o.Raw(name)
		text = string(v)
	}
	s, err := strconv.ParseFloat(text, 64)
	if err != nil || !(s >= 0) || s > math.MaxInt32 {
		return 0, false
	}
	return int64(math.Round(s * 1000)), true
}
