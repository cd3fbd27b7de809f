package vertex

import (
	"encoding/json"
	"net/http"
	"path"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/embed"
	"github.com/tollgate-llm/tollgate/providers/gemini/vectors"
	"github.com/tollgate-llm/tollgate/providers/wire"
)

// embeddings are Google's two ways to them: prediction, with several texts as
// its instances, and Gemini's, with contents that may hold more than texts.
// Source: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api
// and the type EmbedContentConfig of the package google-genai
func embeddings() wire.Codec { return embed.Codec(encodeInput, decodeVectors, mostInputs) }

// mostInputs is how many inputs fit in a request: those of Gemini's models as
// at Google AI Studio, of the others 250 in one location and 5 elsewhere.
// Source: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/embeddings/get-text-embeddings
func mostInputs(call *llm.Call) int {
	if byContent(call.To) {
		return vectors.Most
	}
	for _, name := range locations {
		if call.To.Settings[name] == "us-central1" {
			return 250
		}
	}
	return 5
}

// byContent reports whether a model is one of Gemini's.
func byContent(d *llm.Deployment) bool { return strings.Contains(path.Base(d.Model), "gemini") }

func encodeInput(call *llm.Call) (*wire.Request, error) {
	r, err := embed.Read(call)
	if err != nil {
		return nil, err
	}
	if familyOf(call.To.Model) != googles {
		return nil, r.Unsupported("model", "embeddings of "+call.To.Model)
	}
	purpose, err := r.Purpose(vectors.Purposes())
	if err != nil {
		return nil, err
	}
	task := raw.Object{}
	if purpose != "" {
		task = task.WithText("task_type", purpose)
	}
	task = r.Move(r.Move(task, "task_type", "task_type"), "title", "title")
	of := r.Move(raw.Object{}, "dimensions", "outputDimensionality")
	of = r.Move(of, "auto_truncate", "autoTruncate")
	rest, err := r.Rest()
	if err != nil {
		return nil, err
	}
	if byContent(call.To) {
		return contents(r, task.Renamed("task_type", "taskType").Merged(of).Merged(rest))
	}
	return instances(r, task, of.Merged(rest))
}

// instances is a prediction.
func instances(r *embed.Request, task, parameters raw.Object) (*wire.Request, error) {
	texts, err := r.Texts()
	if err != nil {
		return nil, err
	}
	all := make([]raw.Object, len(texts))
	for i, text := range texts {
		all[i] = raw.Object{}.WithRaw("content", text).Merged(task)
	}
	body := raw.Object{}.WithList("instances", all)
	if parameters.Len() > 0 {
		body = body.WithRaw("parameters", parameters.Bytes())
	}
	return &wire.Request{Path: ":predict", Body: body.Bytes(), Header: http.Header{}}, nil
}

// contents asks for one vector, or for several at once.
func contents(r *embed.Request, config raw.Object) (*wire.Request, error) {
	all := make([]raw.Object, len(r.Inputs))
	for i, in := range r.Inputs {
		one, err := vectors.Content(r, in)
		if err != nil {
			return nil, err
		}
		if config.Len() > 0 {
			one = one.WithRaw("embedContentConfig", config.Bytes())
		}
		all[i] = one
	}
	if len(all) == 1 {
		return &wire.Request{Path: ":embedContent", Body: all[0].Bytes(), Header: http.Header{}}, nil
	}
	body := raw.Object{}.WithList("requests", all)
	return &wire.Request{Path: ":batchEmbedContents", Body: body.Bytes(), Header: http.Header{}}, nil
}

func decodeVectors(call *llm.Call, r *wire.Response) (*llm.Reply, error) {
	body, err := raw.Parse(r.Body)
	if err != nil {
		return nil, err
	}
	a := embed.Answer{
		Usage:  vectors.Usage(body),
		Fields: body.Without("predictions", "embedding", "embeddings", "usageMetadata", "deployedModelId", "model", "modelDisplayName", "modelVersionId"),
	}
	counted := llm.Usage{Known: true}
	for _, v := range answered(body) {
		values, _ := v.Raw("values")
		a.Vectors = append(a.Vectors, values)
		statistics := chat.Member(v, "statistics")
		u := embed.Tokens(statistics, "token_count", "tokenCount")
		counted = llm.Usage{Known: counted.Known && u.Known, In: counted.In + u.In}
	}
	if !a.Usage.Known && counted.Known {
		a.Usage = counted
	}
	return embed.Reply(call, a)
}

// answered are the objects that have the values, in any of the answers' shapes.
func answered(body raw.Object) (all []raw.Object) {
	if body.Has("embedding") {
		return []raw.Object{chat.Member(body, "embedding")}
	}
	add := func(list json.RawMessage, of func(raw.Object) raw.Object) {
		for _, item := range raw.Items(list) {
			o, err := raw.Parse(item)
			if err != nil {
				o = raw.Object{} // embed.Reply says that it has no values
			}
			all = append(all, of(o))
		}
	}
	list, _ := body.Raw("embeddings")
	add(list, func(o raw.Object) raw.Object { return o })
	list, _ = body.Raw("predictions")
	add(list, func(o raw.Object) raw.Object { return chat.Member(o, "embeddings") })
	return all
}
