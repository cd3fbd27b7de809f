package upstream

import (
	"encoding/json"
	"strings"
)

// moderations: schemas CreateModerationRequest and CreateModerationResponse.
// Model "filtered" flags every input, as harassment, and others none.
func moderations() operation {
	return operation{path: "/moderations", members: "input model", required: "input", reply: moderationsReply}
}

// categories are those of the description; its omni models look at images for
// those with an asterisk.
const categories = `harassment harassment/threatening hate hate/threatening illicit illicit/violent
self-harm* self-harm/instructions* self-harm/intent* sexual* sexual/minors violence* violence/graphic*`

func moderationsReply(m meta, q ask, a answer) []byte {
	type result struct {
		Flagged    bool                `json:"flagged"`
		Categories map[string]bool     `json:"categories"`
		Scores     map[string]float64  `json:"category_scores"`
		Types      map[string][]string `json:"category_applied_input_types"`
	}
	results := []result{}
	for range moderated(q.said["input"]) {
		r := result{a.finish == filtered, map[string]bool{}, map[string]float64{}, map[string][]string{}}
		for category := range strings.FieldsSeq(categories) {
			name := strings.TrimSuffix(category, "*")
			is := r.Flagged && name == "harassment"
			r.Categories[name], r.Scores[name], r.Types[name] = is, 0.0625, []string{"text"}
			if is {
				r.Scores[name] = 0.9375
			}
		}
		results = append(results, r)
	}
	return encode(map[string]any{"id": numbered("modr-", m.id), "model": q.model, "results": results})
}

// moderated is how many results there are: one for a text or for parts of one
// message, else one for each text.
func moderated(raw json.RawMessage) int {
	if texts := oneOrMore(raw); len(texts) > 0 {
		return len(texts)
	}
	return 1
}
