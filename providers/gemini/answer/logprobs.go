package answer

import "encoding/json"

// token is a token with its probability. OpenAI's schema wants its bytes, which
// Gemini does not tell.
type token struct {
	Token   string          `json:"token"`
	Logprob json.RawMessage `json:"logprob"`
	Bytes   []byte          `json:"bytes"`
}

type likely struct {
	Token   string          `json:"token"`
	Logprob json.RawMessage `json:"logProbability"`
}

func (l likely) token() token {
	if len(l.Logprob) == 0 { // of 0, which Google leaves out
		l.Logprob = json.RawMessage("0")
	}
	return token{Token: l.Token, Logprob: l.Logprob}
}

// logprobs reads logprobsResult.
// https://ai.google.dev/api/generate-content#LogprobsResult
func logprobs(v json.RawMessage) (json.RawMessage, error) {
	var in struct {
		Chosen []likely `json:"chosenCandidates"`
		Top    []struct {
			Candidates []likely `json:"candidates"`
		} `json:"topCandidates"`
	}
	if err := json.Unmarshal(v, &in); err != nil {
		return nil, err
	}
	type entry struct {
		token
		Top []token `json:"top_logprobs"`
	}
	content := make([]entry, len(in.Chosen))
	for i, chosen := range in.Chosen {
		content[i] = entry{chosen.token(), []token{}}
		if i < len(in.Top) {
			for _, other := range in.Top[i].Candidates {
				content[i].Top = append(content[i].Top, other.token())
			}
		}
	}
	return json.Marshal(map[string]any{"content": content, "refusal": nil})
}
