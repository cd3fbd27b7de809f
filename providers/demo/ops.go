package demo

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// dimensions is how long demo's vectors are unless the caller says otherwise.
const dimensions = 64

// operation answers what is no chat. Every answer follows from the request
// alone.
func (p *Provider) operation(call *llm.Call) (*llm.Reply, error) {
	switch call.Op {
	case llm.Embeddings:
		return embeddings(call)
	case llm.Rerank:
		return p.rerank(call)
	case llm.Moderations:
		return p.moderations(call)
	case llm.Images, llm.ImageEdits, llm.ImageVariations:
		return p.pictures(call)
	case llm.Transcriptions, llm.Translations:
		return transcription(call)
	case llm.Speech:
		return speech(call)
	}
	return nil, fault(call, llm.BadRequestError, "demo does not offer "+call.Op.String())
}

// inputsOf gives a member that is a text or a list of texts.
func inputsOf(call *llm.Call, name string) ([]string, error) {
	v, _ := call.Body.Raw(name)
	var one string
	if json.Unmarshal(v, &one) == nil {
		return []string{one}, nil
	}
	var all []string
	if json.Unmarshal(v, &all) == nil && len(all) > 0 {
		return all, nil
	}
	var objects []struct {
		Text *string `json:"text"`
	}
	if json.Unmarshal(v, &objects) != nil || len(objects) == 0 {
		return nil, refused(call, name, name+" must be a text or a list of texts")
	}
	for _, o := range objects {
		if o.Text == nil {
			return nil, refused(call, name, name+" must be texts, or objects with a text")
		}
		all = append(all, *o.Text)
	}
	return all, nil
}

func countOf(call *llm.Call, name string, otherwise, most int) (int, error) {
	n := otherwise
	if v, ok := call.Body.Raw(name); ok && string(v) != "null" && (json.Unmarshal(bytes.Trim(v, `"`), &n) != nil || n < 1 || n > most) {
		return 0, refused(call, name, name+" is out of range")
	}
	return n, nil
}

func tokensOf(all []string) (n int64) {
	for _, s := range all {
		n += int64(len(tokens(s)))
	}
	return n
}

// embeddings are sums of a direction for each word: texts with words in common
// are near each other.
func embeddings(call *llm.Call) (*llm.Reply, error) {
	inputs, err := inputsOf(call, "input")
	if err != nil {
		return nil, err
	}
	size, err := countOf(call, "dimensions", dimensions, 4096)
	if err != nil {
		return nil, err
	}
	format, _ := call.Body.Text("encoding_format")
	data := make([]raw.Object, len(inputs))
	for i, text := range inputs {
		v := vector(text, size)
		var value any = v
		if format == "base64" {
			b := make([]byte, 0, 4*len(v))
			for _, x := range v {
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
			}
			value = base64.StdEncoding.EncodeToString(b)
		}
		data[i] = object(member{"object", "embedding"}, member{"index", i}, member{"embedding", value})
	}
	u := llm.Usage{Known: true, In: tokensOf(inputs)}
	body := object(member{"object", "list"}, member{"data", data}, member{"model", call.To.Model},
		member{"usage", object(member{"prompt_tokens", u.In}, member{"total_tokens", u.In})})
	return &llm.Reply{Format: llm.OpenAI, Body: body, Usage: u}, nil
}

// vector has length 1.
func vector(text string, size int) []float32 {
	v := make([]float64, size)
	v[0] = 1e-3 // a text without words has a direction too
	for _, word := range tokens(strings.ToLower(text)) {
		h := fnv.New64a()
		h.Write([]byte(strings.TrimSpace(word)))
		for i, x := 0, h.Sum64(); i < 8; i, x = i+1, x*6364136223846793005+1442695040888963407 {
			v[x%uint64(size)] += 1 - 2*float64(x>>63)
		}
	}
	var norm float64
	for _, x := range v {
		norm += x * x
	}
	out := make([]float32, size)
	for i, x := range v {
		out[i] = float32(x / math.Sqrt(max(norm, 1e-12)))
	}
	return out
}

