package upstream

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
)

// embeddings: schemas CreateEmbeddingRequest and CreateEmbeddingResponse.
func embeddings() operation {
	return operation{
		path: "/embeddings", members: "dimensions encoding_format input model user", required: "input model",
		reply: embeddingsReply,
	}
}

// vector is the embedding of the input with that many letters: component j is
// (letters + j) mod 16, in sixteenths, less a half. Both encodings hold such
// numbers exactly, and vectors of inputs that changed places differ.
func vector(letters, dimensions int) []float32 {
	v := make([]float32, dimensions)
	for j := range v {
		v[j] = float32((letters+j)%16)/16 - 0.5
	}
	return v
}

func embeddingsReply(_ meta, q ask, _ answer) []byte {
	type embedding struct {
		Object    string `json:"object"`
		Index     int    `json:"index"`
		Embedding any    `json:"embedding"`
	}
	data := []embedding{}
	for i, letters := range inputs(q.said["input"]) {
		v := vector(letters, q.said.number("dimensions", 8))
		e := embedding{"embedding", i, v}
		if q.said.text("encoding_format") == "base64" {
			e.Embedding = packed(v)
		}
		data = append(data, e)
	}
	tokens := promptTokens * len(data)
	return encode(map[string]any{
		"object": "list", "data": data, "model": q.model,
		"usage": map[string]int{"prompt_tokens": tokens, "total_tokens": tokens},
	})
}

// packed is how base64 embeddings come: 32-bit floats, the low byte first.
func packed(v []float32) string {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return base64.StdEncoding.EncodeToString(b)
}

// inputs are the lengths of the inputs: of one text or list of tokens, or of
// each of several.
func inputs(raw json.RawMessage) []int {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []int{len(one)}
	}
	var tokens []int
	if json.Unmarshal(raw, &tokens) == nil {
		return []int{len(tokens)}
	}
	var several []json.RawMessage
	_ = json.Unmarshal(raw, &several) // anything else is no input
	var all []int
	for _, each := range several {
		all = append(all, inputs(each)...)
	}
	return all
}
