package bedrock

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// model is what a deployment's model name says, in LiteLLM's ways to write it:
// bedrock/us-east-1/anthropic.claude-v2:1, converse/us.amazon.nova-pro-v1:0,
// invoke/anthropic.claude-3-haiku-20240307-v1:0, llama/arn:aws:bedrock:...
type model struct {
	id     string // what the path gets: a model's or profile's id, or an ARN
	name   string // who made it and what it is, in small letters without the profile's region: amazon.nova-pro-v1:0
	region string // "" when the name does not say
	invoke bool   // called by InvokeModel rather than Converse
}

var (
	regions  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)
	profiles = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)?\.|^(apac|global)\.`)
)

// modelOf reads the name. Imported models, which Converse does not serve, and
// those whose name begins with invoke/ are called by InvokeModel.
// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
func modelOf(d *llm.Deployment) model {
	var m model
	id, converse, family := d.Model, false, ""
	if plain, err := url.PathUnescape(id); err == nil { // as people copy it out of addresses
		id = plain
	}
	for !strings.HasPrefix(id, "arn:") {
		word, rest, ok := strings.Cut(id, "/")
		if !ok {
			break
		}
		switch {
		case word == "invoke":
			m.invoke = true
		case word == "converse" || word == "converse_like":
			converse = true
		case regions.MatchString(word):
			m.region = word
		case word != "bedrock" && !strings.HasSuffix(word, "-commitment"):
			family = word + "."
		}
		id = rest
	}
	m.name = strings.ToLower(family + profiles.ReplaceAllString(id, ""))
	if own := d.Settings["model_id"]; own != "" {
		id = own
	}
	m.id = id
	if arn := strings.SplitN(id, ":", 6); len(arn) == 6 && arn[0] == "arn" {
		m.region = arn[3]
		_, resource, _ := strings.Cut(arn[5], "/")
		if strings.HasPrefix(m.name, "arn:") {
			m.name = profiles.ReplaceAllString(resource, "")
		}
		m.invoke = m.invoke || strings.HasPrefix(arn[5], "imported-model/") && !converse
	}
	return m
}

// path is where the model answers. Every byte that a name may not hold in a
// path is escaped, as the SDKs do it.
func (m model) path(action string) string {
	return "/model/" + strings.ReplaceAll(url.QueryEscape(m.id), "+", "%20") + "/" + action
}

func (m model) is(word string) bool { return strings.Contains(m.name, word) }