// rerank orders documents by how near they are to the query.
func (p *Provider) rerank(call *llm.Call) (*llm.Reply, error) {
	query, _ := call.Body.Text("query")
	documents, err := inputsOf(call, "documents")
	if err != nil {
		return nil, err
	}
	top, err := countOf(call, "top_n", len(documents), math.MaxInt32)
	if err != nil {
		return nil, err
	}
	type result struct {
		index int
		score float64
	}
	all := make([]result, len(documents))
	q := vector(query, dimensions)
	for i, text := range documents {
		all[i].index = i
		for k, x := range vector(text, dimensions) {
			all[i].score += float64(x) * float64(q[k])
		}
		all[i].score = (all[i].score + 1) / 2
	}
	slices.SortStableFunc(all, func(a, b result) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	shown, _ := call.Body.Raw("return_documents")
	results := make([]raw.Object, min(top, len(all)))
	for i := range results {
		results[i] = object(member{"index", all[i].index}, member{"relevance_score", all[i].score})
		if string(shown) == "true" {
			results[i], _ = results[i].With("document", object(member{"text", documents[all[i].index]})) // texts always encode
		}
	}
	body := object(member{"id", p.ID()}, member{"results", results}, member{"meta", object(member{"billed_units", object(member{"search_units", 1})})})
	return &llm.Reply{Format: llm.OpenAI, Body: body, Usage: llm.Usage{Known: true, Searches: 1}}, nil
}

// categories are OpenAI's.
// Source: https://platform.openai.com/docs/api-reference/moderations/object
var categories = [...]string{
	"harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
	"self-harm/instructions", "self-harm/intent", "sexual", "sexual/minors", "violence", "violence/graphic",
}

// moderations object to nothing but the word "objectionable".
func (p *Provider) moderations(call *llm.Call) (*llm.Reply, error) {
	inputs, err := inputsOf(call, "input")
	if err != nil {
		return nil, err
	}
	results := make([]raw.Object, len(inputs))
	for i, text := range inputs {
		flagged := strings.Contains(text, "objectionable")
		var found, scores, kinds raw.Object
		for _, name := range categories {
			score := 0.0
			if flagged && name == "harassment" {
				score = 1
			}
			found, _ = found.With(name, score > 0) // these always encode
			scores, _ = scores.With(name, score)
			kinds, _ = kinds.With(name, []string{"text"})
		}
		results[i] = object(member{"flagged", flagged}, member{"categories", found}, member{"category_scores", scores}, member{"category_applied_input_types", kinds})
	}
	body := object(member{"id", "modr-" + p.ID()}, member{"model", call.To.Model}, member{"results", results})
	return &llm.Reply{Format: llm.OpenAI, Body: body, Usage: llm.Usage{Known: true}}, nil
}

// pictures are small squares whose colour follows from the prompt.
func (p *Provider) pictures(call *llm.Call) (*llm.Reply, error) {
	n, err := countOf(call, "n", 1, 10)
	if err != nil {
		return nil, err
	}
	prompt, _ := call.Body.Text("prompt")
	h := fnv.New32a()
	h.Write([]byte(prompt))
	sum := h.Sum32()
	square := image.NewPaletted(image.Rect(0, 0, 64, 64), color.Palette{color.RGBA{R: byte(sum), G: byte(sum >> 8), B: byte(sum >> 16), A: 255}})
	var b bytes.Buffer
	if err := png.Encode(&b, square); err != nil {
		return nil, fault(call, llm.InternalServerError, "the picture cannot be drawn")
	}
	data := make([]raw.Object, n)
	for i := range data {
		data[i] = object(member{"b64_json", base64.StdEncoding.EncodeToString(b.Bytes())})
	}
	body := object(member{"created", p.Now().Unix()}, member{"data", data})
	return &llm.Reply{Format: llm.OpenAI, Body: body, Usage: llm.Usage{Known: true, Images: int64(n)}}, nil
}

// transcription says what file it was given.
func transcription(call *llm.Call) (*llm.Reply, error) {
	if len(call.Files) == 0 {
		return nil, refused(call, "file", "file is required")
	}
	text := "This is " + call.Files[0].Name + "."
	switch format, _ := call.Body.Text("response_format"); format {
	case "", "json":
		return &llm.Reply{Format: llm.OpenAI, Body: object(member{"text", text}), Usage: llm.Usage{Known: true}}, nil
	case "text":
		return &llm.Reply{Format: llm.OpenAI, Media: strings.NewReader(text + "\n"), Type: "text/plain; charset=utf-8", Usage: llm.Usage{Known: true}}, nil
	case "verbose_json":
		task := "transcribe"
		if call.Op == llm.Translations {
			task = "translate"
		}
		body := object(member{"task", task}, member{"language", "english"}, member{"duration", 0.0}, member{"text", text}, member{"segments", []raw.Object{}})
		return &llm.Reply{Format: llm.OpenAI, Body: body, Usage: llm.Usage{Known: true}}, nil
	default:
		return nil, refused(call, "response_format", "demo transcribes to json, verbose_json and text, not to "+format)
	}
}

// speech is silence, 60 ms for each character, as WAV or as bare samples.
func speech(call *llm.Call) (*llm.Reply, error) {
	const rate, perCharacter = 8000, 8000 * 60 / 1000
	input, ok := call.Body.Text("input")
	if !ok {
		return nil, refused(call, "input", "input must be a text")
	}
	length := int64(len([]rune(input)))
	samples := make([]byte, 2*perCharacter*min(length, 4096))
	u := llm.Usage{Known: true, Characters: length}
	if format, _ := call.Body.Text("response_format"); format == "pcm" {
		return &llm.Reply{Format: llm.OpenAI, Media: bytes.NewReader(samples), Type: "audio/pcm", Usage: u}, nil
	}
	// A canonical WAV header: http://soundfile.sapp.org/doc/WaveFormat/
	head := []byte("RIFF\x00\x00\x00\x00WAVEfmt ")
	binary.LittleEndian.PutUint32(head[4:], uint32(36+len(samples)))
	head = binary.LittleEndian.AppendUint32(head, 16)
	for _, v := range []uint16{1, 1} { // PCM, one channel
		head = binary.LittleEndian.AppendUint16(head, v)
	}
	head = binary.LittleEndian.AppendUint32(head, rate)
	head = binary.LittleEndian.AppendUint32(head, 2*rate)
	head = binary.LittleEndian.AppendUint16(head, 2)
	head = binary.LittleEndian.AppendUint16(head, 16)
	head = append(head, "data"...)
	head = binary.LittleEndian.AppendUint32(head, uint32(len(samples)))
	return &llm.Reply{Format: llm.OpenAI, Media: bytes.NewReader(append(head, samples...)), Type: "audio/wav", Usage: u}, nil
}
